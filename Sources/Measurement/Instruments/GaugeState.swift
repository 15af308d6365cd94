// SPDX-License-Identifier: Apache-2.0
internal import DiscreteEvents

/// What is kept of one gauge, in stored steps: its level, the extremes, and the exact integral of
/// the level over the time measured.
struct GaugeState: Sendable, Codable, Equatable {
  let grain: Int
  /// The lowest and highest possible level.
  private let bounds: ClosedRange<Int>
  private(set) var level: Int
  private var peak: Int?
  private(set) var firstNonZero: SimTime?
  /// Up to when `integral` reaches while the window is open; the latest change after that.
  private var accruedUntil: SimTime
  private var integral = ExactSum()
  private var minimum: Int
  private var maximum: Int
  private var changes = 0
  /// Index of the attached series.
  var trace: Int?

  /// A gauge at level 0 since the start of the window.
  init(unit: MetricUnit, window: MeasuringWindow) {
    grain = unit.grain
    let range = unit.validRange
    // The factor is exact and the bounds are small, or infinite.
    let upper = range.upperBound.isFinite ? Int(range.upperBound * Double(unit.grain)) : .max
    bounds = Int((range.lowerBound * Double(unit.grain)).rounded())...upper
    level = 0
    minimum = 0
    maximum = 0
    accruedUntil = window.end ?? window.start
  }

  mutating func set(_ newLevel: Int, at time: SimTime, in window: MeasuringWindow) {
    precondition(bounds.contains(newLevel), "the level of a gauge left the range of its unit")
    precondition(time >= accruedUntil, "the times of a gauge do not decrease")
    if window.isOpen {
      integral.add(level, heldFor: (time - accruedUntil).nanoseconds)
      if changes == 0 && time == window.start {
        // The old level was there for no time at all.
        minimum = newLevel
        maximum = newLevel
      } else {
        minimum = min(minimum, newLevel)
        maximum = max(maximum, newLevel)
      }
      changes += 1
    }
    accruedUntil = time
    level = newLevel
    peak = max(peak ?? newLevel, newLevel)
    if firstNonZero == nil && newLevel != 0 { firstNonZero = time }
  }

  mutating func openWindow(at time: SimTime) {
    precondition(time >= accruedUntil, "a window cannot open in the past")
    accruedUntil = time
    integral = ExactSum()
    minimum = level
    maximum = level
    changes = 0
  }

  mutating func closeWindow(at time: SimTime) {
    precondition(time >= accruedUntil, "a window cannot close in the past")
    integral.add(level, heldFor: (time - accruedUntil).nanoseconds)
    accruedUntil = time
  }

  func reading(at time: SimTime, in window: MeasuringWindow) -> GaugeReading {
    precondition(!window.isOpen || time >= accruedUntil, "a gauge cannot be read in the past")
    var integral = integral
    if window.isOpen { integral.add(level, heldFor: (time - accruedUntil).nanoseconds) }
    return GaugeReading(
      integral: integral, last: ExactSum(Int128(level)), minimum: minimum, maximum: maximum,
      isSet: peak != nil, peak: peak, changes: changes, firstNonZero: firstNonZero)
  }
}
