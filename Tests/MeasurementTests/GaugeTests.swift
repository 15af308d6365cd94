// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@Suite struct GaugeTests {
  @Test(
    "mean and extremes equal those of the level written out nanosecond by nanosecond",
    arguments: 0..<20)
  func bruteForce(seed: UInt64) throws {
    var random = SplitMix64(state: seed)
    let (start, end, horizon) = (500, 1_500, 2_000)
    var instruments = Instruments()
    let id = instruments.gauge(.pending)
    var levels = [Int](repeating: 0, count: horizon)  // level during [t, t + 1)
    var inWindow: [Int] = []
    var level = 0
    var changes = 0
    for time in 0..<horizon {
      if time == start {
        instruments.openWindow(at: at(ns: UInt64(time)))
        changes = 0
      }
      if time == end { instruments.closeWindow(at: at(ns: UInt64(time))) }
      let isInside = (start..<end).contains(time)
      // None, one or several changes at this instant.
      for _ in 0..<[0, 0, 0, 0, 0, 1, 1, 2][Int.random(in: 0..<8, using: &random)] {
        if time == start && changes == 0 { inWindow = [] }
        level = Int.random(in: 0...1_000_000, using: &random)
        instruments.set(level, id, at: at(ns: UInt64(time)))
        if isInside { inWindow.append(level) }
        if isInside { changes += 1 }
      }
      if time == start && changes == 0 { inWindow = [level] }
      levels[time] = level
    }
    let summary = instruments.summaries(at: at(ns: UInt64(horizon)))[0]
    let integral = levels[start..<end].reduce(0, +)
    #expect(try #require(summary.mean) * Double(end - start) == Double(integral))
    #expect(summary.min == Double(try #require(inWindow.min())))
    #expect(summary.max == Double(try #require(inWindow.max())))
    #expect(summary.count == changes)
    #expect(summary.last == Double(level))
    #expect(try #require(summary.peak) >= (try #require(summary.max)))
  }

  @Test("a queue of busy seconds: the textbook mean")
  func textbook() {
    var instruments = Instruments()
    let id = instruments.gauge(.pending)
    instruments.adjust(id, by: 3, at: at(s: 10))
    instruments.adjust(id, by: -1, at: at(s: 20))
    instruments.adjust(id, by: -2, at: at(s: 30))
    let summary = instruments.summaries(at: at(s: 100))[0]
    #expect(summary.mean == 0.5)  // 3 for 10 s, 2 for 10 s, of 100 s
    #expect(summary.min == 0 && summary.max == 3 && summary.last == 0)
    #expect(summary.firstNonZero == at(s: 10))
  }

  @Test("a level outlives the warm-up, its extremes do not")
  func window() {
    var instruments = Instruments()
    let id = instruments.gauge(.pending)
    instruments.set(1_000, id, at: at(s: 1))
    instruments.set(7, id, at: at(s: 2))
    instruments.openWindow(at: at(s: 10))
    let summary = instruments.summaries(at: at(s: 20))[0]
    #expect(summary.mean == 7 && summary.min == 7 && summary.max == 7)
    #expect(summary.count == 0 && summary.hasSamples)
    #expect(summary.peak == 1_000)
    #expect(summary.firstNonZero == at(s: 1))
  }

  @Test(
    "a level that ends at the instant the window opens is not in it; one within is, however short")
  func instants() {
    var instruments = Instruments()
    let id = instruments.gauge(.pending)
    instruments.set(1_000, id, at: at(s: 1))
    instruments.openWindow(at: at(s: 10))
    instruments.set(7, id, at: at(s: 10))
    instruments.set(60, id, at: at(s: 12))
    instruments.set(5, id, at: at(s: 12))
    let summary = instruments.summaries(at: at(s: 14))[0]
    #expect(summary.min == 5 && summary.max == 60 && summary.mean == 6)
  }

  @Test("after the window nothing moves but the last level and the peak")
  func closed() {
    var instruments = Instruments()
    let id = instruments.gauge(.pending)
    instruments.set(4, id, at: at(s: 0))
    instruments.closeWindow(at: at(s: 10))
    let before = instruments.summaries(at: at(s: 10))[0]
    instruments.set(90, id, at: at(s: 11))
    let after = instruments.summaries(at: at(s: 50))[0]
    #expect(before.mean == 4 && after.mean == 4)
    #expect(after.max == 4 && after.count == 1 && after.measuredSeconds == 10)
    #expect(after.last == 90 && after.peak == 90)
  }

  @Test("years of large levels do not overflow the integral")
  func noOverflow() {
    let bytes = MetricDeclaration(
      "db_size_bytes", .gauge, in: .bytes, help: "Size of the database.")
    var instruments = Instruments()
    let id = instruments.gauge(bytes)
    instruments.set(1 << 50, id, at: at(s: 0))
    let tenYears: UInt64 = 315_360_000
    #expect(instruments.summaries(at: at(s: tenYears))[0].mean == Double(1 << 50))
  }

  @Test("a ratio is kept to a billionth, a time to the nanosecond")
  func realValues() {
    let age = MetricDeclaration(
      "lease_age_seconds", .gauge, in: .seconds, help: "Time since the last renewal.")
    var instruments = Instruments()
    let ratio = instruments.gauge(.utilisation)
    let seconds = instruments.gauge(age)
    instruments.set(0.25, ratio, at: at(s: 0))
    instruments.set(1.0 / 3, ratio, at: at(s: 2))
    instruments.set(ns(1_500_000_001), seconds, at: at(s: 0))
    #expect(instruments.level(of: ratio) == 0.333333333)
    let summaries = instruments.summaries(at: at(s: 4))
    #expect(summaries[0].mean == (0.25 + 0.333333333) / 2)
    #expect(summaries[1].mean == 1.500000001)
  }

  @Test("a gauge that was never set has no samples")
  func neverSet() {
    var instruments = Instruments()
    _ = instruments.gauge(.pending)
    #expect(!instruments.summaries(at: at(s: 1))[0].hasSamples)
  }
}
