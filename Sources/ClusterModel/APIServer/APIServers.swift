// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// The kube-apiserver replicas of a cluster behind their balancer: seats, cores, reads from cache or
/// store, and the network card.
///
/// A request: seat (`max-requests-inflight`, else 429) → cores → watch cache or etcd → cores again
/// for large answers → network card → seat free, answer on its way. Cores are shared in slices of
/// 10 ms, so that a LIST of a hundred thousand objects does not hold a core against heartbeats for
/// longer than the Go scheduler would let it.
package struct APIServers: Codable, Sendable {
  package let configuration: APIServerConfiguration
  package internal(set) var servers: [APIServer]
  var timeouts: DeadlineLane<RequestReference>
  var uncached: [Bool] = []
  var metrics: APIServerMetrics
  package internal(set) var watches: WatchRegistry
  let watchStream: StreamID
  private let goawayStream: StreamID
  let watchCPUPerEvent: SimDuration
  let watchCPUPerKilobyte: SimDuration
  /// Costs on this machine.
  let costs: APIServerCostConfiguration
  let podResource: ResourceID
  var flowControl: FlowControl
  var webhooks: Webhooks
  let auditCPUPerKilobyte: SimDuration
  /// How long an answer waits for its audit event.
  let auditWait: SimDuration

  /// Go's forced preemption: runtime/proc.go `forcePreemptNS = 10 ms`.
  static var cpuSlice: SimDuration { .milliseconds(10) }

  package init(
    _ configuration: APIServerConfiguration, machine: MachineConfiguration,
    _ context: inout ClusterContext
  ) {
    self.configuration = configuration
    servers = (0..<configuration.replicas).map { _ in APIServer(machine: machine) }
    timeouts = DeadlineLane(timeout: configuration.requestTimeout)
    metrics = APIServerMetrics(replicas: configuration.replicas, &context.instruments)
    watches = WatchRegistry(
      configuration.watchCache, replicas: configuration.replicas, &context.instruments)
    watchStream = context.streams.stream("kube-apiserver/watch-lifetime")
    goawayStream = context.streams.stream("kube-apiserver/goaway")
    context.connections = ServerConnections(servers: configuration.replicas)
    costs = configuration.costs.on(machine)
    podResource = context.builtin.pods
    flowControl = FlowControl(configuration, &context.instruments)
    webhooks = Webhooks(configuration.webhooks, &context)
    let audit = configuration.audit
    auditCPUPerKilobyte = machine.cpuTime(audit.cpuPerKilobyte)
    auditWait = audit.level != .none && audit.mode == .blocking ? audit.writeLatency : .zero
    watchCPUPerEvent = machine.cpuTime(configuration.watchCPUPerEvent)
    watchCPUPerKilobyte = machine.cpuTime(configuration.watchCPUPerKilobyte)
    context.storeRoundTrip = configuration.storeRoundTrip
    context.clientRoundTrip = configuration.clientRoundTrip
  }

  /// Fixes which resources have no watch cache, once all are declared.
  package mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    uncached = (0..<context.objects.resourceCount).map {
      configuration.uncachedResources.contains(context.objects.name(of: ResourceID($0)))
    }
    webhooks.sortClasses(context)
    if configuration.flowControl == .priorityAndFairness {
      flowControl.sortClasses(context)
      schedule(.adjustSeats, after: FlowControl.adjustmentPeriod, context, &agenda)
    }
    connectInitialWatches(&context, &agenda)
    schedule(.watchTick, after: Self.tick, context, &agenda)
    if configuration.compactionInterval > .zero {
      schedule(.compactionDue, after: configuration.compactionInterval, context, &agenda)
    }
  }

  /// Fixes who watches what, once all parts are built.
  ///
  /// - Parameter fills: the LIST that fills each resource's watch cache from etcd.
  mutating func declare(
    _ kinds: [WatchKind], fills: [RequestClassID], _ context: inout ClusterContext
  ) {
    watches.declare(kinds, &context)
    watches.fills = fills
  }

  package mutating func handle(
    _ event: APIServerEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .arrive(let id):
      if configuration.goawayChance.value > 0 { mayGoAway(id, &context, agenda.now) }
      accept(id, &context, &agenda)
    case .cpuDone(let id): finishSlice(id, &context, &agenda)
    case .storeAnswered(let id): takeStoreAnswer(id, &context, &agenda)
    case .responded(let id): finish(id, &context, &agenda)
    case .timeoutCheck: checkTimeouts(&context, &agenda)
    case .changed(let resource, let change, let object):
      fanOut(resource, change, object, &context, &agenda)
    case .watch(let node, let seen, let kind):
      acceptWatch(kind, node, seen: seen, &context, &agenda)
    case .watcherEnded(let kind): disconnect(kind, &context, agenda.now)
    case .watchTick: lookAtWatches(&context, &agenda)
    case .stop(let server): stop(Int(server), &context, &agenda)
    case .start(let server): start(Int(server), &context, &agenda)
    case .cacheFilled(let server, let life): finishFill(Int(server), life: life, &context)
    case .nodeJoined(let node): connectAll(of: node, &context, agenda.now)
    case .nodeStopped(let node): disconnectAll(of: node, &context, agenda.now)
    case .flowControlWaitOver: rejectLongWaits(&context, &agenda)
    case .seatsFree(let server, let level, let queue, let seats):
      freeSeats(
        server: Int(server), level: Int(level), queue: Int(queue), seats: Int(seats), &context,
        &agenda)
    case .watchEstablished(let id): endWatchRequest(id, &context, &agenda)
    case .adjustSeats: adjustSeats(&context, &agenda)
    case .admitted(let id): takeAdmission(id, &context, &agenda)
    case .audited(let id): takeAudit(id, &context, &agenda)
    case .compactionDue:
      agenda.send(.allStores(.compactionDue), in: context.cluster)
      schedule(.compactionDue, after: configuration.compactionInterval, context, &agenda)
    }
  }

  /// server/filters/goaway.go: by chance the connection that the request came on takes no more; the
  /// balancer gives the client's next requests to any replica that serves.
  private mutating func mayGoAway(
    _ id: RequestID, _ context: inout ClusterContext, _ now: SimTime
  ) {
    let node = context.requests[id].origin
    guard node != .none, context.connections.hasServing,
      context.streams[goawayStream].nextUnit() < configuration.goawayChance.value
    else { return }
    context.instruments.add(1, to: metrics.goaways, at: now)
    let choice = context.streams[goawayStream].below(UInt64(context.connections.servingCount))
    move(node, to: Int(choice), &context)
  }

  func schedule(
    _ event: APIServerEvent, at time: SimTime, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(.apiServer(event), in: context.cluster, at: time)
  }

  func schedule(
    _ event: APIServerEvent, after delay: SimDuration, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(.apiServer(event), in: context.cluster, at: agenda.now + delay)
  }
}

