// SPDX-License-Identifier: Apache-2.0

/// A pending event in the event list: its place in the total order, and its payload.
///
/// The order is two words, compared like one 128-bit number:
///
/// | word | upper bits | lower bits |
/// | --- | --- | --- |
/// | `rank` | time, 60 bits | priority, 4 bits |
/// | `order` | sequence number, 40 bits | ticket field, 24 bits |
///
/// Sequence numbers are unique, so the ticket field never decides. It is 0 for an event without a
/// ticket, otherwise the slot in the ``TicketTable`` plus one.
@frozen
public struct EventRecord<Payload: BitwiseCopyable>: BitwiseCopyable {
  @usableFromInline let rank: UInt64
  @usableFromInline let order: UInt64
  /// What happens.
  public let payload: Payload

  @inlinable
  init(rank: UInt64, order: UInt64, payload: Payload) {
    self.rank = rank
    self.order = order
    self.payload = payload
  }

  /// When it happens.
  @inlinable public var time: SimTime { SimTime(unchecked: rank &>> 4) }

  /// Its rank among the events of its instant.
  @inlinable public var priority: EventPriority { EventPriority(UInt8(rank & 15)) }

  /// Its number in the order of scheduling.
  @inlinable public var sequence: UInt64 { order &>> EventOrder.ticketBits }

  @inlinable var ticketField: UInt64 { order & EventOrder.ticketMask }

  @inlinable
  func precedes(_ other: EventRecord) -> Bool {
    precedes(rank: other.rank, order: other.order)
  }

  @inlinable
  func precedes(rank otherRank: UInt64, order otherOrder: UInt64) -> Bool {
    rank < otherRank || (rank == otherRank && order < otherOrder)
  }
}

/// How the two order words of an ``EventRecord`` are put together.
@usableFromInline
enum EventOrder {
  @inlinable static var ticketBits: UInt64 { 24 }
  @inlinable static var ticketMask: UInt64 { 1 &<< ticketBits &- 1 }
  @inlinable static var sequenceLimit: UInt64 { 1 &<< 40 }

  @inlinable
  static func rank(_ time: SimTime, _ priority: EventPriority) -> UInt64 {
    time.nanoseconds &<< 4 | UInt64(priority.rawValue)
  }
}
