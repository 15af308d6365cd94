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
    /// `spec.replicas` or `spec.parallelism`.
    package var wanted: UInt32 = 0
    /// Pods that exist and have not ended, as the informer shows them.
    package fileprivate(set) var active: UInt32 = 0
    /// Of these, those that run.
    package fileprivate(set) var ready: UInt32 = 0
    fileprivate var expectedCreations: UInt32 = 0
    fileprivate var expectedDeletions: UInt32 = 0
    fileprivate var expectationsSet = SimTime.zero
    /// Pods that the sync under way has still to create.
    fileprivate var left: UInt32 = 0
    fileprivate var batch: UInt32 = 0
    fileprivate var inFlight: UInt32 = 0
    /// `status` as last written: active and ready.
    fileprivate var storedActive: UInt32 = 0
    fileprivate var storedReady: UInt32 = 0
    /// Syncs in a row that met an error.
    fileprivate var failures: UInt8 = 0
    fileprivate var isQueued = false
    fileprivate var isSyncing = false
    /// It changed during its sync.
    fileprivate var isDirty = false
    fileprivate var hasError = false
    fileprivate var isWritingStatus = false
    /// It waits for the end of the sync period.
    fileprivate var isDelayed = false
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
  }

  package let settings: Settings
  package private(set) var owners: [Owner] = []
  /// Nodes that lack the owner's pod, with `Order.perNode`; by owner.
  private var missingNodes: [Deque<NodeID>] = []
  /// Whether a node has the owner's pod or will get it; by owner and node.
  private var hasPod: [[Bool]] = []
  private var templates: [PodRow] = []
  private var queue: Deque<UInt32> = []
  private var idleWorkers: Int
  /// Rows of pods that were refused and never became objects.
  private var spare: [PodID] = []
  /// State of the bucket for all that is tried again.
  private var retryBucketFullAt = SimTime.zero

  /// pkg/controller/controller_utils.go: `ExpectationsTimeout = 5 min`.
  private static var expectationsTimeout: SimDuration { .minutes(5) }
  /// client-go util/workqueue/default_rate_limiters.go: 10/s, burst 100 besides the pause of the item.
  private static var retryLimit: ClientRateLimit { ClientRateLimit(qps: 10, burst: 100) }

  package init(_ settings: Settings) {
    self.settings = settings
    idleWorkers = settings.workers
  }

  // MARK: Owners

  package mutating func addTemplate(_ row: PodRow) -> UInt16 {
    templates.append(row)
    return UInt16(templates.count - 1)
  }

  /// A new owner; nothing happens before it is enqueued.
  package mutating func addOwner(template: UInt16, order: Order, wanted: Int) -> UInt32 {
    owners.append(Owner(template: template, order: order, wanted: UInt32(wanted)))
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
      owners[Int(owner)].isDelayed = false
      enqueue(owner, &context, &agenda)
    }
  }

  /// Puts an owner into the work queue, once.
  package mutating func enqueue(
    _ owner: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let index = Int(owner)
    if owners[index].isSyncing {
      owners[index].isDirty = true
      return
    }
    guard !owners[index].isQueued else { return }
    owners[index].isQueued = true
    queue.append(owner)
    work(&context, &agenda)
  }

  // MARK: Syncs

  private mutating func work(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    while idleWorkers > 0, let owner = queue.popFirst() {
      owners[Int(owner)].isQueued = false
      owners[Int(owner)].isSyncing = true
      idleWorkers -= 1
      sync(owner, &context, &agenda)
    }
  }

  private mutating func sync(
    _ owner: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let index = Int(owner)
    owners[index].hasError = false
    let expects = owners[index].expectedCreations > 0 || owners[index].expectedDeletions > 0
    if expects, agenda.now - owners[index].expectationsSet < Self.expectationsTimeout {
      writeStatus(owner, &context, &agenda)
      return
    }
    owners[index].expectedCreations = 0
    owners[index].expectedDeletions = 0
    let missing = missingPods(of: owner)
    if missing > 0 {
      let count = min(UInt32(missing), settings.burst)
      owners[index].expectationsSet = agenda.now
      owners[index].expectedCreations = count
      owners[index].left = count
      owners[index].batch = 1
      startBatch(owner, &context, &agenda)
    } else if missing < 0 {
      deletePods(min(-missing, Int(settings.burst)), of: owner, &context, &agenda)
    } else {
      writeStatus(owner, &context, &agenda)
    }
  }

  /// How many pods to create now; negative: to delete.
  private func missingPods(of owner: UInt32) -> Int {
    let row = owners[Int(owner)]
    if row.isHeld, row.active < row.wanted { return 0 }
    switch row.order {
    case .perNode: return missingNodes[Int(owner)].count
    case .parallel: return Int(row.wanted) - Int(row.active)
    case .orderedReady:
      if row.active > row.wanted { return -1 }
      return row.active < row.wanted && row.ready == row.active ? 1 : 0
    }
  }

  private mutating func startBatch(
    _ owner: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let index = Int(owner)
    let count = min(owners[index].batch, owners[index].left)
    owners[index].inFlight = count
    owners[index].left -= count
    for _ in 0..<count {
      var row = templates[Int(owners[index].template)]
      row.job = JobID(rawValue: owner)
      row.created = agenda.now
      row.exists = true
      if owners[index].order == .perNode {
        row.storedNode = missingNodes[index].popFirst() ?? .none
      }
      let pod: PodID
      if let reused = spare.popLast() {
        context.pods[reused] = row
        pod = reused
      } else {
        pod = context.pods.append(row)
      }
      context.request(
        settings.classes.createPod, subject: pod.rawValue, object: pod.rawValue, &agenda)
    }
  }

  private mutating func deletePods(
    _ count: Int, of owner: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let index = Int(owner)
    let victims = leastUseful(count, of: owner, context)
    owners[index].expectationsSet = agenda.now
    owners[index].expectedDeletions = UInt32(victims.count)
    owners[index].inFlight = UInt32(victims.count)
    for pod in victims {
      context.pods[pod].isBeingDeleted = true
      context.request(
        settings.classes.deletePod, subject: pod.rawValue, object: pod.rawValue, &agenda)
    }
    if victims.isEmpty { writeStatus(owner, &context, &agenda) }
  }

  /// The pods to delete first: those without a node, then those that do not run, then the youngest
  /// (pkg/controller/controller_utils.go `ActivePods`). O(pods), only when an owner shrinks.
  private func leastUseful(
    _ count: Int, of owner: UInt32, _ context: borrowing ClusterContext
  ) -> [PodID] {
    let workload = templates[Int(owners[Int(owner)].template)].workload
    var candidates: [(rank: Int, pod: PodID)] = []
    for pod in context.pods.ids {
      let row = context.pods[pod]
      guard row.workload == workload, row.job.rawValue == owner, row.isActive,
        !row.isBeingDeleted
      else { continue }
      candidates.append(
        (row.storedNode == .none ? 0 : row.storedPhase == .pending ? 1 : 2, pod))
    }
    candidates.sort { $0.rank != $1.rank ? $0.rank < $1.rank : $0.pod > $1.pod }
    return candidates.prefix(count).map(\.pod)
  }

  /// The end of a sync: the owner's status is written when it has changed.
  private mutating func writeStatus(
    _ owner: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let index = Int(owner)
    guard
      owners[index].storedActive != owners[index].active
        || owners[index].storedReady != owners[index].ready
    else {
      endSync(owner, &context, &agenda)
      return
    }
    owners[index].storedActive = owners[index].active
    owners[index].storedReady = owners[index].ready
    owners[index].isWritingStatus = true
    context.request(settings.classes.putStatus, subject: owner, object: owner, &agenda)
  }

  private mutating func endSync(
    _ owner: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let index = Int(owner)
    owners[index].isSyncing = false
    idleWorkers += 1
    let isDirty = owners[index].isDirty
    owners[index].isDirty = false
    if owners[index].hasError {
      schedule(owner, after: pause(of: owner, at: agenda.now), context, &agenda)
      owners[index].failures = min(owners[index].failures + 1, 40)
    } else {
      owners[index].failures = 0
      if isDirty { enqueue(owner, &context, &agenda) }
    }
    work(&context, &agenda)
  }

  private mutating func pause(of owner: UInt32, at now: SimTime) -> SimDuration {
    let doublings = Int(min(owners[Int(owner)].failures, 30))
    let own = min(
      settings.retryLimit,
      SimDuration(roundingSeconds: settings.retryBase.seconds * Double(1 << doublings)))
    let grant = Self.retryLimit.take(at: now, fullAt: &retryBucketFullAt)
    return max(own, grant - now)
  }

  package func schedule(
    _ owner: UInt32, after delay: SimDuration, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let event = PodControlEvent.enqueue(owner)
    agenda.schedule(
      settings.kind == .job ? .jobs(.control(event)) : .replicas(.control(settings.kind, event)),
      in: context.cluster, at: agenda.now + delay)
  }

  // MARK: Answers

  /// A request of the controller has ended.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let request = context.requests[id]
    if request.classID == settings.classes.putStatus {
      let index = Int(request.subject)
      guard owners[index].isWritingStatus else { return }
      owners[index].isWritingStatus = false
      if outcome != .ok {
        owners[index].hasError = true
        owners[index].storedActive = .max
      }
      endSync(request.subject, &context, &agenda)
      return
    }
    let pod = PodID(rawValue: request.subject)
    let owner = context.pods[pod].job.rawValue
    if request.classID == settings.classes.createPod {
      created(pod, owner, outcome, &context, &agenda)
    } else {
      deleted(pod, owner, outcome, &context, &agenda)
    }
  }

  private mutating func created(
    _ pod: PodID, _ owner: UInt32, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let index = Int(owner)
    if outcome == .ok {
      agenda.send(
        .eventRecorder(.recordForOwner(.successfulCreate, settings.kind, owner)),
        in: context.cluster)
    } else {
      owners[index].hasError = true
      giveUp(pod, owner, outcome, &context)
    }
    owners[index].inFlight -= 1
    guard owners[index].inFlight == 0 else { return }
    if owners[index].hasError {
      // What was not tried is not expected either.
      owners[index].expectedCreations -= min(
        owners[index].left, owners[index].expectedCreations)
      owners[index].left = 0
    }
    if owners[index].left == 0 {
      writeStatus(owner, &context, &agenda)
    } else {
      owners[index].batch *= 2
      startBatch(owner, &context, &agenda)
    }
  }

  private mutating func giveUp(
    _ pod: PodID, _ owner: UInt32, _ outcome: RequestOutcome, _ context: inout ClusterContext
  ) {
    let index = Int(owner)
    guard !context.pods[pod].isActive else { return }
    owners[index].expectedCreations -= min(1, owners[index].expectedCreations)
    if owners[index].order == .perNode {
      let node = context.pods[pod].storedNode
      hasPod[index][node.index] = false
      if context.nodes[node].isRegistered { addMissing(node, to: owner) }
    }
    // An unanswered request may still become an object; a refused one does not.
    guard outcome != .clientTimeout, outcome != .serverTimeout else { return }
    context.pods[pod].exists = false
    spare.append(pod)
  }

  private mutating func deleted(
    _ pod: PodID, _ owner: UInt32, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let index = Int(owner)
    if outcome == .ok || outcome == .notFound {
      agenda.send(
        .eventRecorder(.recordForOwner(.successfulDelete, settings.kind, owner)),
        in: context.cluster)
    } else {
      owners[index].hasError = true
      owners[index].expectedDeletions -= min(1, owners[index].expectedDeletions)
      context.pods[pod].isBeingDeleted = false
    }
    owners[index].inFlight -= 1
    if owners[index].inFlight == 0 { writeStatus(owner, &context, &agenda) }
  }

  // MARK: The informer

  /// One of the controller's pods has changed in the API.
  package mutating func observed(
    _ change: ObjectChange, _ pod: PodID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    let owner = row.job.rawValue
    let index = Int(owner)
    switch change {
    case .created:
      guard !row.isActive else { return }
      context.pods[pod].exists = true
      context.pods[pod].isActive = true
      owners[index].active += 1
      owners[index].expectedCreations -= min(1, owners[index].expectedCreations)
    case .modified:
      if row.isActive, row.storedPhase == .running, !row.isCountedReady {
        context.pods[pod].isCountedReady = true
        owners[index].ready += 1
      } else if row.storedPhase > .running, row.isActive {
        leave(pod, owner, &context)
      } else {
        return
      }
    case .deleted:
      guard row.exists else { return }
      context.pods[pod].exists = false
      owners[index].expectedDeletions -= min(1, owners[index].expectedDeletions)
      if owners[index].order == .perNode {
        hasPod[index][row.storedNode.index] = false
        if context.nodes[row.storedNode].isRegistered { addMissing(row.storedNode, to: owner) }
      }
      if row.isActive { leave(pod, owner, &context) }
    }
    guard settings.syncPeriod > .zero else {
      enqueue(owner, &context, &agenda)
      return
    }
    guard !owners[index].isDelayed else { return }
    owners[index].isDelayed = true
    schedule(owner, after: settings.syncPeriod, context, &agenda)
  }

  private mutating func leave(
    _ pod: PodID, _ owner: UInt32, _ context: inout ClusterContext
  ) {
    owners[Int(owner)].active -= 1
    if context.pods[pod].isCountedReady { owners[Int(owner)].ready -= 1 }
    context.pods[pod].isActive = false
    context.pods[pod].isCountedReady = false
  }
}

/// The requests of a controller of pods.
package struct PodControlClasses: Codable, Sendable {
  package var createPod: RequestClassID
  package var deletePod: RequestClassID
  /// `PUT status` of the owner.
  package var putStatus: RequestClassID
}
