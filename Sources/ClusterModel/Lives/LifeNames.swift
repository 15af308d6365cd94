// SPDX-License-Identifier: Apache-2.0
import Scenario

/// How items are called that have no name of their own in the model: `WORKLOAD-N`, the workload's
/// N-th pod or job from 0 in the order of their creation, and `POOL-N` for nodes. With several
/// clusters the cluster's name stands before it, with a slash.
package struct LifeNames: Sendable {
  private let clusters: [String]
  private let workloads: [String]
  /// By cluster.
  private let pools: [[String]]

  package init(_ configuration: WorldConfiguration) {
    clusters = configuration.clusters.map(\.name)
    workloads = configuration.workloads.map(\.name)
    pools = configuration.clusters.map { $0.value.nodePools.map(\.name) }
  }

  func name(_ cluster: ClusterID, _ workload: WorkloadID, _ ordinal: Int) -> String {
    let name = "\(workloads[workload.index])-\(ordinal)"
    return clusters.count > 1 ? "\(clusters[cluster.index])/\(name)" : name
  }

  func workload(_ workload: WorkloadID) -> String { workloads[workload.index] }

  func node(_ node: NodeID, of cluster: ClusterID, _ nodes: borrowing NodeTable) -> String {
    let pool = nodes[node].pool
    var ordinal = 0
    for other in nodes.ids {
      if other == node { break }
      if nodes[other].pool == pool { ordinal += 1 }
    }
    return "\(pools[cluster.index][pool.index])-\(ordinal)"
  }

  /// The workloads' ordinals of a list of owners: the name of each.
  func names(_ cluster: ClusterID, _ owners: some Sequence<WorkloadID>) -> [String] {
    var counts: [Int] = Array(repeating: 0, count: workloads.count)
    return owners.map { workload in
      defer { counts[workload.index] += 1 }
      return name(cluster, workload, counts[workload.index])
    }
  }
}
