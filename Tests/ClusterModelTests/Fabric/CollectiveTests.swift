// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Testing

@testable import ClusterModel

@Suite struct CollectiveTests {
  /// 450 GB/s within the node, 50 GB/s a GPU between nodes.
  static func group(_ nodes: Int, _ ranksPerNode: Int, nvls: Double? = nil) -> CollectiveGroup {
    CollectiveGroup(
      nodes: nodes, ranksPerNode: ranksPerNode,
      intra: .init(kind: .nvlink, bytesPerSecond: 450e9, nvlsShare: nvls),
      inter: .init(kind: .network, bytesPerSecond: 50e9))
  }

  /// nccl-tests, doc/PERFORMANCE.md; 1.875 is also the ratio that SkyPilot's log of 16 ranks shows.
  @Test func busBandwidthFactors() {
    #expect(Collective.allReduce.busBandwidthFactor(ranks: 8) == 1.75)
    #expect(Collective.allReduce.busBandwidthFactor(ranks: 16) == 1.875)
    #expect(Collective.allGather.busBandwidthFactor(ranks: 8) == 0.875)
    #expect(Collective.reduceScatter.busBandwidthFactor(ranks: 2) == 0.5)
    #expect(Collective.allToAll.busBandwidthFactor(ranks: 4) == 0.75)
  }

  /// Worked by hand from the published terms (NVIDIA/nccl at 5067397, src/graph/tuning.cc).
  @Test func latencies() {
    func latency(
      _ group: CollectiveGroup, _ collective: Collective, _ algorithm: CollectiveAlgorithm,
      _ handover: CollectiveProtocol
    ) -> Double {
      group.phases(of: collective, bytes: 0, by: algorithm, handover)[0].latency
    }
    let node = Self.group(1, 8, nvls: 1)
    let pair = Self.group(2, 8, nvls: 1)
    let four = Self.group(4, 8, nvls: 1)
    // 8.4 + 14 * 3.4; 8.4 + 28 * 3.4 + 2 * 14; 8.4 + 7 * 3.4
    #expect(abs(latency(node, .allReduce, .ring, .simple) - 56) < 1e-9)
    #expect(abs(latency(pair, .allReduce, .ring, .simple) - 131.6) < 1e-9)
    #expect(abs(latency(node, .allGather, .ring, .simple) - 32.2) < 1e-9)
    // A step within the node costs the posting of the card at least: 6.6 + 28 * 1.0 + 2 * 2.7
    #expect(abs(latency(pair, .allReduce, .ring, .lowLatency) - 40) < 1e-9)
    // 6.8 + 2 (7 * 0.6 + 2 * 5.0)
    #expect(abs(latency(four, .allReduce, .tree, .lowLatency) - 35.2) < 1e-9)
    // 25; 25 + 2 * 2 * 20.9
    #expect(latency(node, .allReduce, .nvls, .simple) == 25)
    #expect(abs(latency(four, .allReduce, .nvls, .simple) - 108.6) < 1e-9)
  }

  /// By hand from NCCL's rule: 16 channels times 8 GPUs take chunks of 64 KiB below 1 GiB, of 32 KiB below
  /// 64 MiB; the links idle for the first round of copying in and the last of copying out.
  @Test func fillOfTheSwitches() {
    let mebibyte = Double(1 << 20)
    #expect(SwitchChunks.rounds(of: 1024 * mebibyte, channels: 16, heads: 8) == 64)
    #expect(SwitchChunks.rounds(of: 512 * mebibyte, channels: 16, heads: 8) == 64)
    #expect(SwitchChunks.rounds(of: 8 * mebibyte, channels: 16, heads: 8) == 2)
    let phase = Self.group(1, 8, nvls: 1)
      .phases(of: .allReduce, bytes: 512 * mebibyte, by: .nvls, .simple)[0]
    // 512 MiB x 9/8 over 450 GB/s, a thirty-second of it, and 25 us.
    #expect(abs(phase.latency - (25 + 512 * mebibyte * 9 / 8 / 450e9 * 1e6 / 32)) < 1e-6)
  }

  /// The card's own latency comes twice in a Simple step, once in the others.
  @Test func cardLatency() {
    let plain = Self.group(2, 1)
    var link = plain.inter
    link.cardLatency = 0.6
    let slower = CollectiveGroup(nodes: 2, ranksPerNode: 1, intra: plain.intra, inter: link)
    let more = { (handover: CollectiveProtocol) in
      slower.phases(of: .allReduce, bytes: 0, by: .ring, handover)[0].latency
        - plain.phases(of: .allReduce, bytes: 0, by: .ring, handover)[0].latency
    }
    #expect(abs(more(.simple) - 2.4) < 1e-9)
    #expect(abs(more(.lowLatency) - 1.2) < 1e-9)
  }

