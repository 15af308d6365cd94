// SPDX-License-Identifier: Apache-2.0

/// An instant of simulated time: whole nanoseconds since the start of the run.
///
/// Sixty bits are used, which is 36.5 years; the other four hold the priority of an event inside
/// the event list. There is no floating-point clock: adding up a million steps of 10 ms gives
/// exactly 10,000 s.
///
/// `SimTime` plus `SimDuration` *saturates* at ``end``: a draw from a heavy tail that lies beyond
/// the horizon is an event that never comes, not a crash. Going below ``zero`` is a programmer's
/// mistake and traps.
@frozen
public struct SimTime: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// Nanoseconds since the start of the run, `0 ..< 2^60`.
  public let nanoseconds: UInt64

  /// The instant `nanoseconds` after the start of the run.
  ///
  /// - Parameter nanoseconds: `0 ..< 2^60`; anything larger is a programmer's mistake and traps.
  @inlinable
  public init(nanoseconds: UInt64) {
    precondition(nanoseconds < 1 &<< 60, "simulated time has 60 bits of nanoseconds (36 years)")
    self.nanoseconds = nanoseconds
  }

  @inlinable
  init(unchecked nanoseconds: UInt64) {
    self.nanoseconds = nanoseconds
  }

  /// The start of the run.
  @inlinable public static var zero: SimTime { SimTime(unchecked: 0) }

  /// The last representable instant, 2^60 - 1 ns (36.5 years): "after everything".
  @inlinable public static var end: SimTime { SimTime(unchecked: 1 &<< 60 &- 1) }

  /// Seconds since the start, for reports only: beyond 104 days a `Double` cannot tell two
  /// neighbouring nanoseconds apart.
  @inlinable public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// The time passed since the start of the run.
  @inlinable
  public var sinceStart: SimDuration {
    SimDuration(nanoseconds: Int64(bitPattern: nanoseconds))
  }

  @inlinable
  public static func < (lhs: SimTime, rhs: SimTime) -> Bool {
    lhs.nanoseconds < rhs.nanoseconds
  }

  /// The instant `duration` after `time`; saturates at ``end``, traps below ``zero``.
  @inlinable
  public static func + (time: SimTime, duration: SimDuration) -> SimTime {
    if duration.nanoseconds >= 0 {
      // Both are below 2^63, so the unsigned sum cannot wrap.
      let sum = time.nanoseconds &+ UInt64(bitPattern: duration.nanoseconds)
      return SimTime(unchecked: Swift.min(sum, SimTime.end.nanoseconds))
    }
    let distance = duration.nanoseconds.magnitude
    precondition(distance <= time.nanoseconds, "an instant before the start of the run")
    return SimTime(unchecked: time.nanoseconds &- distance)
  }

  /// The instant `duration` before `time`; traps below ``zero``, saturates at ``end``.
  @inlinable
  public static func - (time: SimTime, duration: SimDuration) -> SimTime {
    if duration.nanoseconds >= 0 {
      let distance = UInt64(bitPattern: duration.nanoseconds)
      precondition(distance <= time.nanoseconds, "an instant before the start of the run")
      return SimTime(unchecked: time.nanoseconds &- distance)
    }
    // The magnitude is at most 2^63 and the time below 2^60, so the sum cannot wrap.
    let sum = time.nanoseconds &+ duration.nanoseconds.magnitude
    return SimTime(unchecked: Swift.min(sum, SimTime.end.nanoseconds))
  }

  /// The signed time from `earlier` to `later`; negative if `later` is the earlier one.
  @inlinable
  public static func - (later: SimTime, earlier: SimTime) -> SimDuration {
    SimDuration(
      nanoseconds: Int64(bitPattern: later.nanoseconds) &- Int64(bitPattern: earlier.nanoseconds))
  }

  @inlinable
  public static func += (time: inout SimTime, duration: SimDuration) {
    time = time + duration
  }

  @inlinable
  public static func -= (time: inout SimTime, duration: SimDuration) {
    time = time - duration
  }
}

extension SimTime: CustomStringConvertible {
  /// The time since the start, exact, such as `1 h 2 min` or `1.5 s`.
  public var description: String { sinceStart.description }
}
