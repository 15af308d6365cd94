// SPDX-License-Identifier: Apache-2.0

/// The right to take something back: a scheduled event, a waiting request, a customer in service.
///
/// A ticket names a slot in its owner's table and the generation of that slot, so a ticket kept too
/// long is recognised: once its event was executed or cancelled it never becomes valid again, even
/// when the slot has been given to another event. A ticket is only meaningful to the value that
/// issued it, and to forks and restored snapshots of that value.
@frozen
public struct Ticket: Hashable, Sendable, BitwiseCopyable, Codable {
  /// The place in the owner's table.
  public let slot: UInt32
  /// How often the slot had been given out before.
  public let generation: UInt32

  @inlinable
  public init(slot: UInt32, generation: UInt32) {
    self.slot = slot
    self.generation = generation
  }

  /// A ticket for nothing; cancelling it does nothing.
  @inlinable public static var none: Ticket { Ticket(slot: .max, generation: 0) }
}
