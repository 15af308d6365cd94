// SPDX-License-Identifier: Apache-2.0

/// What a term measures, as far as it is known before the run.
enum ExpectDimension: Hashable, Sendable {
  /// A number written without a unit: fits everything, in base units.
  case plain
  case unit(MetricDescription.Unit)
  case unknown

  /// Whether the two may be added or compared.
  func fits(_ other: ExpectDimension) -> Bool {
    switch (self, other) {
    case (.unit(let one), .unit(let two)): one == two
    default: true
    }
  }

  /// Of a sum.
  func plus(_ other: ExpectDimension) -> ExpectDimension {
    switch (self, other) {
    case (.unknown, _), (_, .unknown): .unknown
    case (.plain, _): other
    default: self
    }
  }

  func times(_ other: ExpectDimension) -> ExpectDimension {
    switch (self, other) {
    case (.plain, _), (.unit(.ratio), _): other
    case (_, .plain), (_, .unit(.ratio)): self
    case (.unit(.seconds), .unit(.perSecond)), (.unit(.perSecond), .unit(.seconds)): .unit(.count)
    case (.unit(.seconds), .unit(.bytesPerSecond)), (.unit(.bytesPerSecond), .unit(.seconds)):
      .unit(.bytes)
    default: .unknown
    }
  }

  func divided(by other: ExpectDimension) -> ExpectDimension {
    switch (self, other) {
    case (_, .plain), (_, .unit(.ratio)): self
    case (.unit(let one), .unit(let two)) where one == two: .unit(.ratio)
    case (.unit(.count), .unit(.seconds)): .unit(.perSecond)
    case (.unit(.bytes), .unit(.seconds)): .unit(.bytesPerSecond)
    default: .unknown
    }
  }

  /// Growth per second.
  var perSecond: ExpectDimension {
    switch self {
    case .unit(.count): .unit(.perSecond)
    case .unit(.bytes): .unit(.bytesPerSecond)
    case .unit(.seconds): .unit(.ratio)
    default: .unknown
    }
  }
}

extension ExpectDimension: CustomStringConvertible {
  var description: String {
    switch self {
    case .plain: "a plain number"
    case .unknown: "something"
    case .unit(.seconds): "a duration"
    case .unit(.bytes): "a size"
    case .unit(.bytesPerSecond): "a throughput"
    case .unit(.perSecond): "a rate"
    case .unit(.ratio): "a ratio"
    case .unit(.count): "a count"
    case .unit(.other(let name)): name
    }
  }
}

/// The values that a term can take, as far as it is known before the run.
struct ExpectRange: Hashable, Sendable {
  let low: Double
  let high: Double

  static let all = ExpectRange(low: -.infinity, high: .infinity)
  static let nonNegative = ExpectRange(low: 0, high: .infinity)

  init(low: Double, high: Double) {
    // A bound that is not a number (infinity minus infinity) is no bound.
    self.low = low.isNaN ? -.infinity : low
    self.high = high.isNaN ? .infinity : high
  }

  init(_ range: ClosedRange<Double>) {
    self.init(low: range.lowerBound, high: range.upperBound)
  }

  init(exactly value: Double) {
    self.init(low: value, high: value)
  }

  static prefix func - (range: ExpectRange) -> ExpectRange {
    ExpectRange(low: -range.high, high: -range.low)
  }

  static func + (a: ExpectRange, b: ExpectRange) -> ExpectRange {
    ExpectRange(low: a.low + b.low, high: a.high + b.high)
  }

  static func * (a: ExpectRange, b: ExpectRange) -> ExpectRange {
    let corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high]
    guard corners.allSatisfy({ !$0.isNaN }) else {
      return a.low >= 0 && b.low >= 0 ? .nonNegative : .all
    }
    return ExpectRange(low: corners.min() ?? 0, high: corners.max() ?? 0)
  }

  static func / (a: ExpectRange, b: ExpectRange) -> ExpectRange {
    if b.low > 0 || b.high < 0 { return a * ExpectRange(low: 1 / b.high, high: 1 / b.low) }
    return a.low >= 0 && b.low >= 0 ? .nonNegative : .all
  }

  var magnitude: ExpectRange {
    if low >= 0 { return self }
    if high <= 0 { return -self }
    return ExpectRange(low: 0, high: max(-low, high))
  }

  /// Whether `relation` holds for every pair of values (true), for none (false), or depends (nil).
  func always(_ relation: ExpectRelation, _ other: ExpectRange) -> Bool? {
    switch relation {
    case .less: high < other.low ? true : low >= other.high ? false : nil
    case .lessOrEqual: high <= other.low ? true : low > other.high ? false : nil
    case .greater: other.always(.less, self)
    case .greaterOrEqual: other.always(.lessOrEqual, self)
    case .equal: high < other.low || low > other.high ? false : nil
    case .notEqual: always(.equal, other).map { !$0 }
    }
  }
}

extension ExpectRange: CustomStringConvertible {
  var description: String {
    switch (low, high) {
    case (-.infinity, .infinity): "any number"
    case (_, .infinity): "at least \(low.plainText)"
    case (-.infinity, _): "at most \(high.plainText)"
    default: "from \(low.plainText) to \(high.plainText)"
    }
  }
}
