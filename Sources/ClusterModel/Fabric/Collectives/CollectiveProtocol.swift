// SPDX-License-Identifier: Apache-2.0

/// How NCCL hands data over between two ranks: with a flag beside each word (LL), beside each 120 bytes
/// (LL128), or in chunks that are announced (Simple). The first have the lower latency, the last the
/// higher bandwidth.
package enum CollectiveProtocol: Sendable, CaseIterable {
  case lowLatency
  case lowLatency128
  case simple
}

/// The latencies that NCCL's own cost model reckons with, in microseconds.
///
/// Source: NVIDIA/nccl at 5067397, src/graph/tuning.cc (`baseLatencies`, `hwLatencies`).
struct CollectiveLatencies {
  /// Of the start, whatever the number of steps.
  let base: Double
  /// Of a step over each kind of link.
  let nvlink: Double
  let pcie: Double
  let network: Double

  func step(over kind: LinkKind) -> Double {
    switch kind {
    case .nvlink: nvlink
    case .pcie: pcie
    case .network: network
    }
  }

  static func ring(_ handover: CollectiveProtocol) -> CollectiveLatencies {
    switch handover {
    case .lowLatency: CollectiveLatencies(base: 6.6, nvlink: 0.6, pcie: 1.0, network: 2.7)
    case .lowLatency128: CollectiveLatencies(base: 14.0, nvlink: 1.9, pcie: 2.5, network: 4.0)
    case .simple: CollectiveLatencies(base: 8.4, nvlink: 3.4, pcie: 5.7, network: 14.0)
    }
  }

  static func tree(_ handover: CollectiveProtocol) -> CollectiveLatencies {
    switch handover {
    case .lowLatency: CollectiveLatencies(base: 6.8, nvlink: 0.6, pcie: 1.0, network: 5.0)
    case .lowLatency128: CollectiveLatencies(base: 14.0, nvlink: 1.25, pcie: 1.9, network: 8.5)
    case .simple: CollectiveLatencies(base: 8.4, nvlink: 4.0, pcie: 4.0, network: 14.0)
    }
  }

  /// NVLS has the Simple protocol only and no base; its network step is that of the NVLS tree.
  static let nvls = CollectiveLatencies(base: 0, nvlink: 25, pcie: 0, network: 20.9)

  /// Least latency of a ring's step within a node when there are several nodes: a processor posts to the
  /// network card, 1 us on Intel (2 us on AMD), three times that for Simple. Same source.
  static func leastIntraStep(_ handover: CollectiveProtocol) -> Double {
    handover == .simple ? 3 : 1
  }

  /// How often a network step contains the card's own latency. Same source.
  static func cardLatencies(_ handover: CollectiveProtocol) -> Double {
    handover == .simple ? 2 : 1
  }
}

/// In how many rounds NVLS works through a buffer: in each, every channel takes a chunk for every GPU of
/// the node.
///
/// Source: NVIDIA/nccl, src/enqueue.cc (chunks by size) and src/transport/nvls.cc (`NCCL_NVLS_CHUNKSIZE`
/// 128 KiB).
enum SwitchChunks {
  static func rounds(of bytes: Double, channels: Int, heads: Int) -> Double {
    let side = Double(channels * heads)
    var chunk = 131_072.0
    for (rounds, smaller) in [(64.0, 65_536.0), (8, 32_768), (2, 16_384)]
    where bytes < rounds * side * chunk {
      chunk = min(chunk, smaller)
    }
    return (bytes / (side * chunk)).rounded(.up)
  }
}

/// The share of a link that data of an algorithm gets; the rest are flags and gaps.
///
/// Source: NVIDIA/nccl at 5067397, src/graph/tuning.cc. Its further ceilings for each channel bind none
/// of the modelled links.
enum CollectiveShare {
  /// A flag of 4 bytes for 4 bytes of data.
  static func ring(_ handover: CollectiveProtocol) -> Double {
    switch handover {
    case .lowLatency: 0.5
    case .lowLatency128: 0.92
    case .simple: 1
    }
  }

  static func tree(_ handover: CollectiveProtocol, nodes: Int) -> Double {
    switch handover {
    case .lowLatency: 1 / 3.8
    case .lowLatency128: nodes == 1 ? 0.92 * 7 / 9 : 0.92 * 120 / 128
    case .simple: 0.92
    }
  }
}
