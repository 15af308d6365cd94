// SPDX-License-Identifier: Apache-2.0
import DequeModule
package import DiscreteEvents

/// What a controller that keeps pods sets in motion for itself.
package enum PodControlEvent: BitwiseCopyable, Codable, Sendable {
  /// An owner goes (back) to the work queue.
  case enqueue(UInt32)
}

/// The core that the controllers of pods share: a work queue without doubles and its workers,
/// expectations of what the informer has yet to show, creation in batches of 1, 2, 4, 8, ... that
/// ends at the first error, a limit of pods a sync (pkg/controller/controller_utils.go, replicaset,
/// job, daemon, statefulset).
///
/// A sync holds its worker until all its requests are answered, hence while they wait for the token
/// bucket of the controller's client. A sync itself takes no time.
package struct PodControl: Codable, Sendable {
  /// What the owner's pods have to fulfil one after the other.
  package enum Order: UInt8, Codable, Sendable {
    /// All that are missing are created.
    case parallel
    /// StatefulSet OrderedReady: one pod, and the next one when it is ready.
    case orderedReady
    /// One pod on each of the nodes in `missingNodes`.
    case perNode
  }

  /// An object that owns pods: a ReplicaSet, StatefulSet, DaemonSet or Job.
  package struct Owner: Codable, Sendable {
    /// Its pods' template, of those that the controller knows.
    package let template: UInt16
    package let order: Order
    /// With `Order.perNode`: only nodes with one of these taints; `nil`: all nodes.
    package let whileTainted: NodeTaints?
    /// `spec.replicas` or `spec.parallelism`.
    package var wanted: UInt32 = 0
    /// Pods that exist and have not ended, as the informer shows them.
    package internal(set) var active: UInt32 = 0
    /// Of these, those that run.
    package internal(set) var ready: UInt32 = 0
    var expectedCreations: UInt32 = 0
    var expectedDeletions: UInt32 = 0
    var expectationsSet = SimTime.zero
    /// Pods that the sync under way has still to create.
    var left: UInt32 = 0
    var batch: UInt32 = 0
    var inFlight: UInt32 = 0
    /// `status` as last written: active and ready.
    var storedActive: UInt32 = 0
    var storedReady: UInt32 = 0
    var hasError = false
    var isWritingStatus = false
    /// No pods are created for the time being: a Job's back-off after failed pods.
    package var isHeld = false
  }

  /// What the controllers differ in.
  package struct Settings: Codable, Sendable {
    package var kind: ControllerKind
    /// `concurrent-*-syncs`.
    package var workers: Int
    /// Pods that one sync may create or delete.
    package var burst: UInt32
    /// Time from a change of a pod to the sync that it calls for.
    package var syncPeriod: SimDuration = .zero
    /// First and longest pause before an owner whose sync failed is tried again.
    package var retryBase: SimDuration
    package var retryLimit: SimDuration
    package var classes: PodControlClasses
    /// Its owners are training jobs.
    package var isOfTraining = false
  }

  package let settings: Settings
  package internal(set) var owners: [Owner] = []
  /// Nodes that lack the owner's pod, with `Order.perNode`; by owner.
  var missingNodes: [Deque<NodeID>] = []
  /// Whether a node has the owner's pod or will get it; by owner and node.
  var hasPod: [[Bool]] = []
  var templates: [PodRow] = []
  var queue: WorkQueue
  /// Rows of pods that were refused and never became objects.
  var spare: [PodID] = []

  /// pkg/controller/controller_utils.go: `ExpectationsTimeout = 5 min`.
  static var expectationsTimeout: SimDuration { .minutes(5) }

  package init(_ settings: Settings) {
    self.settings = settings
    queue = WorkQueue(
      workers: settings.workers, retryBase: settings.retryBase, retryLimit: settings.retryLimit)
  }

  // MARK: Owners

  package mutating func addTemplate(_ row: PodRow) -> UInt16 {
    templates.append(row)
    return UInt16(templates.count - 1)
  }

  /// A new owner; nothing happens before it is enqueued.
  package mutating func addOwner(
    template: UInt16, order: Order, wanted: Int, whileTainted: NodeTaints? = nil
  ) -> UInt32 {
    owners.append(
      Owner(
        template: template, order: order, whileTainted: whileTainted, wanted: UInt32(wanted)))
    queue.append()
    let owner = UInt32(owners.count - 1)
    if order == .perNode {
      let missing = owners.count - missingNodes.count
      missingNodes.append(contentsOf: repeatElement([], count: missing))
      hasPod.append(contentsOf: repeatElement([], count: missing))
    }
    return owner
  }

  package mutating func setWanted(_ wanted: UInt32, of owner: UInt32) {
    owners[Int(owner)].wanted = wanted
  }

  package mutating func hold(_ owner: UInt32, _ isHeld: Bool) {
    owners[Int(owner)].isHeld = isHeld
  }

  /// Whether a node is one of those that have a pod.
  package func wants(
    _ node: NodeID, _ owner: UInt32, _ context: borrowing ClusterContext
  ) -> Bool {
    guard context.nodes[node].isRegistered else { return false }
    return owners[Int(owner)].whileTainted.map { !$0.isDisjoint(with: context.nodes[node].taints) }
      ?? true
  }

  /// A node has come that should have a pod.
  package mutating func addMissing(_ node: NodeID, to owner: UInt32) {
    let index = Int(owner)
    if node.index >= hasPod[index].count {
      let count = node.index + 1 - hasPod[index].count
      hasPod[index].append(contentsOf: repeatElement(false, count: count))
    }
    guard !hasPod[index][node.index] else { return }
    hasPod[index][node.index] = true
    missingNodes[index].append(node)
  }

  /// A node has gone; it is not waited for any more.
  package mutating func removeMissing(_ node: NodeID, from owner: UInt32) {
    let index = Int(owner)
    guard let place = missingNodes[index].firstIndex(of: node) else { return }
    missingNodes[index].remove(at: place)
    hasPod[index][node.index] = false
  }

  package mutating func handle(
    _ event: PodControlEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .enqueue(let owner):
      queue.addDelayed(owner)
      work(&context, &agenda)
    }
  }

  /// Puts an owner into the work queue, once.
  package mutating func enqueue(
    _ owner: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    queue.add(owner)
    work(&context, &agenda)
  }

  mutating func work(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    guard queue.beginDealing() else { return }
    while let owner = queue.next() { sync(owner, &context, &agenda) }
    queue.endDealing()
  }

  /// The process has ended, or another one begins: it knows what its informer shows, and nothing of
  /// what was expected.
  package mutating func setWorking(
    _ works: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    queue.setWorking(works)
    guard works else { return }
    for index in owners.indices {
      owners[index].expectedCreations = 0
      owners[index].expectedDeletions = 0
    }
    work(&context, &agenda)
  }
}

/// The requests of a controller of pods.
package struct PodControlClasses: Codable, Sendable {
  package var createPod: RequestClassID
  package var deletePod: RequestClassID
  /// `PUT status` of the owner.
  package var putStatus: RequestClassID
}
