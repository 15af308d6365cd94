// SPDX-License-Identifier: Apache-2.0

/// A bucket of tokens that fills at a constant rate up to a burst: client-side rate limits, IOPS
/// caps.
///
/// Exact: the rate is a fraction (`tokens` in each `period`), and the level is kept in integers as
/// the instant at which the bucket will be full again, in units of one `tokens`-th of a nanosecond.
/// Nothing is rounded but the returned grants, up to the next nanosecond, and no error adds up.
///
/// ``take(_:at:)`` reserves in the order of calls, as client-go's `flowcontrol` and
/// `golang.org/x/time/rate` do: the caller gets the instant from which it may go on. O(1), no
/// memory.
@frozen
public struct TokenBucket: Sendable, Codable {
  /// Tokens that are added in each ``period``.
  public let tokens: UInt64
  /// See ``tokens``.
  public let period: SimDuration
  /// The size of the bucket in tokens.
  public let burst: UInt64

  /// When the bucket will be full, in nanoseconds times `tokens`.
  @usableFromInline var fullAt: WideSum

  /// A full bucket.
  ///
  /// - Parameters:
  ///   - tokens: `1 ..< 2^62` added in each period, evenly.
  ///   - period: above zero.
  ///   - burst: how many can be taken at once from a full bucket, at least 1.
  @inlinable
  public init(tokens: Int, per period: SimDuration, burst: Int) {
    precondition(tokens >= 1 && period > .zero && burst >= 1, "a token bucket that never fills")
    self.tokens = UInt64(tokens)
    self.period = period
    self.burst = UInt64(burst)
    fullAt = WideSum()
  }

  /// A full bucket with a rate in tokens per second, rounded to the nearest millionth.
  ///
  /// - Parameters:
  ///   - rate: 1e-6 ... 1e12.
  ///   - burst: at least 1.
  @inlinable
  public init(perSecond rate: Double, burst: Int) {
    precondition(rate >= 1e-6 && rate <= 1e12, "a token rate out of range")
    self.init(tokens: Int((rate * 1e6).rounded()), per: .seconds(1_000_000), burst: burst)
  }

  /// Takes `count` tokens, after all earlier calls, and returns the instant from which they are
  /// there.
  ///
  /// - Parameters:
  ///   - count: at least 0; more than the burst are granted once as many have been earned.
  ///   - now: the current instant; calls must come in the order of time.
  @inlinable
  public mutating func take(_ count: Int = 1, at now: SimTime) -> SimTime {
    let (full, grant) = taking(count, at: now)
    fullAt.value = full
    return grant
  }

  /// Takes `count` tokens if they are there now and nobody has reserved them; else takes nothing.
  @inlinable
  public mutating func tryTake(_ count: Int = 1, at now: SimTime) -> Bool {
    let (full, grant) = taking(count, at: now)
    guard grant == now else { return false }
    fullAt.value = full
    return true
  }

  /// Whole tokens that are there now; negative if that many are reserved beyond.
  @inlinable
  public func available(at now: SimTime) -> Int {
    let scaledNow = UInt128(now.nanoseconds) &* UInt128(tokens)
    guard fullAt.value > scaledNow else { return Int(burst) }
    let cost = UInt128(UInt64(bitPattern: period.nanoseconds))
    let missing = (fullAt.value &- scaledNow &+ cost &- 1) / cost
    return Int(burst) - Int(missing)
  }

  @inlinable
  func taking(_ count: Int, at now: SimTime) -> (fullAt: UInt128, grant: SimTime) {
    precondition(count >= 0, "a negative number of tokens")
    let rate = UInt128(tokens)
    // One token takes `period / tokens` nanoseconds, which is `period` in units of a `tokens`-th of
    // one.
    let cost = UInt128(UInt64(bitPattern: period.nanoseconds))
    let full = Swift.max(fullAt.value, UInt128(now.nanoseconds) * rate) + UInt128(count) * cost
    let capacity = UInt128(burst) * cost
    guard full > capacity else { return (full, now) }
    let grant = (full - capacity + rate - 1) / rate
    let latest = UInt128(SimTime.end.nanoseconds)
    return (full, Swift.max(now, SimTime(unchecked: UInt64(Swift.min(grant, latest)))))
  }
}
