// SPDX-License-Identifier: Apache-2.0

/// A part of a collective in which all its transfers run side by side.
struct CollectivePhase: Sendable, Hashable {
  /// Microseconds in which no link is busy.
  var latency: Double
  /// Bytes that the busiest GPU puts on its link within the node, with flags and gaps.
  var intraBytes: Double = 0
  /// Bytes that the busiest GPU puts on its part of the network cards, with flags and gaps.
  var interBytes: Double = 0

  /// Seconds; a pipeline runs at the pace of its slowest link.
  func seconds(in group: CollectiveGroup) -> Double {
    latency / 1e6
      + max(intraBytes / group.intra.bytesPerSecond, interBytes / group.inter.bytesPerSecond)
  }
}

extension CollectiveGroup {
  /// Whether an algorithm exists for a collective in this group.
  package func supports(_ algorithm: CollectiveAlgorithm, for collective: Collective) -> Bool {
    switch algorithm {
    case .ring, .hierarchical: true
    case .tree: collective == .allReduce
    case .nvls: collective == .allReduce && intra.nvlsShare != nil && ranksPerNode > 1
    }
  }

  /// The protocols of an algorithm; LL128 needs stores of 128 bytes that arrive whole, as over NVLink.
  func protocols(
    of algorithm: CollectiveAlgorithm, for collective: Collective
  ) -> [CollectiveProtocol] {
    switch algorithm {
    case .hierarchical, .nvls: return [.simple]
    case .ring, .tree:
      if collective == .allToAll { return [.simple] }
      return intra.kind == .nvlink
        ? [.lowLatency, .lowLatency128, .simple] : [.lowLatency, .simple]
    }
  }

  /// What happens one after the other, and how much of it.
  ///
  /// Between nodes a ring of each rail enters at one GPU, passes all others and leaves by the last, so
  /// that a GPU sends (g - 1)/g of its data within the node and 1/g to the next node.
  ///
  /// - Parameter bytes: the buffer of a rank (of an all-gather its output, of a reduce-scatter its input).
  func phases(
    of collective: Collective, bytes: Double, by algorithm: CollectiveAlgorithm,
    _ handover: CollectiveProtocol
  ) -> [CollectivePhase] {
    switch algorithm {
    case .ring where collective == .allToAll: [pairs(bytes)]
    case .ring: [ring(collective, bytes, handover)]
    case .tree: [tree(bytes, handover)]
    case .hierarchical: hierarchical(collective, bytes)
    case .nvls: [nvls(bytes)]
    }
  }

  private func networkStep(
    _ latencies: CollectiveLatencies, _ handover: CollectiveProtocol
  ) -> Double {
    latencies.network + inter.cardLatency * CollectiveLatencies.cardLatencies(handover)
  }

  private func ring(
    _ collective: Collective, _ bytes: Double, _ handover: CollectiveProtocol
  ) -> CollectivePhase {
    let latencies = CollectiveLatencies.ring(handover)
    let interSteps = collective.ringSteps(nodes)
    let intraSteps = collective.ringSteps(ranks) - interSteps
    var intraStep = latencies.step(over: intra.kind)
    if nodes > 1 { intraStep = max(intraStep, CollectiveLatencies.leastIntraStep(handover)) }
    let passed =
      collective.busBandwidthFactor(ranks: ranks) * bytes / CollectiveShare.ring(handover)
    let outside = nodes > 1 ? 1 / Double(ranksPerNode) : 0
    return CollectivePhase(
      latency: latencies.base + Double(intraSteps) * intraStep
        + Double(interSteps) * networkStep(latencies, handover),
      intraBytes: ranksPerNode > 1 ? passed * (1 - outside) : 0, interBytes: passed * outside)
  }

  /// NCCL sends to and receives from 8 peers at a time (`NCCL_MAX_DEV_WORK_P2P_PER_BATCH`).
  private static let peersAtATime = 8

  private func pairs(_ bytes: Double) -> CollectivePhase {
    let latencies = CollectiveLatencies.ring(.simple)
    let rounds = (ranks - 1 + Self.peersAtATime - 1) / Self.peersAtATime
    let step =
      nodes > 1 ? networkStep(latencies, .simple) : latencies.step(over: intra.kind)
    let part = bytes / Double(ranks)
    return CollectivePhase(
      latency: latencies.base + Double(rounds) * step,
      intraBytes: part * Double(ranksPerNode - 1),
      interBytes: part * Double(ranks - ranksPerNode))
  }

  private func tree(_ bytes: Double, _ handover: CollectiveProtocol) -> CollectivePhase {
    let latencies = CollectiveLatencies.tree(handover)
    let trees = DoubleBinaryTree(nodes: nodes)
    let wire = bytes / CollectiveShare.tree(handover, nodes: nodes)
    let inner = Double(ranksPerNode - 1)
    return CollectivePhase(
      latency: latencies.base
        + 2
        * (inner * latencies.step(over: intra.kind)
          + Double(trees.depth) * networkStep(latencies, handover)),
      intraBytes: 2 * wire * inner / Double(ranksPerNode),
      interBytes: wire / 2 * Double(trees.mostEdges) / Double(ranksPerNode))
  }

  /// A GPU serves the switch's reads of its whole buffer and stores the sum of its part, which the
  /// switch hands to all; between nodes each GPU's part goes up and down both trees meanwhile. The data
  /// are copied into the switch's buffers and out of them chunk by chunk, so that the links have nothing
  /// to do while the first round is copied in and the last one out.
  private func nvls(_ bytes: Double) -> CollectivePhase {
    let latencies = CollectiveLatencies.nvls
    let trees = DoubleBinaryTree(nodes: nodes)
    let members = Double(ranksPerNode)
    var phase = CollectivePhase(
      latency: 0, intraBytes: bytes * (1 + 1 / members) / (intra.nvlsShare ?? 1),
      interBytes: bytes / 2 * Double(trees.mostEdges) / members)
    let rounds = SwitchChunks.rounds(of: bytes, channels: intra.nvlsChannels, heads: ranksPerNode)
    phase.latency =
      latencies.nvlink + 2 * Double(trees.depth) * networkStep(latencies, .simple)
      + (rounds > 0 ? 2 * phase.seconds(in: self) * 1e6 / rounds : 0)
    return phase
  }

  private func hierarchical(_ collective: Collective, _ bytes: Double) -> [CollectivePhase] {
    let within = CollectiveGroup(nodes: 1, ranksPerNode: ranksPerNode, intra: intra, inter: inter)
    let rail = CollectiveGroup(nodes: nodes, ranksPerNode: 1, intra: intra, inter: inter)
    let part = bytes / Double(ranksPerNode)
    let phases: [CollectivePhase] =
      switch collective {
      case .allReduce:
        [
          within.ring(.reduceScatter, bytes, .simple), rail.ring(.allReduce, part, .simple),
          within.ring(.allGather, bytes, .simple),
        ]
      case .allGather:
        [rail.ring(.allGather, part, .simple), within.ring(.allGather, bytes, .simple)]
      case .reduceScatter:
        [within.ring(.reduceScatter, bytes, .simple), rail.ring(.reduceScatter, part, .simple)]
      case .allToAll: [within.pairs(bytes), rail.pairs(bytes)]
      }
    return phases.filter { $0.intraBytes + $0.interBytes > 0 }
  }
}
