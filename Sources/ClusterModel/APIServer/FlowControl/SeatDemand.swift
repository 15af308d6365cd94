// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// How many seats a level would use, over the current period and smoothed over earlier ones
/// (pkg/util/flowcontrol/apf_controller.go: period 10 s, smoothing 0.977).
package struct SeatDemand: Codable, Sendable {
  private static var smoothing: Double { 0.977 }

  private var level = 0
  private var highest = 0
  private var periodStart: SimTime = .zero
  private var lastChange: SimTime = .zero
  private var sum = 0.0
  private var squares = 0.0
  /// The smoothed envelope.
  package private(set) var smoothed = 0.0

  package init() {}

  package mutating func set(_ seats: Int, at now: SimTime) {
    advance(to: now)
    level = seats
    highest = max(highest, seats)
  }

  /// Ends a period; returns its highest demand. The envelope is min(highest, mean + deviation); it is
  /// followed upwards at once and downwards slowly.
  package mutating func endPeriod(at now: SimTime) -> Int {
    advance(to: now)
    let length = max(1, Double((now - periodStart).nanoseconds))
    let mean = sum / length
    let deviation = max(0, squares / length - mean * mean).squareRoot()
    let envelope = min(Double(highest), mean + deviation)
    smoothed =
      envelope > smoothed
      ? envelope : Self.smoothing * smoothed + (1 - Self.smoothing) * envelope
    let peak = highest
    periodStart = now
    sum = 0
    squares = 0
    highest = level
    return peak
  }

  private mutating func advance(to now: SimTime) {
    let time = Double((now - lastChange).nanoseconds)
    sum += time * Double(level)
    squares += time * Double(level) * Double(level)
    lastChange = now
  }
}

/// What a level may have in the next period.
package struct SeatRange: Sendable {
  package var low: Double
  package var high: Double
  package var target: Double

  package init(low: Double, high: Double, target: Double) {
    self.low = low
    self.high = high
    self.target = target
  }

  /// Divides seats: each level gets the same multiple of its target, within its range.
  ///
  /// The multiple is found by bisection; the result is rounded to whole seats
  /// (apf_controller.go `computeConcurrencyAllocation`).
  package static func divide(_ seats: Double, among ranges: [SeatRange]) -> [Int] {
    func share(_ multiple: Double) -> Double {
      ranges.reduce(0) { $0 + min($1.high, max($1.low, $1.target * multiple)) }
    }
    var low = 0.0
    var high = 1.0
    while share(high) < seats, high < 1e9 { high *= 2 }
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if share(middle) < seats { low = middle } else { high = middle }
    }
    return ranges.map { Int(min($0.high, max($0.low, $0.target * high)).rounded()) }
  }
}
