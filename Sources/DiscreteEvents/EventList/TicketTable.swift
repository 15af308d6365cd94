// SPDX-License-Identifier: Apache-2.0

/// Which of the cancellable records are still alive.
///
/// One word a slot: the generation of the slot (24 bits) and the sequence number of the live record
/// that holds it (40 bits, 0 if it is free). A record in the event list is alive if the word of its
/// slot still shows its sequence number. A slot is free again the moment its event is executed *or
/// cancelled*, not when the dead record happens to be met in the list; so which slot the next
/// ticket gets depends only on what the model did, and forks and resumed runs hand out the same
/// tickets.
@frozen
@usableFromInline
struct TicketTable: ~Copyable {
  @usableFromInline var words: UnsafeMutablePointer<UInt64>
  /// Slots that may be given out, the last one first.
  @usableFromInline var free: UnsafeMutablePointer<UInt32>
  @usableFromInline var count: Int
  @usableFromInline var freeCount: Int
  @usableFromInline var capacity: Int

  @inlinable static var sequenceMask: UInt64 { 1 &<< 40 &- 1 }
  @inlinable static var generationLimit: UInt64 { 1 &<< 24 }

  @inlinable
  init(capacity: Int = 16) {
    words = .allocate(capacity: capacity)
    free = .allocate(capacity: capacity)
    count = 0
    freeCount = 0
    self.capacity = capacity
  }

  @inlinable
  deinit {
    words.deallocate()
    free.deallocate()
  }

  /// Gives a slot to the record with this sequence number.
  @inlinable
  mutating func issue(sequence: UInt64) -> Ticket {
    let slot: Int
    if freeCount > 0 {
      freeCount &-= 1
      slot = Int(free[freeCount])
    } else {
      slot = count
      if slot == capacity { grow() }
      words[slot] = 0
      count &+= 1
    }
    let generation = words[slot] &>> 40
    words[slot] = generation &<< 40 | sequence
    return Ticket(
      slot: UInt32(truncatingIfNeeded: slot), generation: UInt32(truncatingIfNeeded: generation))
  }

  /// Whether the record with this ticket field and sequence number was not cancelled.
  @inlinable
  func isAlive(field: UInt64, sequence: UInt64) -> Bool {
    words[Int(truncatingIfNeeded: field &- 1)] & Self.sequenceMask == sequence
  }

  /// Whether the ticket's event is still pending.
  @inlinable
  func isValid(_ ticket: Ticket) -> Bool {
    let slot = Int(ticket.slot)
    guard slot < count else { return false }
    let word = words[slot]
    return word &>> 40 == UInt64(ticket.generation) && word & Self.sequenceMask != 0
  }

  /// Ends the current generation of a slot. A slot whose generations are used up is never given out
  /// again (one word lost in 16.7 million uses), so that no ticket can come true twice.
  @inlinable
  mutating func retire(slot: Int) {
    let generation = words[slot] &>> 40 &+ 1
    guard generation < Self.generationLimit else {
      words[slot] = (generation &- 1) &<< 40
      return
    }
    words[slot] = generation &<< 40
    free[freeCount] = UInt32(truncatingIfNeeded: slot)
    freeCount &+= 1
  }

  @inlinable @inline(never)
  mutating func grow() {
    precondition(
      capacity < Int(EventOrder.ticketMask), "more than 16.7 million live tickets")
    let larger = Swift.min(capacity * 2, Int(EventOrder.ticketMask))
    let newWords = UnsafeMutablePointer<UInt64>.allocate(capacity: larger)
    let newFree = UnsafeMutablePointer<UInt32>.allocate(capacity: larger)
    newWords.update(from: words, count: count)
    newFree.update(from: free, count: freeCount)
    words.deallocate()
    free.deallocate()
    words = newWords
    free = newFree
    capacity = larger
  }

  @inlinable
  func copy() -> TicketTable {
    var other = TicketTable(capacity: capacity)
    other.words.update(from: words, count: count)
    other.free.update(from: free, count: freeCount)
    other.count = count
    other.freeCount = freeCount
    return other
  }
}
