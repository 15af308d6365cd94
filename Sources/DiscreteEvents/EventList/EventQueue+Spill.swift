// SPDX-License-Identifier: Apache-2.0

extension EventQueue {
  /// Puts batch and heap back into the ladder, with a base that no pending record is below.
  ///
  /// Happens when more than 64 events were scheduled before the end of the current batch: the batch
  /// was made when the list was sparse, and the list is no longer sparse. Costs one move for each
  /// record of batch and heap and at most one link for each slot of the lower levels.
  @inlinable @inline(never)
  mutating func spill() {
    var lowest = Swift.min(floor, heap.first.rank)
    if batchNext != batchEnd { lowest = Swift.min(lowest, batchNext.pointee.rank) }
    lower(base: lowest)
    // What is in the batch has a lower sequence number than what has the same rank in the heap.
    returnBatch()
    while !heap.isEmpty { append(heap.popFirst()) }
  }

  /// Moves the base back to a lower rank. Slots of higher levels stay as they are; what lies below
  /// the digit in which the bases differ becomes one slot of that digit, by linking its chunks.
  @inlinable
  mutating func lower(base lowest: UInt64) {
    let level = Self.level(of: base ^ lowest)
    // This slot is empty: what the ladder holds on its level has a larger digit than the old base.
    let target = level &* Self.slotsPerLevel &+ Self.digit(base, level)
    var lowerLevels = levels & (1 &<< UInt64(truncatingIfNeeded: level) &- 1)
    while lowerLevels != 0 {
      let lower = lowerLevels.trailingZeroBitCount
      lowerLevels &= lowerLevels &- 1
      while occupancy[lower] != 0 {
        link(
          detach(lower &* Self.slotsPerLevel &+ occupancy[lower].trailingZeroBitCount), to: target)
      }
    }
    base = lowest
    nearEnd = lowest
  }

  /// Appends a chain of chunks to a slot.
  @inlinable
  mutating func link(_ first: Chunk, to slotNumber: Int) {
    let slot = slots + slotNumber
    if let tail = slot.pointee.tail {
      Chunk(tail).count = slot.pointee.tailCount
      Chunk(tail).next = first
    } else {
      slot.pointee.head = first.address
      occupy(slotNumber)
    }
    var last = first
    while let next = last.next { last = next }
    slot.pointee.tail = last.address
    slot.pointee.tailCount = last.count
  }

  /// Puts the unread rest of the batch into the ladder.
  @inlinable
  mutating func returnBatch() {
    guard let address = batchChunk else { return }
    let chunk = Chunk(address)
    let count = batchEnd - batchNext
    batchChunk = nil
    if chunk.next != nil {
      // A large group of one rank: its chunks are linked as they are.
      chunk.records.update(from: batchNext, count: count)
      chunk.count = count
      let rank = chunk.records.pointee.rank
      let level = Self.level(of: rank ^ base)
      link(chunk, to: level &* Self.slotsPerLevel &+ Self.digit(rank, level))
    } else {
      for index in 0..<count { append(batchNext[index]) }
      pool.release(chunk)
    }
    batchNext = batchEnd
  }
}
