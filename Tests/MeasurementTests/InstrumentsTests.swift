// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Foundation
import Measurement
import Testing

@Suite struct InstrumentsTests {
  /// Instruments of every kind, followed over time, and random use of them.
  struct Load {
    var instruments = Instruments()
    let requests: CounterID
    let busy: CounterID
    let pending: GaugeID
    let utilisation: GaugeID
    let latency: HistogramID

    init() {
      requests = instruments.counter(
        .requests, [MetricLabel("verb", "GET"), MetricLabel("code", "200")])
      busy = instruments.counter(.busy)
      pending = instruments.gauge(.pending)
      utilisation = instruments.gauge(.utilisation)
      latency = instruments.histogram(.latency, [MetricLabel("operation", "get")])
      instruments.trace(requests, points: 16)
      instruments.trace(pending, points: 16)
      instruments.trace(latency, points: 16)
    }

    mutating func run(seconds: Range<UInt64>, seed: UInt64) {
      var random = SplitMix64(state: seed)
      for second in seconds {
        let now = at(s: second)
        instruments.add(Int.random(in: 0...3, using: &random), to: requests, at: now)
        instruments.add(ns(random.spread(bits: 34)), to: busy, at: now)
        instruments.set(Int.random(in: 0...500, using: &random), pending, at: now)
        instruments.set(Double.random(in: 0...1, using: &random), utilisation, at: now)
        instruments.record(ns(random.spread(bits: 40)), in: latency, at: now)
      }
    }
  }

  @Test("the same name and labels are the same series, in whatever order the labels are given")
  func registration() {
    var instruments = Instruments()
    let first = instruments.counter(
      .requests, [MetricLabel("verb", "GET"), MetricLabel("code", "200")])
    let same = instruments.counter(
      .requests, [MetricLabel("code", "200"), MetricLabel("verb", "GET")])
    let other = instruments.counter(
      .requests, [MetricLabel("verb", "GET"), MetricLabel("code", "429")])
    #expect(first == same && first != other)
    #expect(instruments.declarations == [.requests])
    let summaries = instruments.summaries(at: at(s: 1))
    #expect(summaries.count == 2)
    #expect(summaries[0].labels.map(\.name) == ["verb", "code"])
  }

  @Test("summaries come in the order of registration")
  func order() {
    let load = Load()
    #expect(
      load.instruments.summaries(at: at(s: 0)).map(\.name) == [
        "apiserver_request_total", "gpu_busy_seconds_total", "scheduler_pending_pods",
        "disk_utilisation_ratio", "etcd_request_duration_seconds",
      ])
  }

  @Test("a histogram forgets the warm-up and keeps first, peak and total")
  func histogramWindow() {
    var instruments = Instruments()
    let id = instruments.histogram(.latency, [MetricLabel("operation", "get")])
    instruments.record(ms(900), in: id, at: at(s: 1))
    instruments.openWindow(at: at(s: 10))
    instruments.record(ms(100), in: id, at: at(s: 11))
    instruments.record(ms(300), in: id, at: at(s: 12))
    instruments.closeWindow(at: at(s: 20))
    instruments.record(ms(700), in: id, at: at(s: 21))
    let summary = instruments.summaries(at: at(s: 22))[0]
    #expect(summary.count == 2 && summary.mean == 0.2 && summary.max == 0.3)
    #expect(summary.rate == 0.2 && summary.amount == 0.4)
    #expect(summary.total == 2 && summary.peak == 0.9)
    #expect(summary.firstNonZero == at(s: 1))
  }

  @Test("a run that was saved and resumed says the same as one that went on")
  func resumed() throws {
    var unbroken = Load()
    unbroken.run(seconds: 0..<60, seed: 1)
    unbroken.instruments.openWindow(at: at(s: 60))
    unbroken.run(seconds: 60..<100, seed: 2)
    var resumed = unbroken
    resumed.instruments = try savedAndLoaded(unbroken.instruments)
    unbroken.run(seconds: 100..<200, seed: 3)
    resumed.run(seconds: 100..<200, seed: 3)
    #expect(
      resumed.instruments.summaries(at: at(s: 200))
        == unbroken.instruments.summaries(at: at(s: 200)))
    #expect(try saved(resumed.instruments) == saved(unbroken.instruments))
    // Registration still knows what was there.
    #expect(resumed.instruments.gauge(.pending) == unbroken.pending)
    #expect(resumed.instruments.summaries(at: at(s: 200)).count == 5)
  }

  @Test(
    "a saved state that contradicts itself is refused instead of stopping the program later",
    arguments: [
      (#""slot":1"#, #""slot":7"#), (#""declaration":4"#, #""declaration":5"#),
      (#""trace":2"#, #""trace":3"#), (#""capacity":16"#, #""capacity":1"#),
      (#""tracedSeries":[0,"#, #""tracedSeries":["#),
    ])
  func corrupt(healthy: String, damaged: String) throws {
    var load = Load()
    load.run(seconds: 0..<10, seed: 1)
    let text = String(decoding: try saved(load.instruments), as: UTF8.self)
    #expect(text.contains(healthy))
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(
        Instruments.self, from: Data(text.replacing(healthy, with: damaged).utf8))
    }
  }

  @Test("a copy is a fork")
  func fork() {
    var original = Load()
    original.run(seconds: 0..<20, seed: 1)
    let before = original.instruments.summaries(at: at(s: 20))
    var copy = original
    copy.run(seconds: 20..<40, seed: 2)
    #expect(original.instruments.summaries(at: at(s: 20)) == before)
    #expect(copy.instruments.summaries(at: at(s: 40)) != before)
  }

  @Test("recording needs no further memory once everything is registered")
  func steadyMemory() {
    var load = Load()
    load.run(seconds: 0..<20, seed: 1)
    let before = load.instruments.memoryFootprint
    load.run(seconds: 20..<2_000, seed: 2)
    #expect(load.instruments.memoryFootprint == before)
  }

  @Test("mistakes in the model stop the program")
  func mistakes() async throws {
    try saying(
      "needs one label 'code'",
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var instruments = Instruments()
        _ = instruments.counter(.requests, [MetricLabel("verb", "GET")])
      })
    try saying(
      "has a label that was not declared",
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var instruments = Instruments()
        _ = instruments.gauge(.pending, [MetricLabel("queue", "active")])
      })
    try saying(
      "is declared in two ways",
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var instruments = Instruments()
        _ = instruments.gauge(.pending)
        _ = instruments.gauge(
          MetricDeclaration(
            "scheduler_pending_pods", .gauge, in: .count("pods"), help: "Another meaning."))
      })
    try saying(
      "does not count whole units",
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var instruments = Instruments()
        let id = instruments.counter(.busy)
        instruments.add(1, to: id, at: at(s: 0))
      })
    try saying(
      "left the range of its unit",
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var instruments = Instruments()
        let id = instruments.gauge(.utilisation)
        instruments.set(1.01, id, at: at(s: 0))
      })
    try saying(
      "times of a gauge do not decrease",
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var instruments = Instruments()
        let id = instruments.gauge(.pending)
        instruments.set(1, id, at: at(s: 2))
        instruments.set(1, id, at: at(s: 1))
      })
  }
}
