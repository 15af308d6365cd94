// SPDX-License-Identifier: Apache-2.0

/// What the pods of a workload mean for the node that they are on, as the Cluster Autoscaler sees it
/// (core/utils `FilterOutExpendablePods`, utils/drain `GetPodsForDeletionOnNodeDrain`).
struct PodStanding: Codable, Sendable {
  /// Of a DaemonSet: it goes with the node, and nobody looks for another place.
  var isPerNode: Bool
  /// Of a priority below the cut-off: as good as not there.
  var isExpendable: Bool

  /// Whether its pods have to be moved before the node can go.
  var isMoved: Bool { !isPerNode && !isExpendable }

  static func of(
    _ templates: [PodTemplate], _ configuration: ClusterAutoscalerConfiguration
  ) -> [PodStanding] {
    templates.map {
      PodStanding(
        isPerNode: $0.isPerNode, isExpendable: Int($0.priority) < configuration.expendablePriority)
    }
  }
}

extension ClusterAutoscaler {
  /// Every pod counts, as in most clusters: nothing has to be looked up.
  private var allCount: Bool { standings.allSatisfy(\.isMoved) }

  /// The pods on a node that keep it: they need another place before it can go.
  func podsToMove(on node: NodeID, _ context: borrowing ClusterContext) -> [PodID] {
    pods(on: node, context).filter { standings[context.pods[$0].workload.index].isMoved }
  }

  /// Whether a node can go without anybody being moved.
  func isEmpty(
    _ node: NodeID, _ row: NodeRow, _ context: borrowing ClusterContext
  ) -> Bool {
    guard row.podCount > 0 else { return true }
    guard !allCount else { return false }
    let onNode = pods(on: node, context)
    // A pod that is only assigned is not seen here; whose it is is not known, so the node stays.
    return onNode.count == Int(row.podCount)
      && onNode.allSatisfy { !standings[context.pods[$0].workload.index].isMoved }
  }

  /// What is used on a node, without the pods that do not count.
  func use(
    of node: NodeID, _ row: NodeRow, _ context: borrowing ClusterContext,
    ignoresDaemonSets: Bool = false
  ) -> NodeRow {
    guard !allCount else { return row }
    var used = row
    for pod in pods(on: node, context) {
      let pod = context.pods[pod]
      let standing = standings[pod.workload.index]
      guard standing.isExpendable || (ignoresDaemonSets && standing.isPerNode),
        pod.assignedNode == node
      else { continue }
      used.usedMilliCPU -= pod.milliCPU
      used.usedMebibytes -= pod.mebibytes
      used.usedGPUs -= pod.gpus
      used.podCount -= 1
    }
    return used
  }
}