  /// stas00/ml-engineering at 744d01e: 2(g - 1)/g of the payload over NVLink and 2(k - 1)/k of its
  /// g-th part over the card, here 1 GB on 4 nodes of 8: 3.889 + 3.75 ms.
  @Test func hierarchicalByHand() {
    let group = Self.group(4, 8)
    let phases = group.phases(of: .allReduce, bytes: 1e9, by: .hierarchical, .simple)
    #expect(phases.count == 3)
    let latency = phases.reduce(0) { $0 + $1.latency } / 1e6
    let seconds = group.time(of: .allReduce, bytes: 1_000_000_000, by: .hierarchical).seconds
    #expect(abs(seconds - latency - (1.75 / 450 + 1.5 / 8 / 50)) < 1e-8)
  }

  /// The same guide converts a bus bandwidth to the rate of a card: times (k - 1)/(n - 1).
  @Test(arguments: [(2, 8), (4, 8), (3, 5), (128, 8), (7, 1)])
  func rateOfTheCard(_ nodes: Int, _ ranksPerNode: Int) {
    let group = Self.group(nodes, ranksPerNode)
    let card = group.phases(of: .allReduce, bytes: 1, by: .hierarchical, .simple)
      .reduce(0) { $0 + $1.interBytes }
    let share = card / Collective.allReduce.busBandwidthFactor(ranks: group.ranks)
    #expect(abs(share - Double(nodes - 1) / Double(group.ranks - 1)) < 1e-12)
  }

  /// A large ring reaches the rate of the link within a node, and between nodes that of all cards.
  @Test func ringSaturates() {
    let tebibyte: Int64 = 1 << 40
    let node = Self.group(1, 8).busBandwidth(of: .allReduce, bytes: tebibyte, by: .ring)
    let many = Self.group(16, 8).busBandwidth(of: .allReduce, bytes: tebibyte, by: .ring)
    #expect(abs(node / 450e9 - 1) < 1e-3)
    #expect(abs(many / 400e9 - 1) < 1e-3)
  }

  /// Switches that reduce let a GPU send S(1 + 1/n) instead of 2S(n - 1)/n: 14/9 of the ring's rate at 8
  /// GPUs, nothing gained at 3, less than a ring at 2.
  @Test func switchesThatReduce() {
    func gain(_ gpus: Int) -> Double {
      let group = Self.group(1, gpus, nvls: 1)
      return group.busBandwidth(of: .allReduce, bytes: 1 << 42, by: .nvls)
        / group.busBandwidth(of: .allReduce, bytes: 1 << 42, by: .ring)
    }
    #expect(abs(gain(8) - 14.0 / 9) < 1e-3)
    #expect(abs(gain(3) - 1) < 1e-3)
    #expect(abs(gain(2) - 2.0 / 3) < 1e-3)
  }

