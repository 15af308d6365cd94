// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Scenario

/// Everything that can happen to the collector of orphaned and finished pods.
package enum PodCollectorEvent: BitwiseCopyable, Codable, Sendable {
  /// The node is gone or has been given up: delete its pods.
  case collect(NodeID)
  /// The Job of a pod that has ended has been deleted.
  case ownerDeleted(PodID)
  /// A pod has ended.
  case terminated(PodID)
  /// Time to look at the finished pods.
  case round
}

/// Deletes the pods of nodes that are gone or evicted, and finished pods above a number, the oldest first
/// (pkg/controller/podgc).
package struct PodCollector: Codable, Sendable {
  private let deletePod: RequestClassID
  /// The garbage collector's, which deletes what has no owner any more.
  private let collectGarbage: RequestClassID
  /// `terminated-pod-gc-threshold`; `nil`: a finished pod is deleted at once.
  private let threshold: Int?
  /// Finished pods that nobody has deleted yet, by the end of their work.
  private var finished: Deque<PodID> = []
  private var isWorking = true

  /// pkg/controller/podgc/gc_controller.go: `gcCheckPeriod = 20 s`.
  private static var period: SimDuration { .seconds(20) }

  package init(deletePod: RequestClassID, collectGarbage: RequestClassID, threshold: Int?) {
    self.deletePod = deletePod
    self.collectGarbage = collectGarbage
    self.threshold = threshold
  }

  package func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    guard threshold != nil else { return }
    scheduleRound(context, &agenda)
  }

  package mutating func handle(
    _ event: PodCollectorEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard isWorking else {
      if case .terminated(let pod) = event { finished.append(pod) }
      if case .round = event { scheduleRound(context, &agenda) }
      return
    }
    switch event {
    case .ownerDeleted(let pod): delete(pod, with: collectGarbage, &context, &agenda)
    case .collect(let node): collect(node, sparesDaemons: true, &context, &agenda)
    case .terminated(let pod):
      guard threshold == nil else {
        finished.append(pod)
        return
      }
      delete(pod, &context, &agenda)
    case .round:
      while finished.count > threshold ?? .max, let pod = finished.popFirst() {
        delete(pod, &context, &agenda)
      }
      scheduleRound(context, &agenda)
    }
  }

  private func scheduleRound(
    _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(
      .podCollector(.round), in: context.cluster, at: agenda.now + Self.period)
  }

  /// The collector's process has ended, or another one begins: it looks at all pods once.
  package mutating func setWorking(
    _ works: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    isWorking = works
    guard works else { return }
    for pod in context.pods.ids {
      let row = context.pods[pod]
      let isOrphan = row.storedNode != .none && !context.nodes[row.storedNode].isRegistered
      let isFinished = row.storedPhase > .running && threshold == nil
      if isOrphan || isFinished { delete(pod, &context, &agenda) }
    }
    if threshold == nil { finished.removeAll() }
  }

  /// A Node object has been deleted.
  package mutating func observed(
    _ change: ObjectChange, _ node: NodeID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard change == .deleted, isWorking else { return }
    collect(node, sparesDaemons: false, &context, &agenda)
  }

  /// A deletion has ended; one that failed is tried again.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let pod = PodID(rawValue: context.requests[id].subject)
    guard outcome != .ok, context.pods[pod].exists else { return }
    guard isWorking else {
      context.pods[pod].isBeingDeleted = false
      if context.pods[pod].storedPhase > .running { finished.append(pod) }
      return
    }
    context.request(
      context.requests[id].classID, subject: pod.rawValue, object: pod.rawValue, &agenda)
  }

  private func collect(
    _ node: NodeID, sparesDaemons: Bool, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    for pod in context.pods.ids where context.pods[pod].storedNode == node {
      let isPerNode = context.podTemplates[context.pods[pod].workload.index].isPerNode
      if sparesDaemons && isPerNode { continue }
      delete(pod, &context, &agenda)
    }
  }

  private func delete(
    _ pod: PodID, with requestClass: RequestClassID? = nil, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard context.pods[pod].exists, !context.pods[pod].isBeingDeleted else { return }
    context.pods[pod].isBeingDeleted = true
    context.request(requestClass ?? deletePod, subject: pod.rawValue, object: pod.rawValue, &agenda)
  }
}

extension PodCollector {
  func addIdleKnobs(
    to idle: inout IdleKnobs, in path: KnobPath, _ context: borrowing ClusterContext
  ) {
    typealias Knobs = ControllerManagerConfiguration
    idle.add(
      [Knobs.terminatedPodThreshold.name], in: path,
      unless: threshold == nil || !finished.isEmpty)
  }
}
