// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

/// Batches of a window of 200 s after a warm-up of 10 s: each is 10 s long.
@Suite struct BatchTests {
  private static let counter = MetricDeclaration(
    "things_total", .counter, in: .count("things"), help: "Things.")
  private static let gauge = MetricDeclaration(
    "queued_things", .gauge, in: .count("things"), help: "Things that wait.")
  private static let histogram = MetricDeclaration(
    "thing_duration_seconds", .histogram, in: .seconds, help: "Time.", labels: ["kind"])

  private struct Recording {
    var instruments = Instruments()
    var recorder = BatchRecorder(from: .zero + .seconds(10), to: .zero + .seconds(210))
    let things: CounterID
    let queued: GaugeID
    let times: [HistogramID]

    init() {
      things = instruments.counter(BatchTests.counter)
      queued = instruments.gauge(BatchTests.gauge)
      times = [
        instruments.histogram(BatchTests.histogram, [MetricLabel("kind", "a")]),
        instruments.histogram(BatchTests.histogram, [MetricLabel("kind", "b")]),
      ]
    }

    /// Batch `index` (from 0) sees `index` things, a level of `index` for its second half, and 400
    /// samples of 1 to 400 ms of kind a, as many 1 s longer of kind b.
    mutating func run(closing: Bool = true) {
      instruments.add(1_000, to: things, at: .zero + .seconds(5))
      instruments.record(.seconds(99), in: times[0], at: .zero + .seconds(5))
      instruments.openWindow(at: .zero + .seconds(10))
      for batch in 0..<20 {
        let start = 10 + batch * 10
        let middle = SimTime.zero + .seconds(start + 5)
        instruments.add(batch, to: things, at: middle)
        instruments.set(batch, queued, at: middle)
        for sample in 1...400 {
          instruments.record(.milliseconds(sample), in: times[0], at: middle)
          instruments.record(.milliseconds(1_000 + sample), in: times[1], at: middle)
        }
        // The end of a batch belongs to it.
        instruments.set(0, queued, at: .zero + .seconds(start + 10))
        if closing {
          #expect(recorder.nextEnd == .zero + .seconds(start + 10))
          recorder.close(instruments)
        }
      }
    }

    var series: [MetricSeriesSnapshot] { instruments.snapshots(at: .zero + .seconds(210)) }
    var batches: [SeriesBatches?] { recorder.batches(of: series) }
  }

  @Test("Each batch tells what happened in it and nothing else")
  func values() throws {
    var recording = Recording()
    recording.run()
    #expect(recording.recorder.nextEnd == nil)
    let batches = try recording.batches.map { try #require($0) }
    #expect(batches.map(\.count) == [20, 20, 20, 20])
    #expect(batches[0].values(.rate) == (0..<20).map { Double($0) / 10 })
    #expect(batches[1].values(.mean) == (0..<20).map { Double($0) / 2 })
    #expect(batches[2].values(.rate) == [Double](repeating: 40, count: 20))
    // 1 to 400 ms in the mean.
    #expect(batches[2].values(.mean)?.allSatisfy { abs($0 - 0.2005) < 1e-12 } == true)
    let ninetieth = try #require(batches[2].values(.percentile(90)))
    #expect(ninetieth.allSatisfy { abs($0 - 0.36) <= 0.36 / 128 })
    // What makes no sense for the kind.
    #expect(batches[0].values(.mean) == nil && batches[1].values(.rate) == nil)
    #expect(batches[0].values(.percentile(50)) == nil)
    // Fewer than two samples beyond it: 0.4 of 400.
    #expect(batches[2].values(.percentile(99.9)) == nil)
    #expect(batches[2].values(.percentile(99.5)) != nil)
  }

  @Test("Neighbours and series are put together before anything is read")
  func merging() throws {
    var recording = Recording()
    recording.run()
    let batches = try recording.batches.map { try #require($0) }
    let halved = try #require(batches[0].merged())
    #expect(halved.count == 10)
    #expect(halved.values(.rate) == (0..<10).map { (4 * Double($0) + 1) / 20 })
    #expect(halved.merged()?.merged() == nil)
    #expect(
      batches[1].merged()?.values(.mean) == (0..<10).map { (4 * Double($0) + 1) / 4 })

    var both = batches[2]
    both.aggregate(batches[3])
    // Of both kinds together the median is the longest of kind a, and the mean lies between.
    #expect(try #require(both.values(.percentile(50))).allSatisfy { abs($0 - 0.4) < 0.4 / 128 })
    #expect(try #require(both.values(.mean)).allSatisfy { abs($0 - 0.7005) < 1e-12 })
    #expect(both.values(.rate) == [Double](repeating: 80, count: 20))
  }

  @Test("Recording batches changes nothing that is recorded")
  func observation() {
    var (with, without) = (Recording(), Recording())
    with.run()
    without.run(closing: false)
    #expect(with.series == without.series)
  }

  @Test("What is brought up to date at the end only, after the last batch, has no batches")
  func late() throws {
    var recording = Recording()
    recording.run()
    let end = SimTime.zero + .seconds(210)
    recording.instruments.add(1, to: recording.things, at: end)
    let late = recording.instruments.gauge(
      MetricDeclaration("late_things", .gauge, in: .count("things"), help: "Late."))
    recording.instruments.set(3, late, at: end)
    let batches = recording.batches
    #expect(batches.map { $0 == nil } == [true, false, false, false, true])
  }

  @Test("A series that is registered while measuring was empty before")
  func registeredLate() throws {
    var instruments = Instruments()
    var recorder = BatchRecorder(from: .zero, to: .zero + .seconds(20))
    for _ in 0..<10 { recorder.close(instruments) }
    let things = instruments.counter(Self.counter)
    instruments.add(7, to: things, at: .zero + .milliseconds(10_500))
    while recorder.nextEnd != nil { recorder.close(instruments) }
    let batches = recorder.batches(of: instruments.snapshots(at: .zero + .seconds(20)))
    let values = try #require(batches[0]?.values(.rate))
    #expect(values == (0..<20).map { $0 == 10 ? 7 : 0 })
  }
}
