// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// Pods are asked to go through the eviction subresource, which a disruption budget may refuse
/// (pkg/registry/core/pod/storage/eviction.go, policy/v1).
extension NodeHealth {
  mutating func beginEvictions(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    move(index, to: .evicting, &context, agenda.now)
    evictPods(of: index, &context, &agenda)
  }

  /// One round: every pod that is still there is asked to go.
  mutating func evictPods(
    of index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let node = cases[index].node
    let present = pods(on: node, context)
    for pod in present where !context.pods[pod].isBeingDeleted {
      context.request(classes.checkBudget, subject: pod.rawValue, object: pod.rawValue, &agenda)
    }
    schedule(
      .evictionsDue(node, cases[index].number), at: agenda.now + configuration.evictionRetry,
      context, &agenda)
  }

  /// The budgets have been read, or the pod has been deleted. What failed is tried in the next round.
  mutating func evictionEnded(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    let pod = PodID(rawValue: row.subject)
    if row.classID == classes.deletePod {
      if outcome == .ok {
        context.instruments.add(1, to: metrics.evicted, at: agenda.now)
      } else {
        context.pods[pod].isBeingDeleted = false
      }
      return
    }
    guard outcome == .ok, context.pods[pod].exists, !context.pods[pod].isBeingDeleted else {
      return
    }
    guard isDisruptionAllowed(pod, context) else {
      context.instruments.add(1, to: metrics.refused, at: agenda.now)
      return
    }
    context.pods[pod].isBeingDeleted = true
    context.request(classes.deletePod, subject: pod.rawValue, object: pod.rawValue, &agenda)
  }

  /// Whether enough pods of its workload run without it. One that does not run is no loss
  /// (`unhealthyPodEvictionPolicy: IfHealthyBudget` asks for enough that run all the same).
  private func isDisruptionAllowed(
    _ pod: PodID, _ context: borrowing ClusterContext
  ) -> Bool {
    let row = context.pods[pod]
    guard let least = context.podTemplates[row.workload.index].budget?.minAvailable
    else { return true }
    // What runs on a node that has gone silent is not ready (pkg/controller/nodelifecycle).
    let healthy = context.runningPods[row.workload].count {
      !context.pods[$0].isBeingDeleted && context.nodes[context.pods[$0].assignedNode].storedReady
    }
    return row.localPhase == .running ? healthy > least : healthy >= least
  }

  /// The pods of a node that are not its own (DaemonSet), as the API shows them: bound, and not ended.
  func pods(on node: NodeID, _ context: borrowing ClusterContext) -> [PodID] {
    guard context.nodes[node].podCount > 0 else { return [] }
    return context.pods.ids.filter { pod in
      let row = context.pods[pod]
      return row.assignedNode == node && row.exists
        && !context.podTemplates[row.workload.index].isPerNode
    }
  }
}
