// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Measurement
import Scenario

/// Everything that can happen in the pod network.
package enum PodNetworkEvent: BitwiseCopyable, Codable, Sendable {
  /// A program looks the next name up.
  case lookup(UInt16)
  /// A query was not answered in time.
  case queryTimedOut(PendingLookup)
  /// A peer sends a SYN: peer, load, how often it has sent it before.
  case connect(UInt32, UInt16, UInt8)
  /// A pod of a workload that somebody talks to has begun to run or ended.
  case podsChanged(WorkloadID)
}

/// A look-up under way; small, since it travels in events.
package struct PendingLookup: BitwiseCopyable, Codable, Sendable {
  let client: NodeID
  let load: UInt16
  /// Place in the search list, and in the highest bit whether the name is external.
  private var place: UInt8
  /// Time-outs in all, and in the highest three bits those of this round.
  private var tries: UInt8

  init(load: UInt16, client: NodeID, isExternal: Bool) {
    self.load = load
    self.client = client
    place = isExternal ? 0x80 : 0
    tries = 0
  }

  var isExternal: Bool { place & 0x80 != 0 }
  /// Which name of the search list it is at.
  var round: Int { Int(place & 0x7F) }
  /// Time-outs in all, up to 31.
  var timeouts: Int { Int(tries & 0x1F) }
  /// Times that the query was sent without an answer in this round, up to 7.
  var attempt: Int { Int(tries >> 5) }

  /// Everything but the client, for the fingerprint.
  var digest: UInt64 { UInt64(load) << 16 | UInt64(place) << 8 | UInt64(tries) }

  /// An attempt has ended at once, without a time-out.
  mutating func fail() { tries = UInt8(timeouts) | UInt8(min(attempt + 1, 7)) << 5 }

  mutating func goOn() {
    place += 1
    tries &= 0x1F
  }

  mutating func timeOut() {
    tries = UInt8(min(timeouts + 1, 31)) | UInt8(min(attempt + 1, 7)) << 5
  }
}

