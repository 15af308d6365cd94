// SPDX-License-Identifier: Apache-2.0

/// Something that watches the executed events, in their order, without changing the run.
///
/// Dispatched statically: an observer that does nothing costs nothing.
public protocol EventObserver: ~Copyable {
  /// Called before the model handles `event`.
  mutating func willExecute(_ event: some SimulationEvent, at time: SimTime)
  /// Called after the model handled `event`.
  mutating func didExecute(_ event: some SimulationEvent, at time: SimTime)
}

extension EventObserver where Self: ~Copyable {
  @inlinable
  public mutating func willExecute(_ event: some SimulationEvent, at time: SimTime) {}

  @inlinable
  public mutating func didExecute(_ event: some SimulationEvent, at time: SimTime) {}
}

/// Watches nothing.
@frozen
public struct NoObserver: EventObserver, Sendable {
  @inlinable public init() {}
}

/// Two observers as one; pairs can be nested.
///
/// `first` is called first before an event and last after it, so a clock in `second` does not
/// measure the cost of `first`.
@frozen
public struct ObserverPair<First: EventObserver, Second: EventObserver>: EventObserver {
  /// The outer observer.
  public var first: First
  /// The inner observer.
  public var second: Second

  @inlinable
  public init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  @inlinable
  public mutating func willExecute(_ event: some SimulationEvent, at time: SimTime) {
    first.willExecute(event, at: time)
    second.willExecute(event, at: time)
  }

  @inlinable
  public mutating func didExecute(_ event: some SimulationEvent, at time: SimTime) {
    second.didExecute(event, at: time)
    first.didExecute(event, at: time)
  }
}

extension ObserverPair: Sendable where First: Sendable, Second: Sendable {}
