// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Foundation
import Measurement
import Testing

@Suite struct DistributionTests {
  /// Samples in nanoseconds.
  enum Shape: String, CaseIterable {
    case uniform, overSixOctavesOfTime, constant, twoValues, belowAMicrosecond

    func samples(_ count: Int) -> [Int64] {
      var random = SplitMix64(state: 7)
      return (0..<count).map { _ in
        switch self {
        case .uniform: Int64.random(in: 0...2_000_000_000, using: &random)
        case .overSixOctavesOfTime: random.spread(bits: 41)
        case .constant: 123_456_789
        case .twoValues: Bool.random(using: &random) ? 1_000_000 : 60_000_000_000
        case .belowAMicrosecond: Int64.random(in: 0...3_000, using: &random)
        }
      }
    }
  }

  func snapshot(_ samples: some Sequence<Int64>) throws -> MetricSeriesSnapshot {
    var instruments = Instruments()
    let id = instruments.histogram(.latency, [MetricLabel("operation", "update")])
    for sample in samples { instruments.record(ns(sample), in: id, at: at(s: 0)) }
    return try #require(instruments.snapshots(at: at(s: 1)).first)
  }

  @Test(
    "percentiles are within the two-digit bound of the sorted samples", arguments: Shape.allCases)
  func percentiles(shape: Shape) throws {
    let samples = shape.samples(5_003)
    let sorted = samples.sorted()
    let histogram = try snapshot(samples)
    for percent in [0, 1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100] {
      let exact = Double(exactPercentile(percent, of: sorted))
      let measured = try #require(histogram.percentile(percent)) * 1e9
      // Half of a bucket of 1/128, half a microsecond of rounding, and the latter's own rounding.
      #expect(abs(measured - exact) <= exact / 256 + 501, "p\(percent) of \(shape)")
    }
  }

  @Test("count, sum and extremes are exact", arguments: Shape.allCases)
  func exactParts(shape: Shape) throws {
    let samples = shape.samples(1_000)
    let summary = try snapshot(samples).summary
    #expect(summary.count == 1_000)
    #expect(summary.amount == Double(samples.reduce(0, +)) / 1e9)
    #expect(summary.mean == Double(samples.reduce(0, +)) / 1e9 / 1_000)
    #expect(summary.min == Double(try #require(samples.min())) / 1e9)
    #expect(summary.max == Double(try #require(samples.max())) / 1e9)
  }

  @Test("merging equals recording the union", arguments: Shape.allCases)
  func merging(shape: Shape) throws {
    let samples = shape.samples(3_000)
    let whole = try snapshot(samples)
    var merged = try snapshot(samples[..<700])
    merged.pool(try snapshot(samples[700..<701]))
    merged.pool(try snapshot(samples[701...]))
    #expect(merged.distribution == whole.distribution)
    #expect(merged.percentile(99) == whole.percentile(99))
  }

  @Test("merging does not depend on the order")
  func mergingCommutes() throws {
    let a = try snapshot(Shape.uniform.samples(500))
    let b = try snapshot(Shape.overSixOctavesOfTime.samples(700))
    var ab = a
    ab.pool(b)
    var ba = b
    ba.pool(a)
    #expect(ab == ba)
  }

  @Test("a value beyond the span is counted, said and kept exactly in sum and maximum")
  func saturation() throws {
    let week: Int64 = 7 * 86_400 * 1_000_000_000
    let histogram = try snapshot([week, 100_000, 100_000])
    let summary = histogram.summary
    #expect(summary.saturated == 1)
    #expect(summary.count == 3)
    #expect(summary.max == 604_800)
    #expect(summary.p50 == 0.000_1)
    #expect(histogram.count(atOrBelow: 5_000) == 2 && histogram.count(atOrBelow: 604_800) == 3)
    // A lower bound: the end of the span, 2^32 µs, within the width of its last bucket.
    let p99 = try #require(summary.p99)
    #expect((4_294.0 * 127 / 128..<4_295).contains(p99))
  }

