// SPDX-License-Identifier: Apache-2.0

extension EventQueue {
  /// Fewer dead records than this are not worth a sweep (32 KB of the usual 32-byte records).
  @inlinable static var smallestSweep: Int { 1_024 }

  /// Takes back a pending event. False if it was executed or cancelled before. O(1) amortised.
  @inlinable
  public mutating func cancel(_ ticket: Ticket) -> Bool {
    guard tickets.isValid(ticket) else { return false }
    tickets.retire(slot: Int(ticket.slot))
    deadCount &+= 1
    if deadCount >= sweepThreshold { sweep() }
    return true
  }

  /// Whether the ticket's event is still pending. O(1).
  @inlinable
  public func isPending(_ ticket: Ticket) -> Bool { tickets.isValid(ticket) }

  /// Drops the dead records of the ladder if they are the majority, so that time-outs that are
  /// re-armed again and again do not pile up until their time comes. O(n), at most once in n
  /// cancellations.
  @inlinable @inline(never)
  mutating func sweep() {
    if deadCount > count {
      for level in 0..<Self.levelCount {
        var occupied = occupancy[level]
        while occupied != 0 {
          let slotNumber = level &* Self.slotsPerLevel &+ occupied.trailingZeroBitCount
          occupied &= occupied &- 1
          keepLiving(detach(slotNumber))
        }
      }
    }
    sweepThreshold = Swift.max(Self.smallestSweep, 2 &* deadCount, count)
  }

  /// Returns the living records of a slot to it, in their order.
  @inlinable
  mutating func keepLiving(_ first: Chunk) {
    var next: Chunk? = first
    while let chunk = next {
      let records = chunk.records
      for index in 0..<chunk.count {
        let record = records[index]
        if isDead(record) { forgetDead() } else { append(record) }
      }
      next = chunk.next
      pool.release(chunk)
    }
  }
}
