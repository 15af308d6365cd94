// SPDX-License-Identifier: Apache-2.0

extension EventQueue {
  /// Removes and returns the first event if its time is not after `limit`. O(1) amortised.
  @inlinable
  public mutating func pop(notAfter limit: SimTime) -> Record? {
    pop(beforeRank: EventOrder.rank(limit, .last), order: .max)
  }

  /// The time of the first event, nil if there is none. O(1) amortised.
  ///
  /// Peeking may prepare the next batch early, which is harmless: what is pushed before its end
  /// goes to the near heap.
  @inlinable
  public mutating func peekTime() -> SimTime? {
    while true {
      if batchNext == batchEnd && heap.isEmpty && !refill() { return nil }
      let fromHeap = isHeapFirst
      let first = fromHeap ? heap.first : batchNext.pointee
      guard isDead(first) else { return first.time }
      forgetDead()
      if fromHeap { _ = heap.popFirst() } else { advanceBatch() }
    }
  }

  /// Removes and returns the first event if it comes before the given key.
  @inlinable @inline(__always)
  mutating func pop(beforeRank rankLimit: UInt64, order orderLimit: UInt64) -> Record? {
    // Nearly always the first event is the head of the batch and has no ticket.
    guard batchNext != batchEnd, batchNext.pointee.ticketField == 0, !isHeapFirst else {
      return popCarefully(beforeRank: rankLimit, order: orderLimit)
    }
    let record = batchNext.pointee
    guard record.precedes(rank: rankLimit, order: orderLimit) else { return nil }
    advanceBatch()
    recordCount &-= 1
    floor = record.rank & ~15
    return record
  }

  @inlinable @inline(never)
  mutating func popCarefully(beforeRank rankLimit: UInt64, order orderLimit: UInt64) -> Record? {
    while true {
      if batchNext == batchEnd && heap.isEmpty {
        // Everything in the ladder has at least rank `nearEnd`.
        if nearEnd > rankLimit || !refill() { return nil }
      }
      let record: Record
      if isHeapFirst {
        guard heap.first.precedes(rank: rankLimit, order: orderLimit) else { return nil }
        record = heap.popFirst()
      } else {
        record = batchNext.pointee
        guard record.precedes(rank: rankLimit, order: orderLimit) else { return nil }
        advanceBatch()
      }
      if record.ticketField != 0, !redeem(record) { continue }
      recordCount &-= 1
      floor = record.rank & ~15
      return record
    }
  }

  /// Whether the top of the near heap comes before the head of the batch; not both may be empty.
  @inlinable var isHeapFirst: Bool {
    !heap.isEmpty && (batchNext == batchEnd || heap.first.precedes(batchNext.pointee))
  }

  /// Retires the ticket of a record that leaves the list; false, and forgotten, if it was
  /// cancelled.
  @inlinable
  mutating func redeem(_ record: Record) -> Bool {
    if isDead(record) {
      forgetDead()
      return false
    }
    tickets.retire(slot: Int(truncatingIfNeeded: record.ticketField &- 1))
    return true
  }

  @inlinable
  mutating func advanceBatch() {
    batchNext += 1
    if batchNext == batchEnd { finishBatchChunk() }
  }

  /// Goes on to the next chunk of the batch (there is one only in a large group of equal rank).
  @inlinable
  mutating func finishBatchChunk() {
    let chunk = Chunk(batchChunk.unsafelyUnwrapped)
    let next = chunk.next
    pool.release(chunk)
    if let next {
      startBatchChunk(next)
    } else {
      batchChunk = nil
    }
  }

  @inlinable
  mutating func startBatchChunk(_ chunk: Chunk) {
    batchChunk = chunk.address
    batchNext = chunk.records
    batchEnd = chunk.records + chunk.count
  }

  // MARK: Refill

  /// Makes the next batch; batch and heap must be empty. False if the ladder is empty too.
  @inlinable @inline(never)
  mutating func refill() -> Bool {
    while levels != 0 {
      let level = levels.trailingZeroBitCount
      let slotNumber = level &* Self.slotsPerLevel &+ occupancy[level].trailingZeroBitCount
      let chunk = detach(slotNumber)
      if level > 0 && chunk.next != nil {
        spread(chunk, level: level)
      } else if prepareBatch(chunk, level: level) {
        return true
      }
    }
    return false
  }

  /// Spreads the records of a slot over the levels below; without the dead ones if there are many.
  @inlinable
  mutating func spread(_ first: Chunk, level: Int) {
    // The first rank that belongs to the slot. Slots of the same and of higher levels stay valid.
    base = first.records.pointee.rank & ~(1 &<< UInt64(truncatingIfNeeded: level &* 6) &- 1)
    nearEnd = base
    // Asking the ticket table is a cache miss in a large list, which pays only if many are dead.
    let dropsDead = deadCount &* 8 > recordCount
    var next: Chunk? = first
    while let chunk = next {
      let records = chunk.records
      let count = chunk.count
      for index in 0..<count {
        let record = records[index]
        if dropsDead, record.ticketField != 0, isDead(record) {
          forgetDead()
        } else {
          append(record)
        }
      }
      next = chunk.next
      pool.release(chunk)
    }
  }

  /// Makes a slot's only chunk, or the chain of a slot of level 0, the near batch. False if all its
  /// records were dead.
  @inlinable
  mutating func prepareBatch(_ chunk: Chunk, level: Int) -> Bool {
    if chunk.next == nil {
      chunk.count = appendSorted(chunk, to: chunk.records, count: 0)
      gather(into: chunk)
      guard chunk.count > 0 else {
        pool.release(chunk)
        return false
      }
    }
    base = chunk.records[chunk.count &- 1].rank
    // The saturation is exact too: a later record of the very last rank waits in the ladder for its
    // turn.
    nearEnd = base == .max ? .max : base &+ 1
    startBatchChunk(chunk)
    return true
  }

  /// Fills a batch up with the slots that follow, as long as they fit: a slot often has a record or
  /// two.
  ///
  /// Slots in the order of level and number are in the order of rank, and those that remain stay
  /// valid.
  @inlinable
  mutating func gather(into batch: Chunk) {
    var count = batch.count
    while levels != 0 {
      let level = levels.trailingZeroBitCount
      let slotNumber = level &* Self.slotsPerLevel &+ occupancy[level].trailingZeroBitCount
      let slot = slots[slotNumber]
      guard slot.head == slot.tail, count &+ slot.tailCount <= Chunk.capacity else { break }
      let chunk = detach(slotNumber)
      count = appendSorted(chunk, to: batch.records, count: count)
      pool.release(chunk)
    }
    batch.count = count
  }

  /// Sorts the living records of a chunk by insertion behind the `start` records of a batch, which
  /// are all smaller. Stable; the batch may be the chunk itself.
  ///
  /// - Returns: the number of records of the batch now.
  @inlinable
  mutating func appendSorted(
    _ chunk: Chunk, to batch: UnsafeMutablePointer<Record>, count start: Int
  ) -> Int {
    let records = chunk.records
    var end = start
    for index in 0..<chunk.count {
      let record = records[index]
      if record.ticketField != 0, isDead(record) {
        forgetDead()
        continue
      }
      var hole = end
      // Equal ranks arrive in sequence order, so comparing ranks is enough.
      while hole > start, batch[hole &- 1].rank > record.rank {
        batch[hole] = batch[hole &- 1]
        hole &-= 1
      }
      batch[hole] = record
      end &+= 1
    }
    return end
  }
}
