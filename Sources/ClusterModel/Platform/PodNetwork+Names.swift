// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// The name servers of a cluster and the resolvers of its pods.
struct NameService: Codable, Sendable {
  let servers: WorkloadID
  let ndots: Int
  let clusterDomains: Int
  let hostDomains: Int
  let timeout: SimDuration
  let attempts: Int
  let clusterAnswer: SimDuration
  let externalAnswer: SimDuration

  init(_ configuration: DNSConfiguration, servers: WorkloadID) {
    self.servers = servers
    ndots = configuration.ndots
    clusterDomains = configuration.clusterDomains
    hostDomains = configuration.hostDomains
    timeout = configuration.timeout
    attempts = configuration.attempts
    clusterAnswer = configuration.clusterAnswer
    externalAnswer = configuration.externalAnswer
  }

  /// Names that are tried for one look-up, the last of which exists, and how many of the first the
  /// servers answer themselves.
  func rounds(isExternal: Bool, dots: Int) -> (all: Int, own: Int) {
    // A name of the cluster is written so that the first search domain completes it.
    guard isExternal else { return (1, 1) }
    return dots < ndots ? (clusterDomains + hostDomains + 1, clusterDomains) : (1, 0)
  }
}

/// Programs that look names up.
struct LookupLoad: Codable, Sendable {
  let rate: Double
  let isPerNode: Bool
  let externalShare: Double
  let dots: Int
  let pool: NodePoolID?
  let arrivals: StreamID
  let answered: CounterID
  let failed: CounterID
  let duration: HistogramID
  /// Nodes that look up, of the first `examinedNodes`.
  var clients: [NodeID] = []
  var examinedNodes = 0
  var next: SimTime = .zero

  init(
    _ configuration: LookupsConfiguration, name: String, pool: NodePoolID?,
    _ context: inout ClusterContext
  ) {
    rate = (configuration.ratePerNode ?? configuration.rate)?.perSecond ?? 0
    isPerNode = configuration.ratePerNode != nil
    externalShare = configuration.externalShare.value
    dots = configuration.dots
    self.pool = pool
    arrivals = context.streams.stream("lookups/\(name)/arrivals")
    let labels = [MetricLabel("workload", name)]
    answered = context.instruments.counter(
      .lookups, labels + [MetricLabel("result", "answered")])
    failed = context.instruments.counter(.lookups, labels + [MetricLabel("result", "failed")])
    duration = context.instruments.histogram(.lookupDuration, labels)
  }

  mutating func adopt(_ nodes: borrowing NodeTable) {
    while examinedNodes < nodes.count {
      let node = NodeID(examinedNodes)
      examinedNodes += 1
      if pool == nil || nodes[node].pool == pool { clients.append(node) }
    }
  }
}

extension PodNetwork {
  mutating func scheduleLookup(
    _ load: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    lookupLoads[load].adopt(context.nodes)
    let each = lookupLoads[load].rate
    let rate =
      lookupLoads[load].isPerNode ? each * Double(max(1, lookupLoads[load].clients.count)) : each
    guard rate > 0 else { return }
    let gap = context.streams[lookupLoads[load].arrivals].exponential() / rate
    agenda.schedule(
      .podNetwork(.lookup(UInt16(load))), in: context.cluster,
      at: agenda.now + SimDuration(roundingSeconds: gap))
  }

  mutating func beginLookup(
    _ load: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let clients = lookupLoads[load].clients
    guard names != nil, !clients.isEmpty else { return }
    let client = clients[Int(context.streams[choice].below(UInt64(clients.count)))]
    guard context.nodes[client].machineIsUp else { return }
    let isExternal = context.streams[choice].nextUnit() < lookupLoads[load].externalShare
    resolve(
      PendingLookup(load: UInt16(load), client: client, isExternal: isExternal),
      &context, &agenda)
  }

  /// Goes through the search list until a query stays without an answer or the name is found.
  private mutating func resolve(
    _ lookup: PendingLookup, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let names else { return }
    var lookup = lookup
    let load = lookupLoads[Int(lookup.load)]
    let rounds = names.rounds(isExternal: lookup.isExternal, dots: load.dots)
    while lookup.round < rounds.all {
      let asksOutside = lookup.isExternal && lookup.round >= rounds.own
      guard query(from: lookup.client, asksOutside: asksOutside, names, &context, agenda.now)
      else {
        agenda.schedule(
          .podNetwork(.queryTimedOut(lookup)), in: context.cluster, at: agenda.now + names.timeout)
        return
      }
      lookup.goOn()
    }
    let answers =
      names.clusterAnswer * rounds.own + names.externalAnswer * (rounds.all - rounds.own)
    context.instruments.add(1, to: load.answered, at: agenda.now)
    context.instruments.record(
      answers + names.timeout * lookup.timeouts, in: load.duration, at: agenda.now)
  }

  mutating func tryAgain(
    _ lookup: PendingLookup, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let names else { return }
    var lookup = lookup
    lookup.timeOut()
    if lookup.attempt < names.attempts {
      resolve(lookup, &context, &agenda)
      return
    }
    let load = lookupLoads[Int(lookup.load)]
    context.instruments.add(1, to: load.failed, at: agenda.now)
    context.instruments.record(
      names.timeout * lookup.timeouts, in: load.duration, at: agenda.now)
  }

  /// Sends the queries for both kinds of address (A and AAAA) to one of the servers; whether both are
  /// answered. kube-proxy's rules choose a server at random for each socket.
  private mutating func query(
    from client: NodeID, asksOutside: Bool, _ names: NameService, _ context: inout ClusterContext,
    _ now: SimTime
  ) -> Bool {
    let servers = context.runningPods[names.servers]
    guard context.nameResolution.isUp, !servers.isEmpty else { return false }
    let server = servers[Int(context.streams[choice].below(UInt64(servers.count)))]
    guard reach(server, from: client, context, now) else {
      context.instruments.add(1, to: metrics.overflows, at: now)
      return false
    }
    guard asksOutside else { return true }
    let host = context.pods[server].storedNode
    openHost(host, context)
    hosts[host.index].wasAskedOutside = true
    var isAnswered = true
    for _ in 0..<2 {
      hosts[host.index].offered += 1
      if hosts[host.index].externalLookups?.tryTake(at: now) ?? true { continue }
      hosts[host.index].failed += 1
      isAnswered = false
    }
    return isAnswered
  }

  /// A host with a neighbour table needs an entry for the server.
  private mutating func reach(
    _ server: PodID, from client: NodeID, _ context: borrowing ClusterContext, _ now: SimTime
  ) -> Bool {
    guard client.index < hosts.count, hosts[client.index].neighbours != nil else { return true }
    var number = knownServers.firstIndex(of: server) ?? knownServers.count
    if number == knownServers.count { knownServers.append(server) }
    number += Int(peerCount)
    return hosts[client.index].neighbours?.use(UInt32(number), at: now) ?? true
  }
}