  @Test("the longer span tells a week from a fortnight")
  func month() throws {
    let jobs = MetricDeclaration(
      "job_duration_seconds", .histogram, in: .seconds, help: "From start to end.", span: .month)
    var instruments = Instruments()
    let id = instruments.histogram(jobs)
    let week: Int64 = 7 * 86_400 * 1_000_000_000
    for _ in 0..<3 { instruments.record(ns(week), in: id, at: at(s: 0)) }
    for _ in 0..<2 { instruments.record(ns(2 * week), in: id, at: at(s: 0)) }
    let summary = instruments.summaries(at: at(s: 1))[0]
    #expect(summary.saturated == 0)
    #expect(abs(try #require(summary.p50) / 604_800 - 1) < 1.0 / 256)
    #expect(abs(try #require(summary.p90) / 1_209_600 - 1) < 1.0 / 256)
  }

  @Test("numbers that are no times are kept as they are")
  func wholeNumbers() throws {
    let sizes = MetricDeclaration(
      "etcd_batch_entries", .histogram, in: .count("entries"), help: "Entries in one batch.")
    let load = MetricDeclaration(
      "link_load_ratio", .histogram, in: .ratio, help: "Load of a link when a flow begins.")
    var instruments = Instruments()
    let size = instruments.histogram(sizes)
    let ratio = instruments.histogram(load)
    for entries in 1...200 { instruments.record(entries, in: size, at: at(s: 0)) }
    for step in 0...100 { instruments.record(Double(step) / 100, in: ratio, at: at(s: 0)) }
    let summaries = instruments.summaries(at: at(s: 1))
    #expect(summaries[0].p50 == 100)  // single units are exact up to 255
    #expect(summaries[0].p99 == 198)
    #expect(summaries[0].mean == 100.5)
    #expect(abs(try #require(summaries[1].p50) - 0.5) <= 0.5 / 256)
    #expect(summaries[1].max == 1)
  }

  @Test("counting up to a bound agrees with the samples, up to one bucket")
  func countAtOrBelow() throws {
    let samples = Shape.overSixOctavesOfTime.samples(4_000)
    let histogram = try snapshot(samples)
    var previous = 0
    // The bucket bounds of apiserver_request_duration_seconds, among others.
    for bound in [0, 1e-6, 0.005, 0.025, 0.1, 1, 10, 60, 600, 1e9] {
      let limit = bound * 1e9
      let measured = try #require(histogram.count(atOrBelow: bound))
      #expect(measured >= samples.count { Double($0) <= limit - 500 })
      #expect(measured <= samples.count { Double($0) <= limit * (1 + 1.0 / 128) + 1_000 })
      #expect(measured >= previous)
      previous = measured
    }
    #expect(previous == samples.count)
  }

  @Test("without samples there are no numbers")
  func empty() throws {
    let summary = try snapshot([]).summary
    #expect(!summary.hasSamples)
    #expect(summary.count == 0)
    #expect(summary.mean == nil && summary.min == nil && summary.p50 == nil && summary.p99 == nil)
    #expect(summary.max == nil && summary.peak == nil && summary.firstNonZero == nil)
  }

  @Test("one histogram takes the 26 KB that were planned for")
  func size() {
    var instruments = Instruments()
    let before = instruments.memoryFootprint
    _ = instruments.histogram(.latency, [MetricLabel("operation", "get")])
    #expect((26_000...28_500).contains(instruments.memoryFootprint - before))
  }

  @Test("a distribution survives being stored", arguments: Shape.allCases)
  func roundTrip(shape: Shape) throws {
    let original = try snapshot(shape.samples(500))
    let loaded = try savedAndLoaded(original)
    #expect(loaded == original)
    #expect(loaded.summary == original.summary)
  }

  @Test("a stored distribution that contradicts itself is refused")
  func corrupt() throws {
    let text = String(decoding: try saved(try snapshot([5_000, 6_000])), as: UTF8.self)
    #expect(text.contains("\"buckets\":[5,1,6,1]"))
    let damaged = text.replacing("\"buckets\":[5,1,6,1]", with: "\"buckets\":[5,1,6,7]")
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(MetricSeriesSnapshot.self, from: Data(damaged.utf8))
    }
  }
}