  /// No algorithm is below what every rank has to receive over its links at least.
  @Test(arguments: [(1, 8), (2, 8), (16, 8), (5, 3), (9, 1)])
  func lowerBound(_ nodes: Int, _ ranksPerNode: Int) {
    let group = Self.group(nodes, ranksPerNode)
    let bytes: Int64 = 1 << 36
    let whole = group.intra.bytesPerSecond + group.inter.bytesPerSecond
    for collective in Collective.allCases {
      let least =
        Double(bytes) * collective.busBandwidthFactor(ranks: group.ranks) / whole
      for algorithm in CollectiveAlgorithm.allCases
      where group.supports(algorithm, for: collective) {
        let time = group.time(of: collective, bytes: bytes, by: algorithm).seconds
        #expect(time > least, "\(collective) by \(algorithm)")
        #expect(
          group.time(of: collective, bytes: bytes).seconds <= time || algorithm == .hierarchical)
      }
    }
  }

  @Test func smallMessagesTakeLowLatency() {
    let group = Self.group(1, 8)
    #expect(group.estimate(of: .allReduce, bytes: 1_024).handover == .lowLatency)
    #expect(group.estimate(of: .allReduce, bytes: 1 << 34).handover == .simple)
    #expect(group.estimate(of: .allReduce, bytes: 1 << 34).algorithm == .ring)
    // log2 of 512 nodes against 2 * 511 steps of a ring.
    #expect(Self.group(512, 8).estimate(of: .allReduce, bytes: 1 << 20).algorithm == .tree)
  }

  @Test func aloneNothingTakesTime() {
    #expect(Self.group(1, 1).time(of: .allReduce, bytes: 1 << 30) == .zero)
    #expect(Self.group(4, 8).time(of: .allToAll, bytes: 0) == .zero)
    #expect(Self.group(1, 1).transfers(of: .allReduce, bytes: 1 << 30, by: .ring).isEmpty)
  }

  @Test func stepTime() {
    let group = Self.group(8, 8)
    let once = group.time(of: .allReduce, bytes: 1 << 30)
    let step = stepCommunicationTime(
      [
        CollectiveOperation(.allReduce, bytes: 1 << 30, count: 3, hiddenShare: 0.5),
        CollectiveOperation(.allGather, bytes: 1 << 28),
      ], in: group)
    let gather = group.time(of: .allGather, bytes: 1 << 28)
    #expect(abs(step.seconds - 1.5 * once.seconds - gather.seconds) < 2e-9)
  }

  // MARK: Transfers

  /// What leaves a rank for its node, for other nodes, and what enters, by step.
  struct Load {
    var intraOut: [Double]
    var intraIn: [Double]
    var interOut: [Double]
    var interIn: [Double]

    init(_ transfers: [CollectiveTransfer], in group: CollectiveGroup) {
      let none = Array(repeating: 0.0, count: group.ranks)
      (intraOut, intraIn, interOut, interIn) = (none, none, none, none)
      for transfer in transfers {
        switch (transfer.source, transfer.destination) {
        case (.rank(let source), .rank(let destination)):
          if source / group.ranksPerNode == destination / group.ranksPerNode {
            intraOut[source] += transfer.bytes
            intraIn[destination] += transfer.bytes
          } else {
            interOut[source] += transfer.bytes
            interIn[destination] += transfer.bytes
          }
        case (.rank(let source), .nvlinkSwitch): intraOut[source] += transfer.bytes
        case (.nvlinkSwitch, .rank(let destination)): intraIn[destination] += transfer.bytes
        case (.nvlinkSwitch, .nvlinkSwitch): Issue.record("between switches")
        }
      }
    }

    var sums: [Double] { [intraOut, intraIn, interOut, interIn].map { $0.reduce(0, +) } }
  }

  /// The transfers load the busiest link of each kind with what the closed form reckons with, and what
  /// is sent is received.
  @Test(arguments: [(1, 8), (2, 8), (4, 8), (6, 4), (5, 3), (3, 1), (2, 1), (16, 8)])
  func transfersCarryTheClosedForm(_ nodes: Int, _ ranksPerNode: Int) {
    let group = Self.group(nodes, ranksPerNode, nvls: 0.85)
    for collective in Collective.allCases {
      for algorithm in CollectiveAlgorithm.allCases
      where group.supports(algorithm, for: collective) {
        let steps = group.transfers(of: collective, bytes: 1 << 30, by: algorithm)
        let phases = group.phases(
          of: collective, bytes: Double(1 << 30), by: algorithm, .simple)
        #expect(steps.count == phases.count)
        for (step, phase) in zip(steps, phases) {
          let load = Load(step.transfers, in: group)
          let sums = load.sums
          #expect(abs(sums[0] - sums[1]) <= 1e-6 * sums[0])
          #expect(abs(sums[2] - sums[3]) <= 1e-6 * sums[2])
          let intra = max(load.intraOut.max() ?? 0, load.intraIn.max() ?? 0)
          let inter = max(load.interOut.max() ?? 0, load.interIn.max() ?? 0)
          #expect(
            abs(intra - phase.intraBytes) <= 1e-9 * phase.intraBytes,
            "\(collective) by \(algorithm)")
          #expect(
            abs(inter - phase.interBytes) <= 1e-9 * phase.interBytes,
            "\(collective) by \(algorithm)")
        }
      }
    }
  }

  /// Every byte that another rank lacks comes over some link: n - 1 parts to each of n ranks, once in an
  /// all-gather and a reduce-scatter, twice in an all-reduce by a ring.
  @Test func volume() {
    let group = Self.group(4, 8)
    func volume(_ collective: Collective) -> Double {
      group.transfers(of: collective, bytes: 3_200, by: .ring)
        .flatMap(\.transfers).reduce(0) { $0 + $1.bytes }
    }
    #expect(abs(volume(.allGather) - 31 * 3_200) < 1e-6)
    #expect(abs(volume(.reduceScatter) - 31 * 3_200) < 1e-6)
    #expect(abs(volume(.allReduce) - 2 * 31 * 3_200) < 1e-6)
    #expect(abs(volume(.allToAll) - 31 * 3_200) < 1e-6)
  }
}

@Suite struct DoubleBinaryTreeTests {
  @Test func isTwoBinaryTrees() {
    for nodes in 1...260 {
      let trees = DoubleBinaryTree(nodes: nodes)
      var inner = Array(repeating: 0, count: nodes)
      for isSecond in [false, true] {
        var children = Array(repeating: 0, count: nodes)
        var roots = 0
        var deepest = 0
        for node in 0..<nodes {
          if let parent = trees.parent(of: node, inSecond: isSecond) {
            children[parent] += 1
          } else {
            roots += 1
          }
          var (above, steps) = (node, 0)
          while let parent = trees.parent(of: above, inSecond: isSecond), steps <= nodes {
            above = parent
            steps += 1
          }
          deepest = max(deepest, steps)
        }
        #expect(roots == 1 && (children.max() ?? 0) <= 2, "\(nodes) nodes")
        #expect(deepest == trees.depth, "\(nodes) nodes")
        for node in 0..<nodes where children[node] > 0 { inner[node] += 1 }
      }
      // Full bandwidth: whoever passes on in one tree only receives in the other.
      if nodes > 2 { #expect(inner.allSatisfy { $0 <= 1 }, "\(nodes) nodes") }
      #expect(trees.mostEdges <= 4, "\(nodes) nodes")
    }
  }
}
