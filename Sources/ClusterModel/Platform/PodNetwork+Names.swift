// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// The name servers of a cluster and the resolvers of its pods.
struct NameService: Codable, Sendable {
  let servers: WorkloadID
  /// What a server asks the API server for each query; `nil`: nothing.
  let read: RequestClassID?
  let ndots: Int
  let clusterDomains: Int
  let hostDomains: Int
  let timeout: SimDuration
  let attempts: Int
  let clusterAnswer: SimDuration
  let externalAnswer: SimDuration

  init(_ configuration: DNSConfiguration, servers: WorkloadID, read: RequestClassID?) {
    self.servers = servers
    self.read = read
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

/// A query for which a name server asks the API server.
struct RecordRead: Codable, Sendable {
  var lookup: PendingLookup
  let began: SimTime
  /// Time spent so in earlier rounds of the look-up.
  let spent: SimDuration
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
  /// Answers that the clients keep.
  var cache: NameCache?
  /// Of each node, its place among the clients; where there is a cache.
  var places: [UInt32] = []

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
    if configuration.cacheTTL > .zero {
      cache = NameCache(timeToLive: configuration.cacheTTL, labels, &context.instruments)
    }
  }

  mutating func adopt(_ nodes: borrowing NodeTable, _ luck: inout RandomStream, at now: SimTime) {
    while examinedNodes < nodes.count {
      let node = NodeID(examinedNodes)
      examinedNodes += 1
      let isClient = pool == nil || nodes[node].pool == pool
      if cache != nil { places.append(isClient ? UInt32(clients.count) : .max) }
      guard isClient else { continue }
      clients.append(node)
      cache?.add(at: now, &luck)
    }
  }
}

extension PodNetwork {
  mutating func scheduleLookup(
    _ load: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    lookupLoads[load].adopt(
      context.nodes, &context.streams[lookupLoads[load].arrivals], at: agenda.now)
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
    let place = Int(context.streams[choice].below(UInt64(clients.count)))
    let client = clients[place]
    guard context.nodes[client].machineIsUp else { return }
    let isExternal = context.streams[choice].nextUnit() < lookupLoads[load].externalShare
    if lookupLoads[load].cache?.holdsAnswer(of: place, at: agenda.now) ?? false {
      context.instruments.add(1, to: lookupLoads[load].answered, at: agenda.now)
      context.instruments.record(.zero, in: lookupLoads[load].duration, at: agenda.now)
      return
    }
    resolve(
      PendingLookup(load: UInt16(load), client: client, isExternal: isExternal),
      &context, &agenda)
  }

  /// Goes through the search list until a query stays without an answer or the name is found.
  ///
  /// - Parameter spent: time that the name servers have waited for the API server.
  private mutating func resolve(
    _ lookup: PendingLookup, spent: SimDuration = .zero, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard let names else { return }
    var lookup = lookup
    let load = lookupLoads[Int(lookup.load)]
    let rounds = names.rounds(isExternal: lookup.isExternal, dots: load.dots)
    while lookup.round < rounds.all {
      let asksOutside = lookup.isExternal && lookup.round >= rounds.own
      guard
        let server = query(
          from: lookup.client, asksOutside: asksOutside, names, &context, agenda.now)
      else {
        agenda.schedule(
          .podNetwork(.queryTimedOut(lookup)), in: context.cluster, at: agenda.now + names.timeout)
        return
      }
      if let read = names.read, !asksOutside {
        return readRecord(for: lookup, read, from: server, spent: spent, &context, &agenda)
      }
      lookup.goOn()
    }
    let answers =
      names.clusterAnswer * rounds.own + names.externalAnswer * (rounds.all - rounds.own)
    context.instruments.add(1, to: load.answered, at: agenda.now)
    context.instruments.record(
      answers + spent + names.timeout * lookup.timeouts, in: load.duration, at: agenda.now)
    note(lookup, isAnswered: true, &context, agenda.now)
  }

  private mutating func note(
    _ lookup: PendingLookup, isAnswered: Bool, _ context: inout ClusterContext, _ now: SimTime
  ) {
    let load = Int(lookup.load)
    guard lookupLoads[load].cache != nil else { return }
    let place = Int(lookupLoads[load].places[lookup.client.index])
    lookupLoads[load].cache?.end(
      of: place, isAnswered: isAnswered, &context.instruments, at: now)
  }

  // MARK: Records

  /// A name server asks the API server for what a query wants.
  private mutating func readRecord(
    for lookup: PendingLookup, _ read: RequestClassID, from server: PodID, spent: SimDuration,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let pending = RecordRead(lookup: lookup, began: agenda.now, spent: spent)
    let slot = reads.firstIndex { $0 == nil } ?? reads.count
    if slot == reads.count { reads.append(pending) } else { reads[slot] = pending }
    context.request(
      read, subject: UInt32(slot), origin: context.pods[server].storedNode, &agenda)
  }

  /// The API server has answered a name server, or not. The resolver's patience is the name server's.
  mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let slot = Int(context.requests[id].subject)
    guard var pending = reads[slot] else { return }
    reads[slot] = nil
    switch outcome {
    // That there is no such record is an answer.
    case .ok, .notFound:
      pending.lookup.goOn()
      resolve(
        pending.lookup, spent: pending.spent + (agenda.now - pending.began), &context, &agenda)
    case .clientTimeout:
      pending.lookup.timeOut()
      tryNext(pending.lookup, &context, &agenda)
    default:
      // SERVFAIL: the next attempt comes at once.
      pending.lookup.fail()
      tryNext(pending.lookup, &context, &agenda)
    }
  }

  mutating func tryAgain(
    _ lookup: PendingLookup, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    var lookup = lookup
    lookup.timeOut()
    tryNext(lookup, &context, &agenda)
  }

  private mutating func tryNext(
    _ lookup: PendingLookup, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let names else { return }
    if lookup.attempt < names.attempts {
      resolve(lookup, &context, &agenda)
      return
    }
    let load = lookupLoads[Int(lookup.load)]
    context.instruments.add(1, to: load.failed, at: agenda.now)
    context.instruments.record(
      names.timeout * lookup.timeouts, in: load.duration, at: agenda.now)
    note(lookup, isAnswered: false, &context, agenda.now)
  }

  /// Sends the queries for both kinds of address (A and AAAA) to one of the servers; returns it if both
  /// are answered. kube-proxy's rules choose a server at random for each socket.
  private mutating func query(
    from client: NodeID, asksOutside: Bool, _ names: NameService, _ context: inout ClusterContext,
    _ now: SimTime
  ) -> PodID? {
    let servers = context.runningPods[names.servers]
    guard context.nameResolution.isUp, !servers.isEmpty else { return nil }
    let server = servers[Int(context.streams[choice].below(UInt64(servers.count)))]
    guard reach(server, from: client, context, now) else {
      context.instruments.add(1, to: metrics.overflows, at: now)
      return nil
    }
    guard asksOutside else { return server }
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
    return isAnswered ? server : nil
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
