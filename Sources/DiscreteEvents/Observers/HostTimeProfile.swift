// SPDX-License-Identifier: Apache-2.0

/// A clock of the machine that runs the simulation. The kernel has none of its own.
public protocol HostClock {
  /// Nanoseconds since some fixed moment, never decreasing.
  mutating func nanoseconds() -> UInt64
}

/// Where the time of the machine goes: host nanoseconds and events by kind.
///
/// Measures the model's handler only, not the event list. Reads the clock twice an event, 40 to 60
/// ns with an ordinary system clock, and this overhead is partly inside the measured time.
@frozen
public struct HostTimeProfile<Clock: HostClock>: EventObserver {
  /// The number of events by kind.
  @inlinable public var counts: [UInt64] { tallies }
  /// Host nanoseconds spent in the handler by kind.
  @inlinable public var nanoseconds: [UInt64] { spent }

  @usableFromInline var tallies: [UInt64]
  @usableFromInline var spent: [UInt64]
  @usableFromInline var clock: Clock
  @usableFromInline var started: UInt64

  /// - Parameters:
  ///   - kindCount: `Event.kindCount` of the model that will be watched.
  ///   - clock: the clock to read.
  @inlinable
  public init(kindCount: Int, clock: Clock) {
    tallies = Array(repeating: 0, count: kindCount)
    spent = Array(repeating: 0, count: kindCount)
    self.clock = clock
    started = 0
  }

  /// Host nanoseconds spent in handlers in all.
  @inlinable public var totalNanoseconds: UInt64 { spent.reduce(0, +) }

  @inlinable
  public mutating func willExecute(_ event: some SimulationEvent, at time: SimTime) {
    started = clock.nanoseconds()
  }

  @inlinable
  public mutating func didExecute(_ event: some SimulationEvent, at time: SimTime) {
    let kind = event.kind
    spent[kind] &+= clock.nanoseconds() &- started
    tallies[kind] &+= 1
  }
}

extension HostTimeProfile: Sendable where Clock: Sendable {}
