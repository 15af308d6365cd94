// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// Everything that can happen to the collector of orphaned pods.
package enum PodCollectorEvent: BitwiseCopyable, Codable, Sendable {
  /// The node is gone or has been given up: delete its pods.
  case collect(NodeID)
}

/// Deletes the pods of nodes that are gone (pkg/controller/podgc) or evicted.
package struct PodCollector: Codable, Sendable {
  private let deletePod: RequestClassID

  package init(deletePod: RequestClassID) { self.deletePod = deletePod }

  package func handle(
    _ event: PodCollectorEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .collect(let node): collect(node, &context, &agenda)
    }
  }

  /// A Node object has been deleted.
  package func observed(
    _ change: ObjectChange, _ node: NodeID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard change == .deleted else { return }
    collect(node, &context, &agenda)
  }

  /// A deletion has ended; one that failed is tried again.
  package func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let pod = PodID(rawValue: context.requests[id].subject)
    guard outcome != .ok, context.pods[pod].exists else { return }
    context.request(deletePod, subject: pod.rawValue, object: pod.rawValue, &agenda)
  }

  private func collect(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    for pod in context.pods.ids
    where context.pods[pod].storedNode == node && context.pods[pod].exists
      && !context.pods[pod].isBeingDeleted
    {
      context.pods[pod].isBeingDeleted = true
      context.request(deletePod, subject: pod.rawValue, object: pod.rawValue, &agenda)
    }
  }
}
