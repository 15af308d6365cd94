// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@Suite struct TimeSeriesTests {
  /// Values at random times, most of them quiet, some of them spikes.
  func data(seed: UInt64, count: Int) -> [(time: UInt64, value: Double)] {
    var random = SplitMix64(state: seed)
    var time: UInt64 = 0
    return (0..<count).map { _ in
      // Sometimes the same instant, sometimes a long silence.
      time += [0, 1, 40, 90, 1_000, 30_000][Int.random(in: 0..<6, using: &random)]
      let isSpike = Int.random(in: 0..<200, using: &random) == 0
      return (time, Double(Int.random(in: 0...100, using: &random) + (isSpike ? 100_000 : 0)))
    }
  }

  @Test(
    "every bucket has the exact extremes of the raw values, however often buckets were merged",
    arguments: [TimeSeries.Interpolation.level, .samples], [2, 16, 512])
  func extremes(interpolation: TimeSeries.Interpolation, capacity: Int) throws {
    let raw = data(seed: 5, count: 4_000)
    var series = TimeSeries(
      interpolation, capacity: capacity, from: at(ns: 0), bucketWidth: ns(100))
    for (index, sample) in raw.enumerated() {
      series.record(sample.value, at: at(ns: sample.time))
      #expect(series.points.count <= capacity)
      guard index % 499 == 0 || index == raw.count - 1 else { continue }
      let width = UInt64(series.bucketWidth.nanoseconds)
      var entering: Double?
      var next = 0
      for (position, point) in series.points.enumerated() {
        let start = UInt64(position) * width
        #expect(point.start == at(ns: start))
        var inside: [Double] = []
        let startsWithChange = next <= index && raw[next].time == start
        while next <= index && raw[next].time < start + width {
          inside.append(raw[next].value)
          next += 1
        }
        #expect(point.count == inside.count)
        if interpolation == .level {
          if let entering, !startsWithChange { inside.insert(entering, at: 0) }
          entering = inside.last ?? entering
        }
        if let low = inside.min(), let high = inside.max(), let last = inside.last {
          #expect(point.minimum == low && point.maximum == high && point.last == last)
        }
      }
      #expect(next == index + 1)
    }
    // Bounded, but never with less than half of what the bound allows.
    let end = try #require(raw.last).time
    #expect(UInt64(capacity / 2) * UInt64(series.bucketWidth.nanoseconds) <= end)
  }

  @Test("the first crossing is found in its bucket")
  func crossing() {
    var series = TimeSeries(.level, capacity: 8, from: at(s: 0))
    series.record(0, at: at(s: 0))
    series.record(10, at: at(ns: 3_500_000_000))
    series.record(0, at: at(ns: 3_500_000_000))
    #expect(series.first(above: 9) == at(s: 3))
    #expect(series.first(above: 10) == nil)
    #expect(series.first(below: 0) == nil)
    series.record(1, at: at(s: 30))  // widths of 4 s from now on
    #expect(series.bucketWidth == ns(4_000_000_000))
    #expect(series.first(above: 9) == at(s: 0))
    #expect(series.first(above: 0.5) == at(s: 0))
  }

  @Test("silence between samples is not a value")
  func silence() {
    var series = TimeSeries(.samples, capacity: 8, from: at(s: 0))
    series.record(5, at: at(s: 0))
    series.record(6, at: at(s: 4))
    #expect(series.points.map(\.count) == [1, 0, 0, 0, 1])
    #expect(series.first(below: 1) == nil)
    #expect(series.points(until: at(s: 100)).count == 5)
  }

  @Test("a level goes on until the end of the run")
  func goesOn() {
    var series = TimeSeries(.level, capacity: 4, from: at(s: 0))
    series.record(5, at: at(s: 0))
    series.record(2, at: at(s: 1))
    #expect(series.points(until: at(s: 4)).map(\.last) == [5, 2, 2, 2])
    // The 5 ended as the second bucket began: it is not in there.
    #expect(series.points(until: at(s: 4)).map(\.maximum) == [5, 2, 2, 2])
    #expect(series.points(until: at(s: 8)).map(\.minimum) == [2, 2, 2, 2])
    #expect(series.points(until: at(s: 8)).map(\.maximum) == [5, 2, 2, 2])
    #expect(series.points.count == 2)
  }

  @Test("metrics are followed in their own unit")
  func traces() throws {
    var instruments = Instruments()
    let pending = instruments.gauge(.pending)
    let busy = instruments.counter(.busy)
    let latency = instruments.histogram(.latency, [MetricLabel("operation", "update")])
    instruments.set(4, pending, at: at(s: 0))
    instruments.trace(pending)
    instruments.trace(busy)
    instruments.trace(latency, points: 64)
    instruments.trace(pending, points: 8)  // the first one stays
    instruments.openWindow(at: at(s: 1))
    instruments.set(9, pending, at: at(s: 2))
    instruments.add(ms(500), to: busy, at: at(s: 1))
    instruments.add(ms(250), to: busy, at: at(s: 2))
    instruments.record(ms(20), in: latency, at: at(s: 1))
    instruments.closeWindow(at: at(s: 2))
    instruments.record(ms(80), in: latency, at: at(s: 3))

    #expect(instruments.timeSeries(of: pending)?.points.map(\.last) == [4, 4, 9])
    #expect(instruments.timeSeries(of: busy)?.points.map(\.last) == [0, 0.5, 0.75])
    #expect(instruments.timeSeries(of: latency)?.points.map(\.count) == [0, 1, 0, 1])
    #expect(instruments.timeSeries(of: latency)?.first(above: 0.05) == at(s: 3))
    let all = instruments.allTraces
    #expect(all.map(\.declaration) == [.pending, .busy, .latency])
    #expect(all[2].labels == [MetricLabel("operation", "update")])
    #expect(all[0].series.capacity == 512 && all[2].series.capacity == 64)
  }
}
