// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Clients of one entry of `series-clients`.
struct SeriesClient: Codable, Sendable {
  let every: SimDuration
  let start: SimDuration
  let stop: SimTime
  let timeout: SimDuration
  let matchedShare: Double
  let blocks: Int
  let cpuPerSeries: SimDuration
  let bytesPerSeries: Int
  let answered: CounterID
  /// The client had left before.
  let gaveUp: CounterID
  /// The server was not ready.
  let refused: CounterID
  /// The server ended, or gave the request up, while the client waited.
  let failed: CounterID

  init(_ configuration: Named<SeriesClientConfiguration>, _ instruments: inout Instruments) {
    let value = configuration.value
    every = value.every
    start = value.start
    stop = value.stop.map { .zero + $0 } ?? .end
    timeout = value.timeout
    matchedShare = value.matchedShare.value
    blocks = value.blocks
    cpuPerSeries = value.cpuPerSeries
    bytesPerSeries = Int(value.bytesPerSeries.bytes)
    func counter(_ result: String) -> CounterID {
      instruments.counter(
        .seriesClientRequests,
        [MetricLabel("client", configuration.name), MetricLabel("result", result)])
    }
    answered = counter("answered")
    gaveUp = counter("gave-up")
    refused = counter("refused")
    failed = counter("failed")
  }

  func hasAsked(_ instruments: Instruments) -> Bool {
    [answered, gaveUp, failed].contains(where: instruments.hasCounted)
  }
}

/// `/api/v1/series`.
extension Prometheus {
  mutating func ask(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let client = clients[index]
    guard agenda.now < client.stop else { return }
    schedule(.ask(UInt16(index)), after: client.every, context, &agenda)
    guard isReady else {
      context.instruments.add(1, to: client.refused, at: agenda.now)
      return
    }
    let found = matched(client.matchedShare) * Double(1 + client.blocks)
    requests.add(
      SeriesRequests.Request(
        client: UInt16(index), began: agenda.now, work: found * client.cpuPerSeries.seconds,
        bytes: found * Double(client.bytesPerSeries)))
    schedule(.clientLeaves(UInt16(index)), after: client.timeout, context, &agenda)
    if let seriesTimeout { schedule(.serverGivesUp, after: seriesTimeout, context, &agenda) }
  }

  mutating func leave(_ index: Int, _ context: inout ClusterContext, _ now: SimTime) {
    let left = requests.leave(
      client: UInt16(index), begunBy: now - clients[index].timeout)
    context.instruments.add(left, to: clients[index].gaveUp, at: now)
  }

  /// A context with a deadline ends the work; what it held goes to the collector.
  mutating func giveUp(_ context: inout ClusterContext, _ now: SimTime) {
    guard let seriesTimeout else { return }
    for request in requests.takeBegun(by: now - seriesTimeout) {
      context.instruments.add(1, to: metrics.timedOut, at: now)
      guard request.clientWaits else { continue }
      context.instruments.add(1, to: clients[Int(request.client)].failed, at: now)
    }
  }

  mutating func endDone(_ context: inout ClusterContext, _ now: SimTime) {
    for request in requests.takeDone() {
      context.instruments.add(1, to: metrics.answered, at: now)
      guard request.clientWaits else { continue }
      context.instruments.add(1, to: clients[Int(request.client)].answered, at: now)
    }
  }
}

/// Metric handles of a Prometheus server.
struct PrometheusMetrics: Codable, Sendable {
  let series: GaugeID
  let samples: CounterID
  let memory: GaugeID
  let kills: CounterID
  let restarts: CounterID
  let ready: GaugeID
  let replayDuration: GaugeID
  let blindTime: CounterID
  let waitedFor: GaugeID
  let abandoned: GaugeID
  let answered: CounterID
  let timedOut: CounterID

  init(_ instruments: inout Instruments) {
    let process = [MetricLabel("job", "prometheus"), MetricLabel("instance", "0")]
    func handled(_ code: String) -> [MetricLabel] {
      [MetricLabel("handler", "/api/v1/series"), MetricLabel("code", code)]
    }
    series = instruments.gauge(.headSeries)
    samples = instruments.counter(.headSamples)
    memory = instruments.gauge(.residentMemory, process)
    kills = instruments.counter(.memoryKills, process)
    restarts = instruments.counter(.processRestarts, process)
    ready = instruments.gauge(.prometheusReady)
    replayDuration = instruments.gauge(.replayDuration)
    blindTime = instruments.counter(.blindTime)
    waitedFor = instruments.gauge(.seriesRequests, [MetricLabel("client", "waiting")])
    abandoned = instruments.gauge(.seriesRequests, [MetricLabel("client", "gone")])
    answered = instruments.counter(.prometheusRequests, handled("200"))
    timedOut = instruments.counter(.prometheusRequests, handled("503"))
    instruments.trace(memory)
    instruments.trace(ready)
    instruments.trace(abandoned)
  }
}
