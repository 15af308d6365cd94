// SPDX-License-Identifier: Apache-2.0

/// A signed span of simulated time in whole nanoseconds (64 bits, 292 years either way).
///
/// Sums, differences and products with integers are exact and trap on overflow. A draw of a random
/// variable becomes a duration in ``init(roundingSeconds:)`` and nowhere else.
@frozen
public struct SimDuration: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The length in nanoseconds; negative for a span backwards.
  public let nanoseconds: Int64

  @inlinable
  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// The one place where a real number of seconds becomes a duration.
  ///
  /// Rounded to the nearest nanosecond, half away from zero; what is below zero becomes ``zero``
  /// and what is too long becomes ``max``. Only an IEEE multiplication and a rounding are used, so
  /// the result is the same on every machine.
  ///
  /// - Parameter seconds: any number or infinity; NaN is a programmer's mistake and traps.
  @inlinable
  public init(roundingSeconds seconds: Double) {
    precondition(!seconds.isNaN, "a duration of NaN seconds")
    let rounded = (seconds * 1e9).rounded(.toNearestOrAwayFromZero)
    if rounded <= 0 {
      self = .zero
    } else if rounded >= 0x1p63 {
      self = .max
    } else {
      self.init(nanoseconds: Int64(rounded))
    }
  }

  /// No time at all.
  @inlinable public static var zero: SimDuration { SimDuration(nanoseconds: 0) }

  /// The longest duration, 2^63 - 1 ns: any instant plus it is ``SimTime/end``.
  @inlinable public static var max: SimDuration { SimDuration(nanoseconds: .max) }

  @inlinable
  public static func nanoseconds(_ count: Int) -> SimDuration {
    SimDuration(nanoseconds: Int64(count))
  }

  @inlinable
  public static func microseconds(_ count: Int) -> SimDuration {
    SimDuration(nanoseconds: Int64(count) * 1_000)
  }

  @inlinable
  public static func milliseconds(_ count: Int) -> SimDuration {
    SimDuration(nanoseconds: Int64(count) * 1_000_000)
  }

  @inlinable
  public static func seconds(_ count: Int) -> SimDuration {
    SimDuration(nanoseconds: Int64(count) * 1_000_000_000)
  }

  @inlinable
  public static func minutes(_ count: Int) -> SimDuration {
    SimDuration(nanoseconds: Int64(count) * 60_000_000_000)
  }

  @inlinable
  public static func hours(_ count: Int) -> SimDuration {
    SimDuration(nanoseconds: Int64(count) * 3_600_000_000_000)
  }

  @inlinable
  public static func days(_ count: Int) -> SimDuration {
    SimDuration(nanoseconds: Int64(count) * 86_400_000_000_000)
  }

  /// The length in seconds, for reports and for rates; exact up to 104 days.
  @inlinable public var seconds: Double { Double(nanoseconds) / 1e9 }

  @inlinable
  public static func < (lhs: SimDuration, rhs: SimDuration) -> Bool {
    lhs.nanoseconds < rhs.nanoseconds
  }

  @inlinable
  public static func * (duration: SimDuration, factor: Int) -> SimDuration {
    SimDuration(nanoseconds: duration.nanoseconds * Int64(factor))
  }

  @inlinable
  public static func * (factor: Int, duration: SimDuration) -> SimDuration {
    duration * factor
  }

  /// The quotient, rounded towards zero.
  @inlinable
  public static func / (duration: SimDuration, divisor: Int) -> SimDuration {
    SimDuration(nanoseconds: duration.nanoseconds / Int64(divisor))
  }

  /// How many whole times `divisor` fits into `duration`, rounded towards zero.
  @inlinable
  public static func / (duration: SimDuration, divisor: SimDuration) -> Int {
    Int(duration.nanoseconds / divisor.nanoseconds)
  }

  /// What is left after taking `divisor` out as often as it fits; has the sign of `duration`.
  @inlinable
  public static func % (duration: SimDuration, divisor: SimDuration) -> SimDuration {
    SimDuration(nanoseconds: duration.nanoseconds % divisor.nanoseconds)
  }

  /// The duration times a real factor, rounded to the nearest nanosecond, half away from zero, and
  /// clamped to the representable range.
  ///
  /// - Parameter factor: any number or infinity; a product of NaN is a programmer's mistake and
  ///   traps.
  @inlinable
  public func scaled(by factor: Double) -> SimDuration {
    let product = (Double(nanoseconds) * factor).rounded(.toNearestOrAwayFromZero)
    precondition(!product.isNaN, "a duration scaled to NaN")
    if product >= 0x1p63 { return .max }
    if product <= -0x1p63 { return SimDuration(nanoseconds: .min) }
    return SimDuration(nanoseconds: Int64(product))
  }
}

extension SimDuration: AdditiveArithmetic {
  @inlinable
  public static func + (lhs: SimDuration, rhs: SimDuration) -> SimDuration {
    SimDuration(nanoseconds: lhs.nanoseconds + rhs.nanoseconds)
  }

  @inlinable
  public static func - (lhs: SimDuration, rhs: SimDuration) -> SimDuration {
    SimDuration(nanoseconds: lhs.nanoseconds - rhs.nanoseconds)
  }

  @inlinable
  public static prefix func - (duration: SimDuration) -> SimDuration {
    SimDuration(nanoseconds: -duration.nanoseconds)
  }
}

extension SimDuration: Codable {
  /// A bare number of nanoseconds.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(nanoseconds)
  }

  public init(from decoder: any Decoder) throws {
    self.init(nanoseconds: try decoder.singleValueContainer().decode(Int64.self))
  }
}
