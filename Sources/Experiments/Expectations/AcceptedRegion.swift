// SPDX-License-Identifier: Apache-2.0
import Scenario

/// The values of a quantity with which a comparison holds.
///
/// A comparison of two terms is turned into one quantity and a region: `a < b` into a − b below
/// zero, `a ~ b within 5 %` into a ÷ b from 0.95 to 1.05. So an interval of the quantity decides:
/// all of it inside the region, none of it, or some.
struct AcceptedRegion: Sendable, Hashable {
  private let low: Double
  private let high: Double
  private let includesEnds: Bool
  /// Everything but the values from `low` to `high`.
  private let isInverted: Bool

  private init(low: Double, high: Double, includesEnds: Bool, isInverted: Bool = false) {
    self.low = low
    self.high = high
    self.includesEnds = includesEnds
    self.isInverted = isInverted
  }

  /// Of a difference, left minus right.
  init(_ relation: ExpectRelation) {
    switch relation {
    case .less: self.init(low: -.infinity, high: 0, includesEnds: false)
    case .lessOrEqual: self.init(low: -.infinity, high: 0, includesEnds: true)
    case .greater: self.init(low: 0, high: .infinity, includesEnds: false)
    case .greaterOrEqual: self.init(low: 0, high: .infinity, includesEnds: true)
    case .equal: self.init(low: 0, high: 0, includesEnds: true)
    case .notEqual: self.init(low: 0, high: 0, includesEnds: true, isInverted: true)
    }
  }

  /// Of a quotient, left by right.
  init(_ tolerance: Tolerance) {
    switch tolerance {
    case .share(let share): self.init(low: 1 - share, high: 1 + share, includesEnds: true)
    case .factor(let factor): self.init(low: 1 / factor, high: factor, includesEnds: true)
    }
  }

  func contains(_ value: Double) -> Bool {
    guard value.isFinite else { return false }
    let isBetween =
      includesEnds ? low <= value && value <= high : low < value && value < high
    return isBetween != isInverted
  }

  /// Met when every value of the interval is accepted, missed when none is, otherwise unknown.
  func verdict(on interval: ResultInterval) -> Verdict {
    let (lower, upper) = (contains(interval.lower), contains(interval.upper))
    if isInverted {
      // The only values refused are those from low to high.
      if interval.upper < low || high < interval.lower { return .met }
      return low <= interval.lower && interval.upper <= high ? .missed : .cannotTell
    }
    if lower && upper { return .met }
    if lower || upper { return .cannotTell }
    // Neither end is accepted: the region lies inside the interval, or outside of it.
    let isAbove = includesEnds ? interval.lower > high : interval.lower >= high
    let isBelow = includesEnds ? interval.upper < low : interval.upper <= low
    return isAbove || isBelow ? .missed : .cannotTell
  }
}
