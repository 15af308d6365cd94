// SPDX-License-Identifier: Apache-2.0

/// Two binary trees over the same nodes; each carries half of a buffer up and down again.
///
/// In both every second node is a leaf, and for an even number of nodes the leaves of one tree are the
/// inner nodes of the other, so that no node passes more than a buffer up and a buffer down
/// (Sanders, Speck, Träff: Two-tree algorithms for full bandwidth broadcast, reduction and scan,
/// Parallel Computing 35, 2009).
package struct DoubleBinaryTree: Sendable {
  package let nodes: Int

  /// - Parameter nodes: 1 or more.
  package init(nodes: Int) {
    precondition(nodes >= 1, "a tree has a node")
    self.nodes = nodes
  }

  /// The node above, `nil` for the root.
  ///
  /// Counted from 1, a node with k trailing zero bits is on level k: its parent has the bit above set
  /// and the bit k cleared, or, where that is past the last node, comes before it. The second tree is
  /// the first with the nodes counted from the other end, or, for an odd number, shifted by one.
  package func parent(of node: Int, inSecond: Bool) -> Int? {
    guard inSecond else { return firstParent(of: node) }
    if nodes.isMultiple(of: 2) {
      return firstParent(of: nodes - 1 - node).map { nodes - 1 - $0 }
    }
    return firstParent(of: (node + nodes - 1) % nodes).map { ($0 + 1) % nodes }
  }

  private func firstParent(of node: Int) -> Int? {
    let number = node + 1
    var level = number.trailingZeroBitCount
    while 1 << (level + 1) <= nodes {
      let bit = 1 << (level + 1)
      let above = (number & ~(bit - 1)) | bit
      if above <= nodes { return above - 1 }
      // The parent does not exist: its own parent takes the subtree.
      level += 1
    }
    let root = Self.largestPower(upTo: nodes)
    return number == root ? nil : root - 1
  }

  private static func largestPower(upTo number: Int) -> Int {
    1 << (Int.bitWidth - 1 - number.leadingZeroBitCount)
  }

  /// Edges from the deepest leaf to the root: the logarithm of the number of nodes, rounded down.
  package var depth: Int {
    Int.bitWidth - 1 - nodes.leadingZeroBitCount
  }

  /// Most edges of a node in both trees together; each carries half a buffer each way.
  package var mostEdges: Int {
    guard nodes > 1 else { return 0 }
    var edges = Array(repeating: 0, count: nodes)
    for isSecond in [false, true] {
      for node in 0..<nodes {
        guard let parent = parent(of: node, inSecond: isSecond) else { continue }
        edges[node] += 1
        edges[parent] += 1
      }
    }
    return edges.max() ?? 0
  }
}
