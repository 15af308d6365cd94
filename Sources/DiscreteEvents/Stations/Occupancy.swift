// SPDX-License-Identifier: Apache-2.0

/// How many are inside, over time: the accounts behind Little's law, in whole numbers.
///
/// Within a window the area under N(t) is what all visits together spent inside. This is an
/// identity, not a statistical statement, and both sides are integers here, so it is an
/// **invariant**:
///
///     areaNanoseconds(at: t) == insideNanoseconds(at: t, unfinished: entries of those inside)
///
/// The left side integrates the number of those inside from event to event. The right side is a sum
/// over visits of the parts of their (entered, left) stamps that lie within the window; the stamps
/// come from the model's own records, those of unfinished visits included. It fails if a visit is
/// counted twice or forgotten, if a stamp is overwritten, or if a departure is handled at another
/// time than it is recorded for.
///
/// A ``FIFOStation`` whose departures are events of the model uses it so: `enter` where the visit
/// arrives, `leave` in the handler of the event that was scheduled for `visit.finish`, with the
/// arrival stamp from the visitor's record. Dividing by the length of the window and by the
/// arrivals gives L and W, and L = λW.
///
/// All calls must come in the order of time. O(1), no memory.
@frozen
public struct Occupancy: Hashable, Sendable, Codable {
  @usableFromInline var inside: Int
  @usableFromInline var highest: Int
  @usableFromInline var entered: UInt64
  @usableFromInline var left: UInt64
  @usableFromInline var area: WideSum
  @usableFromInline var finished: WideSum
  @usableFromInline var windowStart: SimTime
  @usableFromInline var lastChange: SimTime

  /// Nobody inside, and a window that is open from the start of the run.
  @inlinable
  public init() {
    inside = 0
    highest = 0
    entered = 0
    left = 0
    area = WideSum()
    finished = WideSum()
    windowStart = .zero
    lastChange = .zero
  }

  /// How many are inside.
  @inlinable public var count: Int { inside }
  /// The most that were inside at once since the window was opened.
  @inlinable public var peak: Int { highest }
  /// Entries since the window was opened.
  @inlinable public var arrivals: UInt64 { entered }
  /// Exits since the window was opened.
  @inlinable public var departures: UInt64 { left }

  /// Opens a new window, for example after a warm-up: all sums begin anew, those inside stay
  /// inside.
  @inlinable
  public mutating func openWindow(at now: SimTime) {
    advance(to: now)
    windowStart = now
    area = WideSum()
    finished = WideSum()
    entered = 0
    left = 0
    highest = inside
  }

  /// Someone enters.
  @inlinable
  public mutating func enter(at now: SimTime) {
    advance(to: now)
    inside &+= 1
    entered &+= 1
    if inside > highest { highest = inside }
  }

  /// Someone leaves.
  ///
  /// - Parameter enteredAt: when it entered, from its own record.
  @inlinable
  public mutating func leave(enteredAt: SimTime, at now: SimTime) {
    precondition(inside > 0, "someone left who was not inside")
    advance(to: now)
    inside &-= 1
    left &+= 1
    finished.add(now - Swift.max(enteredAt, windowStart))
  }

  /// The area under N(t) from the start of the window until `now`, in nanoseconds.
  @inlinable
  public func areaNanoseconds(at now: SimTime) -> UInt128 {
    area.value + UInt128(inside) * UInt128((now - lastChange).nanoseconds)
  }

  /// The time that all visits spent inside within the window until `now`, in nanoseconds, from
  /// their own stamps.
  ///
  /// - Parameter unfinished: when each of those inside entered, in any order, from their own
  ///   records.
  @inlinable
  public func insideNanoseconds(
    at now: SimTime, unfinished: some Sequence<SimTime>
  ) -> UInt128 {
    unfinished.reduce(finished.value) { sum, entered in
      sum + UInt128((now - Swift.max(entered, windowStart)).nanoseconds)
    }
  }

  /// The time that finished visits spent inside within the window, in nanoseconds.
  @inlinable public var finishedNanoseconds: UInt128 { finished.value }

  /// The mean number inside over the window, L.
  @inlinable
  public func mean(at now: SimTime) -> Double {
    now > windowStart
      ? Double(areaNanoseconds(at: now)) / Double((now - windowStart).nanoseconds) : Double(inside)
  }

  @inlinable
  mutating func advance(to now: SimTime) {
    precondition(now >= lastChange, "an entry or exit in the past")
    area.value &+= UInt128(inside) &* UInt128((now - lastChange).nanoseconds)
    lastChange = now
  }
}
