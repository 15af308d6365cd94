// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Testing

@testable import ClusterModel

/// Collectives as flows over the ends of their ranks' links.
@Suite struct CollectiveFlowTests {
  /// A fabric that is never the narrowest place: only what leaves and enters each GPU is a link.
  private struct Ends {
    var network = FlowNetwork()
    /// By rank: out and in within the node, out and in between nodes.
    private var links: [[LinkID]] = []
    private let group: CollectiveGroup

    init(_ group: CollectiveGroup) {
      self.group = group
      links = (0..<group.ranks).map { _ in
        [group.intra, group.intra, group.inter, group.inter].map {
          network.addLink(capacity: $0.bytesPerSecond)
        }
      }
    }

    private func path(_ transfer: CollectiveTransfer) -> [LinkID] {
      switch (transfer.source, transfer.destination) {
      case (.rank(let source), .rank(let destination)):
        source / group.ranksPerNode == destination / group.ranksPerNode
          ? [links[source][0], links[destination][1]] : [links[source][2], links[destination][3]]
      case (.rank(let source), .nvlinkSwitch): [links[source][0]]
      case (.nvlinkSwitch, .rank(let destination)): [links[destination][1]]
      case (.nvlinkSwitch, .nvlinkSwitch): []
      }
    }

    /// Runs the steps one after the other; seconds that they take.
    mutating func run(_ steps: [CollectiveStep]) -> Double {
      var now = SimTime.zero
      for step in steps {
        now += step.latency
        for transfer in step.transfers {
          network.start(bytes: transfer.bytes, over: path(transfer), at: now)
        }
        network.settle(at: now)
        while let next = network.nextCompletion {
          now = next
          while network.popFinished(at: now) != nil {}
          network.settle(at: now)
        }
      }
      return (now - SimTime.zero).seconds
    }
  }

  @Test(
    "Closed form and flows agree within 1 %",
    arguments: [(1, 8), (2, 8), (4, 8), (6, 4), (5, 3), (9, 1), (2, 1)])
  func agree(_ nodes: Int, _ ranksPerNode: Int) {
    let group = CollectiveTests.group(nodes, ranksPerNode, nvls: 0.85)
    for bytes: Int64 in [1 << 20, 1 << 30] {
      for collective in Collective.allCases {
        for algorithm in CollectiveAlgorithm.allCases
        where group.supports(algorithm, for: collective) {
          var ends = Ends(group)
          let flows = ends.run(group.transfers(of: collective, bytes: bytes, by: algorithm))
          let closed = group.phases(
            of: collective, bytes: Double(bytes), by: algorithm, .simple
          ).reduce(0) { $0 + $1.seconds(in: group) }
          #expect(
            abs(flows / closed - 1) < 0.01,
            "\(collective) by \(algorithm), \(bytes) B: \(flows) s against \(closed) s")
        }
      }
    }
  }

  /// The public estimate of a large message is that of the flows, too.
  @Test func largeMessages() {
    let group = CollectiveTests.group(4, 8, nvls: 0.85)
    let estimate = group.estimate(of: .allReduce, bytes: 1 << 34)
    #expect(estimate.handover == .simple)
    var ends = Ends(group)
    let flows = ends.run(
      group.transfers(of: .allReduce, bytes: 1 << 34, by: estimate.algorithm))
    #expect(abs(flows / estimate.duration.seconds - 1) < 0.01)
  }

  /// Two all-reduces at once over the same cards take twice as long: what the closed form cannot know.
  @Test func contention() {
    let group = CollectiveTests.group(4, 1)
    let steps = group.transfers(of: .allReduce, bytes: 1 << 34, by: .ring)
    let both = steps.map {
      CollectiveStep(latency: $0.latency, transfers: $0.transfers + $0.transfers)
    }
    var ends = Ends(group)
    let time = ends.run(both)
    let alone = group.time(of: .allReduce, bytes: 1 << 34, by: .ring).seconds
    #expect(abs(time / alone - 2) < 0.01)
  }
}
