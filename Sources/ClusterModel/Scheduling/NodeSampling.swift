// SPDX-License-Identifier: Apache-2.0

/// How many nodes the scheduler looks for before it decides (pkg/scheduler/schedule_one.go
/// `numFeasibleNodesToFind`, the same from 1.14 to 1.36).
package enum NodeSampling {
  /// Fewer nodes than this are all examined, and no fewer feasible ones are looked for.
  static let minimum = 100

  /// Feasible nodes that end the search.
  ///
  /// - Parameters:
  ///   - nodes: nodes of the cluster.
  ///   - percentage: `percentageOfNodesToScore`; 0 lets the share fall with the size of the cluster,
  ///     by 1 % every 125 nodes from 50 % to 5 %, in integer arithmetic.
  package static func nodesToFind(among nodes: Int, percentage: Int = 0) -> Int {
    guard nodes >= minimum, percentage < 100 else { return nodes }
    let share = percentage > 0 ? percentage : max(5, 50 - nodes / 125)
    return max(minimum, nodes * share / 100)
  }
}
