// SPDX-License-Identifier: Apache-2.0

/// How often each kind of event was executed.
@frozen
public struct KindCounts: EventObserver, Hashable, Sendable, Codable {
  /// The number of events by kind.
  @inlinable public var counts: [UInt64] { tallies }

  @usableFromInline var tallies: [UInt64]

  /// - Parameter kindCount: `Event.kindCount` of the model that will be watched.
  @inlinable
  public init(kindCount: Int) {
    tallies = Array(repeating: 0, count: kindCount)
  }

  /// The number of all events.
  @inlinable public var total: UInt64 { tallies.reduce(0, +) }

  @inlinable
  public mutating func willExecute(_ event: some SimulationEvent, at time: SimTime) {
    tallies[event.kind] &+= 1
  }
}
