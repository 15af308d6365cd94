// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
import Measurement
package import Scenario

/// Pods of a workload that send data to each other: `transfers`.
package struct TransfersConfiguration: Configurable {
  package var path: KnobPath
  package var podsOf: String
  package var ranks: Int
  package var pattern: TransferPattern
  package var bytes: ByteCount
  package var compute: SimDuration

  package static let podsOf = Knob<String>(
    required: "pods-of", help: "Workload whose running pods take part.")
  package static let ranks = Knob<Int>(
    "ranks", default: 2, in: 2...1_000_000, help: "Pods that have to run before it begins.",
    source: "a pair; state a job's own size")
  package static let pattern = Knob<TransferPattern>(
    "pattern", default: .pairwise, help: "Who sends to whom.", source: "stated by the scenario")
  package static let bytes = Knob<ByteCount>(
    required: "bytes", in: ByteCount(bytes: 1)...ByteCount(bytes: 1 << 44),
    help: "Bytes that a pod sends to its partner, or that all reduce, in each step.")
  package static let compute = Knob<SimDuration>(
    "compute", default: .seconds(1), in: .microseconds(1) ... .hours(24),
    help: "Time of a step in which nothing is sent.", source: "stated by the scenario")

  package static let declaration = SectionDeclaration(
    "transfers", help: "Data that the pods of a workload send to each other, step by step."
  ) {
    podsOf
    ranks
    pattern
    bytes
    compute
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    podsOf = reader[Self.podsOf]
    ranks = reader[Self.ranks]
    pattern = reader[Self.pattern]
    bytes = reader[Self.bytes]
    compute = reader[Self.compute]
  }
}

/// Who sends to whom in a step.
package enum TransferPattern: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// The first to the second, the third to the fourth, and so on.
  case pairwise
  /// All-reduce around a ring.
  case ringAllReduce = "ring-all-reduce"
}

/// Everything that can happen to transfers.
package enum TransferEvent: BitwiseCopyable, Codable, Sendable {
  /// A step of a load is over: the load, and which of its groups of pods it was.
  case stepDone(UInt16, UInt32)
  /// A pod of a workload has begun to run or ended.
  case podsChanged(WorkloadID)
  /// What one pod has sent to another has arrived, over the fabric.
  case arrived(TransmissionID)
}

/// The links of a pool's machines.
package struct PodLinks: Codable, Sendable {
  /// Bytes per second of the card.
  package var card: Double
  /// Bytes per second of all encapsulated traffic; `nil`: the card's.
  package var overlay: Double?

  func rate(hostNetwork: Bool) -> Double {
    hostNetwork ? card : min(card, overlay ?? card)
  }
}

