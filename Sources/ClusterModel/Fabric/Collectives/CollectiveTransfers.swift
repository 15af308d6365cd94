// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// An end of a transfer of a collective.
package enum CollectiveEnd: Sendable, Hashable {
  /// A rank's GPU.
  case rank(Int)
  /// The NVLink switches of a node, where they reduce.
  case nvlinkSwitch(node: Int)
}

/// Bytes that go from one end to another during a step of a collective.
package struct CollectiveTransfer: Sendable, Hashable {
  package let source: CollectiveEnd
  package let destination: CollectiveEnd
  /// With flags and gaps of the protocol.
  package let bytes: Double
}

/// Transfers that run side by side after a latency; the next step begins when all have ended.
package struct CollectiveStep: Sendable {
  package let latency: SimDuration
  package let transfers: [CollectiveTransfer]
}

extension CollectiveGroup {
  /// A collective as transfers between its ranks, for a fabric that others use too.
  ///
  /// A transfer within a node leaves and enters over the GPUs' links, one between nodes over their part
  /// of the network cards. Large messages are meant: the protocol is Simple. On idle links the steps take
  /// the time of ``estimate(of:bytes:by:)`` with the same algorithm and protocol.
  ///
  /// - Complexity: ranks squared for an all-to-all, else ranks times ranks per node.
  package func transfers(
    of collective: Collective, bytes: Int64, by algorithm: CollectiveAlgorithm
  ) -> [CollectiveStep] {
    precondition(supports(algorithm, for: collective))
    guard ranks > 1, bytes > 0 else { return [] }
    let bytes = Double(bytes)
    let phases = phases(of: collective, bytes: bytes, by: algorithm, .simple)
    let lists: [[CollectiveTransfer]] =
      switch algorithm {
      case .ring where collective == .allToAll: [pairs(bytes, among: Array(0..<ranks))]
      case .ring: [railRings(collective, bytes)]
      case .tree: [treeTransfers(bytes)]
      case .hierarchical: hierarchicalTransfers(collective, bytes)
      case .nvls: [nvlsTransfers(bytes)]
      }
    return zip(phases, lists.filter { !$0.isEmpty }).map { phase, transfers in
      CollectiveStep(
        latency: SimDuration(roundingSeconds: phase.latency / 1e6), transfers: transfers)
    }
  }

  private func rank(_ gpu: Int, of node: Int) -> CollectiveEnd {
    .rank(node * ranksPerNode + gpu)
  }

  /// Each rail's ring goes through all GPUs of a node, its own first, and on to the next node.
  private func railRings(_ collective: Collective, _ bytes: Double) -> [CollectiveTransfer] {
    let part =
      collective.busBandwidthFactor(ranks: ranks) * bytes / Double(ranksPerNode)
    return (0..<ranksPerNode).flatMap { rail in
      ring(
        of: (0..<nodes).flatMap { node in
          (0..<ranksPerNode).map { rank((rail + $0) % ranksPerNode, of: node) }
        }, bytes: part)
    }
  }

  private func ring(of ends: [CollectiveEnd], bytes: Double) -> [CollectiveTransfer] {
    guard ends.count > 1 else { return [] }
    return ends.indices.map { index in
      CollectiveTransfer(
        source: ends[index], destination: ends[(index + 1) % ends.count], bytes: bytes)
    }
  }

  private func pairs(_ bytes: Double, among ranks: [Int]) -> [CollectiveTransfer] {
    let part = bytes / Double(ranks.count)
    return ranks.flatMap { source in
      ranks.filter { $0 != source }.map {
        CollectiveTransfer(source: .rank(source), destination: .rank($0), bytes: part)
      }
    }
  }

  /// What goes along the edges of both trees, of each rail between the GPUs of its number.
  private func treeEdges(_ bytes: Double) -> [CollectiveTransfer] {
    let trees = DoubleBinaryTree(nodes: nodes)
    let half = bytes / 2 / Double(ranksPerNode)
    return (0..<ranksPerNode).flatMap { rail in
      [false, true].flatMap { isSecond in
        (0..<nodes).flatMap { node -> [CollectiveTransfer] in
          guard let parent = trees.parent(of: node, inSecond: isSecond) else { return [] }
          return both(rank(rail, of: node), rank(rail, of: parent), half)
        }
      }
    }
  }

  private func both(
    _ first: CollectiveEnd, _ second: CollectiveEnd, _ bytes: Double
  ) -> [CollectiveTransfer] {
    [
      CollectiveTransfer(source: first, destination: second, bytes: bytes),
      CollectiveTransfer(source: second, destination: first, bytes: bytes),
    ]
  }

  private func treeTransfers(_ bytes: Double) -> [CollectiveTransfer] {
    let wire = bytes / CollectiveShare.tree(.simple, nodes: nodes)
    let part = wire / Double(ranksPerNode)
    let chains = (0..<nodes).flatMap { node in
      (0..<ranksPerNode).flatMap { rail in
        (1..<max(1, ranksPerNode)).flatMap { place in
          both(
            rank((rail + place - 1) % ranksPerNode, of: node),
            rank((rail + place) % ranksPerNode, of: node), part)
        }
      }
    }
    return chains + treeEdges(wire)
  }

  private func nvlsTransfers(_ bytes: Double) -> [CollectiveTransfer] {
    let wire = bytes * (1 + 1 / Double(ranksPerNode)) / (intra.nvlsShare ?? 1)
    let inside = (0..<ranks).flatMap { number in
      both(.rank(number), .nvlinkSwitch(node: number / ranksPerNode), wire)
    }
    return inside + treeEdges(bytes)
  }

  private func hierarchicalTransfers(
    _ collective: Collective, _ bytes: Double
  ) -> [[CollectiveTransfer]] {
    let within = { (part: Double) in
      (0..<nodes).flatMap { node in
        ring(of: (0..<ranksPerNode).map { rank($0, of: node) }, bytes: part)
      }
    }
    let rails = { (part: Double) in
      (0..<ranksPerNode).flatMap { rail in
        ring(of: (0..<nodes).map { rank(rail, of: $0) }, bytes: part)
      }
    }
    let inner = Collective.allGather.busBandwidthFactor(ranks: ranksPerNode) * bytes
    let outer = collective.busBandwidthFactor(ranks: nodes) * bytes / Double(ranksPerNode)
    switch collective {
    case .allReduce: return [within(inner), rails(outer), within(inner)]
    case .allGather: return [rails(outer), within(inner)]
    case .reduceScatter: return [within(inner), rails(outer)]
    case .allToAll:
      return [
        (0..<nodes).flatMap { node in
          pairs(bytes, among: (0..<ranksPerNode).map { node * ranksPerNode + $0 })
        },
        (0..<ranksPerNode).flatMap { rail in
          pairs(bytes, among: (0..<nodes).map { $0 * ranksPerNode + rail })
        },
      ]
    }
  }
}
