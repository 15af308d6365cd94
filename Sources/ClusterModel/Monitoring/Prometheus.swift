// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Everything that can happen to a Prometheus server.
package enum PrometheusEvent: BitwiseCopyable, Codable, Sendable {
  /// All targets are scraped.
  case scrape
  /// The oldest part of the head becomes a block.
  case cut
  /// The next request of a group of clients.
  case ask(UInt16)
  /// The patience of the clients of a group is at an end for requests that began so long ago.
  case clientLeaves(UInt16)
  /// The server's own patience is at an end.
  case serverGivesUp
  /// A request ends, or memory is used up, unless something has come between.
  case next(UInt32)
  /// Its process is ended from outside; it starts again after so many milliseconds (a duration would
  /// make every event of the world larger).
  case stop(UInt32)
  /// Its process starts, and reads its log.
  case start(UInt32)
  /// The log has been read.
  case replayed(UInt32)
}

/// A Prometheus server: series of the simulated exporters, the memory of its head, requests for series,
/// the kernel's kill when memory is used up, and the replay of the write-ahead log, during which it
/// neither scrapes nor answers.
package struct Prometheus: Codable, Sendable {
  private enum Phase: UInt8, Codable {
    case ready, stopped, replaying
  }

  let path: KnobPath
  let clients: [SeriesClient]
  let metrics: PrometheusMetrics
  var requests: SeriesRequests
  private(set) var head: PrometheusHead
  private let cores: Int
  private let memoryLimit: Double
  private let bytesPerSeries: Double
  private let scrapeInterval: SimDuration
  private let blockDuration: SimDuration
  private let uptime: SimDuration
  let seriesTimeout: SimDuration?
  private let replay: WALReplayConfiguration
  private var phase = Phase.ready
  /// Since when it neither scrapes nor answers, as far as that is not counted yet.
  private var blindSince: SimTime?
  private var started = SimTime.zero
  private var cutIsDue = false
  /// Kills in a row, for the kubelet's back-off.
  private var failures = 0
  /// Which process it is: events of an earlier one are void.
  private var process: UInt32 = 0
  /// Which plan of `next` holds.
  private var plan: UInt32 = 0

  init(
    _ configuration: PrometheusConfiguration, machine: MachineConfiguration, servers: Int,
    _ context: inout ClusterContext
  ) {
    path = configuration.path
    cores = min(configuration.maxProcs ?? machine.cpu, machine.cpu)
    memoryLimit = Double(
      min(configuration.memoryLimit?.bytes ?? .max, machine.memory.bytes))
    bytesPerSeries = Double(configuration.bytesPerSeries.bytes)
    scrapeInterval = configuration.scrapeInterval
    blockDuration = configuration.minBlockDuration
    uptime = configuration.uptime
    seriesTimeout = configuration.seriesTimeout
    replay = configuration.replay
    head = PrometheusHead(configuration.exporters, servers: servers)
    requests = SeriesRequests(cores: cores)
    clients = configuration.clients.map { SeriesClient($0, &context.instruments) }
    metrics = PrometheusMetrics(&context.instruments)
  }

  var isReady: Bool { phase == .ready }

  mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    head.discover(context.nodes)
    let toCut = head.prepare(
      uptime: uptime, scrapeInterval: scrapeInterval, block: blockDuration)
    started = agenda.now
    context.instruments.set(1, metrics.ready, at: agenda.now)
    measure(&context, agenda.now)
    schedule(.scrape, after: scrapeInterval, context, &agenda)
    schedule(.cut, after: toCut, context, &agenda)
    for (index, client) in clients.enumerated() {
      schedule(.ask(UInt16(index)), after: client.start, context, &agenda)
    }
  }

  package mutating func handle(
    _ event: PrometheusEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    requests.advance(to: agenda.now)
    switch event {
    case .scrape:
      scrape(&context, agenda.now)
      schedule(.scrape, after: scrapeInterval, context, &agenda)
    case .cut:
      cutIsDue = phase != .ready
      if phase == .ready { head.cut() }
      schedule(.cut, after: blockDuration, context, &agenda)
    case .ask(let client): ask(Int(client), &context, &agenda)
    case .clientLeaves(let client): leave(Int(client), &context, agenda.now)
    case .serverGivesUp: giveUp(&context, agenda.now)
    case .next(let plan):
      guard plan == self.plan else { return }
      endDone(&context, agenda.now)
    case .stop(let pause):
      guard phase != .stopped else { return }
      stop(for: .milliseconds(Int(pause)), &context, &agenda)
    case .start(let process):
      guard process == self.process, phase == .stopped else { return }
      beginReplay(&context, &agenda)
    case .replayed(let process):
      guard process == self.process, phase == .replaying else { return }
      becomeReady(&context, agenda.now)
    }
    if phase == .ready, memory >= memoryLimit - 1 { kill(&context, &agenda) }
    measure(&context, agenda.now)
    planNext(context, &agenda)
  }

  /// Counts the blind time so far.
  mutating func sumUp(at now: SimTime, _ instruments: inout Instruments) {
    guard let since = blindSince else { return }
    instruments.add(now - since, to: metrics.blindTime, at: now)
    blindSince = now
  }

  // MARK: Memory

  /// Resident bytes; during a replay it is taken for nothing until all series are there.
  private var memory: Double {
    phase == .ready ? Double(head.series) * bytesPerSeries + requests.bytes : 0
  }

  /// Series in the head that a selector matches.
  func matched(_ share: Double) -> Double { Double(head.series) * share }

  private mutating func scrape(_ context: inout ClusterContext, _ now: SimTime) {
    guard phase == .ready else { return }
    head.discover(context.nodes)
    head.append()
    context.instruments.add(head.live, to: metrics.samples, at: now)
  }

  private func measure(_ context: inout ClusterContext, _ now: SimTime) {
    context.instruments.set(phase == .ready ? head.series : 0, metrics.series, at: now)
    context.instruments.set(Int(memory), metrics.memory, at: now)
    let abandoned = requests.abandoned
    context.instruments.set(abandoned, metrics.abandoned, at: now)
    context.instruments.set(requests.requests.count - abandoned, metrics.waitedFor, at: now)
  }

  /// When the next request ends or memory is used up, as things are.
  private mutating func planNext(
    _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    plan &+= 1
    guard phase == .ready, let end = requests.timeToNextEnd else { return }
    var delay = end
    if let full = requests.time(toGrowBy: memoryLimit - memory) { delay = min(delay, full) }
    schedule(.next(plan), after: delay, context, &agenda)
  }

  // MARK: Process

  private mutating func kill(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    context.instruments.add(1, to: metrics.kills, at: agenda.now)
    // The kubelet starts a container again after 10 s, doubling up to 5 min; a container that ran for
    // 10 min begins anew (pkg/kubelet: MaxContainerBackOff).
    if agenda.now - started >= .minutes(10) { failures = 0 }
    let pause = SimDuration.seconds(10).doubled(failures, atMost: .minutes(5))
    failures += 1
    stop(for: pause, &context, &agenda)
  }

  private mutating func stop(
    for pause: SimDuration, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    for request in requests.takeAll() where request.clientWaits {
      context.instruments.add(1, to: clients[Int(request.client)].failed, at: agenda.now)
    }
    phase = .stopped
    process &+= 1
    if blindSince == nil { blindSince = agenda.now }
    context.instruments.set(0, metrics.ready, at: agenda.now)
    schedule(.start(process), after: pause, context, &agenda)
  }

  private mutating func beginReplay(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    phase = .replaying
    started = agenda.now
    context.instruments.add(1, to: metrics.restarts, at: agenda.now)
    let duration = replay.duration(samples: head.logSamples, workers: cores)
    context.instruments.set(duration, metrics.replayDuration, at: agenda.now)
    schedule(.replayed(process), after: duration, context, &agenda)
  }

  private mutating func becomeReady(_ context: inout ClusterContext, _ now: SimTime) {
    phase = .ready
    started = now
    if let since = blindSince {
      context.instruments.add(now - since, to: metrics.blindTime, at: now)
    }
    blindSince = nil
    context.instruments.set(1, metrics.ready, at: now)
    if cutIsDue { head.cut() }
    cutIsDue = false
  }

  func schedule(
    _ event: PrometheusEvent, after delay: SimDuration, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(.prometheus(event), in: context.cluster, at: agenda.now + delay)
  }

  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = PrometheusConfiguration
    let hasReplayed = context.instruments.hasCounted(metrics.restarts)
    let wasAsked = clients.contains { $0.hasAsked(context.instruments) }
    idle.add([Knobs.maxProcs.name], in: path, unless: hasReplayed || wasAsked)
    idle.add(
      [
        WALReplayConfiguration.rate.name, WALReplayConfiguration.contention.name,
        WALReplayConfiguration.coherency.name,
      ], in: replay.path, unless: hasReplayed)
    idle.add(
      [Knobs.uptime.name, Knobs.minBlockDuration.name], in: path, unless: hasReplayed)
    idle.add(
      [Knobs.memoryLimit.name], in: path, unless: context.instruments.hasCounted(metrics.kills))
    idle.add(
      [Knobs.seriesTimeout.name], in: path,
      unless: context.instruments.hasCounted(metrics.timedOut))
  }
}
