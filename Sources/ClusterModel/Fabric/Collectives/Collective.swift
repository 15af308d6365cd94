// SPDX-License-Identifier: Apache-2.0
import Scenario

/// A collective operation of GPUs, named as in MPI and NCCL.
package enum Collective: String, KnobChoice, Sendable {
  /// Every rank ends with the sum of all ranks' buffers.
  case allReduce = "all-reduce"
  /// Every rank ends with the parts of all ranks.
  case allGather = "all-gather"
  /// Every rank ends with its part of the sum.
  case reduceScatter = "reduce-scatter"
  /// Every rank sends another part to each rank.
  case allToAll = "all-to-all"

  /// Bus bandwidth over algorithm bandwidth: what a link carries of each byte of the buffer.
  ///
  /// nccl-tests, doc/PERFORMANCE.md: 2(n - 1)/n for an all-reduce, (n - 1)/n for the others. The buffer
  /// is the larger one of the two (an all-gather's output, a reduce-scatter's input).
  ///
  /// - Parameter ranks: GPUs that take part, 1 or more.
  package func busBandwidthFactor(ranks: Int) -> Double {
    let share = Double(ranks - 1) / Double(ranks)
    return self == .allReduce ? 2 * share : share
  }

  /// How often a rank passes data on while a buffer goes round a ring.
  func ringSteps(_ members: Int) -> Int {
    self == .allReduce ? 2 * (members - 1) : members - 1
  }
}

/// How a collective is carried out.
package enum CollectiveAlgorithm: String, KnobChoice, Sendable {
  /// Rings through all ranks; in an all-to-all, every pair by itself.
  case ring
  /// Two binary trees of the nodes, each for half of the buffer, and a chain through the GPUs of a node.
  case tree
  /// Phases one after the other: within the nodes, between the nodes along each rail, within the nodes.
  case hierarchical
  /// Reduction and multicast in the NVLink switches, between nodes the two trees (NVLS, NVLS tree).
  case nvls

  /// What NCCL chooses from by its own cost model; it has no sequential hierarchical algorithm.
  static let automatic: [CollectiveAlgorithm] = [.ring, .tree, .nvls]
}