/// What pods say to each other, as far as it meets a limit: names are looked up at name servers that
/// are pods, whose machines may ask outside only so often, and connections need an entry in the
/// neighbour table of the node that they go to.
package struct PodNetwork: Codable, Sendable {
  /// What a node that talks has to do with.
  struct Host: Codable, Sendable {
    /// Look-ups of names outside that the cloud's resolver answers.
    var externalLookups: TokenBucket?
    var offered = 0
    var wasAskedOutside = false
    var failed = 0
    /// Made for nodes that peers connect to.
    var neighbours: NeighbourTable?
  }

  var names: NameService?
  /// Reads of the API server that name servers wait for, by their requests' subject.
  var reads: [RecordRead?] = []
  var lookupLoads: [LookupLoad] = []
  var connectionLoads: [ConnectionLoad] = []
  /// By node, as far as needed.
  var hosts: [Host] = []
  /// By pool.
  let machines: [MachineConfiguration]
  /// Peers of connections come first in the numbering of neighbours, then name servers.
  var peerCount: UInt32 = 0
  var knownServers: [PodID] = []
  let choice: StreamID
  let metrics: PodNetworkMetrics
  let path: KnobPath?

  package init(
    dns: DNSConfiguration?, servers: WorkloadID?, read: RequestClassID?,
    machines: [MachineConfiguration], _ context: inout ClusterContext
  ) {
    self.machines = machines
    path = dns?.path
    choice = context.streams.stream("pod-network/choice")
    metrics = PodNetworkMetrics(&context.instruments)
    if let dns, let servers {
      names = NameService(dns, servers: servers, read: read)
      context.runningPods.watch(servers)
    }
  }

  package mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    for load in lookupLoads.indices { scheduleLookup(load, &context, &agenda) }
    for load in connectionLoads.indices {
      for peer in 0..<connectionLoads[load].peers {
        scheduleConnection(load, peer, &context, &agenda)
      }
    }
  }

  package mutating func handle(
    _ event: PodNetworkEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .lookup(let load):
      beginLookup(Int(load), &context, &agenda)
      scheduleLookup(Int(load), &context, &agenda)
    case .queryTimedOut(let lookup): tryAgain(lookup, &context, &agenda)
    case .connect(let peer, let load, let attempt):
      connect(Int(load), peer, attempt, &context, &agenda)
    case .podsChanged(let workload): podsChanged(workload, &context, agenda.now)
    }
  }

  /// Adds programs that look names up.
  package mutating func add(
    _ configuration: LookupsConfiguration, name: String, pool: NodePoolID?,
    _ context: inout ClusterContext
  ) {
    lookupLoads.append(LookupLoad(configuration, name: name, pool: pool, &context))
  }

  /// Adds peers that connect to a workload.
  package mutating func add(
    _ configuration: ConnectionsConfiguration, name: String, target: WorkloadID,
    _ context: inout ClusterContext
  ) {
    context.runningPods.watch(target)
    connectionLoads.append(
      ConnectionLoad(
        configuration, name: name, target: target, firstPeer: peerCount, &context))
    peerCount += UInt32(configuration.peers)
  }

  /// Makes sure that there is a host for a node.
  mutating func openHost(_ node: NodeID, _ context: borrowing ClusterContext) {
    while hosts.count <= node.index {
      let pool = context.nodes[NodeID(hosts.count)].pool
      // A limit per second: a second's worth may come at once.
      let limit = machines[pool.index].externalLookups.map {
        TokenBucket(perSecond: $0.perSecond, burst: max(1, Int($0.perSecond)))
      }
      hosts.append(Host(externalLookups: limit))
    }
  }

  // MARK: Measuring

  /// The warm-up is over.
  package mutating func openWindow() {
    for index in hosts.indices {
      hosts[index].offered = 0
      hosts[index].failed = 0
    }
  }

  /// What the busiest machine's look-ups outside came to, and those of all others.
  package func sumUp(
    over window: SimDuration, at now: SimTime, _ instruments: inout Instruments
  ) {
    guard window > .zero, names != nil,
      let busiest = hosts.indices.max(by: { hosts[$0].offered < hosts[$1].offered })
    else { return }
    let others = hosts.indices.filter { $0 != busiest }
    let sums = [
      (hosts[busiest].offered, hosts[busiest].failed),
      others.reduce((0, 0)) { ($0.0 + hosts[$1].offered, $0.1 + hosts[$1].failed) },
    ]
    for (index, sum) in sums.enumerated() {
      instruments.set(
        Double(sum.0) / window.seconds, metrics.offeredRate[index], at: now)
      instruments.set(
        sum.0 == 0 ? 0 : Double(sum.1) / Double(sum.0), metrics.failedShare[index], at: now)
    }
  }

  private func podsChanged(
    _ workload: WorkloadID, _ context: inout ClusterContext, _ now: SimTime
  ) {
    guard workload == names?.servers else { return }
    var most = 0
    let nodes = context.runningPods[workload].map { context.pods[$0].storedNode }.sorted()
    var index = 0
    while index < nodes.count {
      var end = index
      while end < nodes.count, nodes[end] == nodes[index] { end += 1 }
      most = max(most, end - index)
      index = end
    }
    context.instruments.set(most, metrics.serversOnNode, at: now)
    context.instruments.set(nodes.count, metrics.servers, at: now)
  }

  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    guard let path else { return }
    idle.add(
      section: path,
      unless: lookupLoads.contains {
        context.instruments.hasCounted($0.answered) || context.instruments.hasCounted($0.failed)
      })
  }
}

/// The instruments of the pod network.
package struct PodNetworkMetrics: Codable, Sendable {
  let servers: GaugeID
  let serversOnNode: GaugeID
  /// Of the machine with the most, and of all others.
  let offeredRate: [GaugeID]
  let failedShare: [GaugeID]
  let neighbours: GaugeID
  let overflows: CounterID

  init(_ instruments: inout Instruments) {
    servers = instruments.gauge(.nameServers)
    serversOnNode = instruments.gauge(.nameServersOnNode)
    let vms = ["busiest", "others"].map { [MetricLabel("vm", $0)] }
    offeredRate = vms.map { instruments.gauge(.upstreamOffered, $0) }
    failedShare = vms.map { instruments.gauge(.upstreamFailed, $0) }
    neighbours = instruments.gauge(.neighbourEntries)
    overflows = instruments.counter(.neighbourOverflows)
    for gauge in [servers, serversOnNode, neighbours] + offeredRate {
      instruments.set(0, gauge, at: .zero)
    }
    for gauge in failedShare { instruments.set(0.0, gauge, at: .zero) }
  }
}