/// Steps of computing and communication of groups of pods.
///
/// In a cluster with a `fabric`, what is sent are flows that share its links. Without one the network
/// between the machines is taken to be without contention, and the time is computed in closed form: what
/// binds is each machine's card or, for pods without `hostNetwork`, what it can encapsulate. Pods of one
/// machine that send outside share it. Pods of one machine talk to each other in no time.
package struct Transfers: Codable, Sendable {
  private struct Load: Codable, Sendable {
    let podsOf: WorkloadID
    let ranks: Int
    let pattern: TransferPattern
    let bytes: Double
    let compute: SimDuration
    let duration: HistogramID
    let bandwidth: GaugeID
    /// Which group of pods works; counts the groups.
    var group: UInt32 = 0
    var isWorking = false
    /// Over a fabric: what is on its way, and since when.
    var rows: [TransmissionID] = []
    var arrived = 0
    var began = SimTime.zero
  }

  private var loads: [Load] = []
  /// By pool.
  private let links: [PodLinks]

  package init(links: [PodLinks]) { self.links = links }

  package mutating func add(
    _ configuration: TransfersConfiguration, name: String, podsOf: WorkloadID,
    _ context: inout ClusterContext
  ) {
    context.runningPods.watch(podsOf)
    let labels = [MetricLabel("workload", name)]
    loads.append(
      Load(
        podsOf: podsOf, ranks: configuration.ranks, pattern: configuration.pattern,
        bytes: Double(configuration.bytes.bytes), compute: configuration.compute,
        duration: context.instruments.histogram(.transferDuration, labels),
        bandwidth: context.instruments.gauge(.transferBandwidth, labels)))
  }

  package mutating func handle(
    _ event: TransferEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .podsChanged(let workload):
      for index in loads.indices where loads[index].podsOf == workload {
        // A step that has lost a rank, or was begun without one, is begun anew.
        loads[index].group &+= 1
        loads[index].isWorking = false
        giveUp(index, &context, &agenda)
        step(index, &context, &agenda)
      }
    case .stepDone(let index, let group):
      guard loads[Int(index)].group == group, loads[Int(index)].isWorking else { return }
      step(Int(index), &context, &agenda)
    case .arrived(let id): arrived(id, &context, &agenda)
    }
  }

  /// Whether any step has moved data through a machine's link.
  func hasMoved(_ context: borrowing ClusterContext) -> Bool {
    loads.contains { context.instruments.distribution(of: $0.duration).count > 0 }
  }

  private mutating func step(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let load = loads[index]
    let pods = context.runningPods[load.podsOf]
    guard pods.count >= load.ranks else { return }
    guard !context.flows.hasFabric else {
      send(index, Array(pods.prefix(load.ranks)), &context, &agenda)
      return
    }
    let hostNetwork = context.podTemplates[load.podsOf.index].hostNetwork
    let nodes = pods.prefix(load.ranks).map { context.pods[$0].storedNode }
    let rates = nodes.map { links[context.nodes[$0].pool.index].rate(hostNetwork: hostNetwork) }
    let seconds =
      switch load.pattern {
      case .pairwise: Self.pairwise(load.bytes, nodes, rates)
      case .ringAllReduce: Self.ringAllReduce(load.bytes, nodes, rates)
      }
    let communication = SimDuration(roundingSeconds: seconds)
    record(communication, seconds, index, &context, agenda.now)
    loads[index].isWorking = true
    agenda.schedule(
      .transfers(.stepDone(UInt16(index), load.group)), in: context.cluster,
      at: agenda.now + load.compute + communication)
  }

  private func record(
    _ communication: SimDuration, _ seconds: Double, _ index: Int,
    _ context: inout ClusterContext, _ now: SimTime
  ) {
    context.instruments.record(communication, in: loads[index].duration, at: now)
    if seconds > 0 {
      context.instruments.set(loads[index].bytes / seconds, loads[index].bandwidth, at: now)
    }
  }

  // MARK: Over a fabric

  /// Sends what a step sends, all at once: each pair's data, or around the ring 2 (n - 1) / n of the data
  /// from each rank to the next.
  private mutating func send(
    _ index: Int, _ pods: [PodID], _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let load = loads[index]
    let template = context.podTemplates[load.podsOf.index]
    loads[index].isWorking = true
    loads[index].began = agenda.now
    loads[index].arrived = 0
    let ranks = pods.count
    let ends =
      switch load.pattern {
      case .pairwise: stride(from: 0, to: ranks - 1, by: 2).map { ($0, $0 + 1) }
      case .ringAllReduce: (0..<ranks).map { ($0, ($0 + 1) % ranks) }
      }
    let limit = [template.egressLimit, template.ingressLimit].compactMap(\.self).min()
    let share = load.pattern == .pairwise ? 1 : 2 * Double(ranks - 1) / Double(ranks)
    for (source, destination) in ends {
      let id = context.flows.add(
        Transmission(
          source: context.pods[pods[source]].storedNode,
          destination: context.pods[pods[destination]].storedNode, bytes: load.bytes * share,
          rateLimit: limit,
          isEncapsulated: !template.hostNetwork, owner: .transfers, load: UInt16(index),
          tag: load.group))
      loads[index].rows.append(id)
      agenda.send(.fabric(.begin(id)), in: context.cluster)
    }
  }

  private mutating func arrived(
    _ id: TransmissionID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let index = Int(context.flows[id].load)
    // What was given up in the same instant is the fabric's to give back.
    guard context.flows[id].tag == loads[index].group else { return }
    loads[index].arrived += 1
    guard loads[index].arrived == loads[index].rows.count else { return }
    for row in loads[index].rows { context.flows.giveBack(row) }
    loads[index].rows.removeAll(keepingCapacity: true)
    let communication = agenda.now - loads[index].began
    record(communication, communication.seconds, index, &context, agenda.now)
    agenda.schedule(
      .transfers(.stepDone(UInt16(index), loads[index].group)), in: context.cluster,
      at: agenda.now + loads[index].compute)
  }

  /// A step that lost a rank sends no further.
  private mutating func giveUp(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    for row in loads[index].rows { agenda.send(.fabric(.cancel(row)), in: context.cluster) }
    loads[index].rows.removeAll(keepingCapacity: true)
  }

  /// Time of the slowest pair; senders of one machine share it, and so do receivers.
  static func pairwise(_ bytes: Double, _ nodes: [NodeID], _ rates: [Double]) -> Double {
    var slowest = 0.0
    let pairs = stride(from: 0, to: nodes.count - 1, by: 2).filter { nodes[$0] != nodes[$0 + 1] }
    for first in pairs {
      let senders = Double(pairs.count { nodes[$0] == nodes[first] })
      let receivers = Double(pairs.count { nodes[$0 + 1] == nodes[first + 1] })
      let rate = min(rates[first] / senders, rates[first + 1] / receivers)
      slowest = max(slowest, bytes / rate)
    }
    return slowest
  }

  /// Time of a ring all-reduce: each of n ranks sends 2 (n - 1) / n of the data to the next (Patarasuk
  /// and Yuan, 2009). The ring goes through the machines one after the other, so each sends one
  /// stream outside, and the slowest machine's link binds.
  static func ringAllReduce(_ bytes: Double, _ nodes: [NodeID], _ rates: [Double]) -> Double {
    guard let first = nodes.first, nodes.contains(where: { $0 != first }),
      let slowest = rates.min()
    else { return 0 }
    let ranks = Double(nodes.count)
    return 2 * (ranks - 1) / ranks * bytes / slowest
  }
}