/// One replica.
package struct APIServer: Codable, Sendable {
  package var cpu: FIFOStation
  package var egress: Link
  package var readsInFlight = 0
  package var writesInFlight = 0
  package internal(set) var phase = ServerPhase.serving
  /// Counts its processes, so that what was meant for an earlier one is told apart.
  var life: UInt16 = 0
  /// Watch caches that are not yet full after a start.
  var fillsLeft = 0
  /// Bytes resident without LISTs under way, at the last tick.
  var restingMemory: Int64 = 0
  /// What the gauge of its memory shows.
  var shownMemory: Int64 = 0
  /// Bytes of LIST answers under way.
  var answerMemory: Int64 = 0
  /// Bytes of answers that have left and are resident still.
  var retainedGarbage: Int64 = 0
  let memoryLimit: Int64
  private let machine: MachineConfiguration
  /// Slices of requests on its cores or waiting for one.
  var slices = 0

  init(machine: MachineConfiguration) {
    cpu = FIFOStation(servers: machine.cpu)
    egress = Link(bandwidth: machine.networkBandwidth)
    memoryLimit = Int64(machine.memory.bytes)
    self.machine = machine
  }

  /// A new process has neither work nor bytes under way.
  mutating func forgetWork() {
    cpu = FIFOStation(servers: machine.cpu)
    egress = Link(bandwidth: machine.networkBandwidth)
    fillsLeft = 0
  }
}

extension APIServers {
  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = APIServerConfiguration
    let path = configuration.path
    let reads = context.hasServed([.get, .list])
    let writes = context.hasServed([.create, .update, .patch, .delete])
    // Priority and Fairness adds the two limits up.
    let summed = configuration.flowControl == .priorityAndFairness && (reads || writes)
    idle.add([Knobs.maxRequestsInflight.name], in: path, unless: reads || summed)
    idle.add([Knobs.maxMutatingRequestsInflight.name], in: path, unless: writes || summed)
    addIdleCosts(to: &idle, context)
    idle.add(
      [Knobs.requestTimeout.name, Knobs.clientRoundTrip.name], in: path, unless: reads || writes)
    idle.add(
      [Knobs.consistentListFromCache.name], in: path, unless: context.hasServed([.list]))
    idle.add(
      [Knobs.listFromCacheSnapshot.name], in: path,
      unless: context.classes.contains { $0.limit != nil })
    idle.add(
      [Knobs.compressionThreshold.name], in: path,
      unless: context.classes.contains { $0.acceptsGzip })
    idle.add(
      [Knobs.listWorkEstimate.name, Knobs.priorityLevels.name, Knobs.flowSchemas.name], in: path,
      unless: summed)
    let watched = context.instruments.hasCounted(metrics.watchEvents)
    idle.add(
      [Knobs.watchCPUPerEvent.name, Knobs.watchCPUPerKilobyte.name], in: path, unless: watched)
    addIdleWatchKnobs(to: &idle, context)
    idle.add(
      [Knobs.goawayChance.name], in: path,
      unless: context.instruments.hasCounted(metrics.goaways) && configuration.replicas > 1)
    idle.add(
      [Knobs.admissionWebhooks.name], in: path,
      unless: !webhooks.isEmpty && context.hasServed([.create, .update, .patch, .delete]))
    typealias Audit = AuditConfiguration
    idle.add(
      [
        Audit.mode.name, Audit.eventBytes.name, Audit.cpuPerKilobyte.name,
        Audit.writeLatency.name,
      ], in: path, unless: context.instruments.hasCounted(metrics.auditEvents))
    idle.add(
      [Audit.writeLatency.name], in: path, unless: configuration.audit.mode == .blocking)
    let hasEvents = context.classes.contains { $0.timeToLive != nil }
    idle.add([Knobs.eventTTL.name], in: path, unless: hasEvents)
  }
}
