// SPDX-License-Identifier: Apache-2.0

extension EventQueue {
  /// An independent list with the same pending events and the same tickets. O(n).
  @inlinable
  public func copy() -> EventQueue {
    var other = EventQueue(tickets: tickets.copy(), base: Swift.min(floor, lowestRank))
    forEachLiving { other.insert($0) }
    return other
  }

  /// The pending events in the order in which they will be popped. O(n log n).
  @inlinable
  public func sortedRecords() -> [Record] {
    var records: [Record] = []
    records.reserveCapacity(count)
    forEachLiving { records.append($0) }
    records.sort { $0.precedes($1) }
    return records
  }

  /// A rank that no record is below.
  @inlinable var lowestRank: UInt64 {
    var lowest = base
    if !heap.isEmpty { lowest = Swift.min(lowest, heap.first.rank) }
    if batchNext != batchEnd { lowest = Swift.min(lowest, batchNext.pointee.rank) }
    return lowest
  }

  /// Visits all living records so that those of equal rank come in sequence order.
  @inlinable
  func forEachLiving(_ body: (Record) -> Void) {
    visit(batchNext, count: batchEnd - batchNext, body)
    if let batchChunk { visitChain(Chunk(batchChunk).next, body) }
    visitHeap(body)
    for slotNumber in 0..<Self.levelCount * Self.slotsPerLevel {
      let slot = slots[slotNumber]
      guard let head = slot.head, let tail = slot.tail else { continue }
      // The last chunk of a slot that is in use is counted by the slot.
      Chunk(tail).count = slot.tailCount
      visitChain(Chunk(head), body)
    }
  }

  @inlinable
  func visitChain(_ first: Chunk?, _ body: (Record) -> Void) {
    var next = first
    while let chunk = next {
      visit(chunk.records, count: chunk.count, body)
      next = chunk.next
    }
  }

  @inlinable
  func visitHeap(_ body: (Record) -> Void) {
    var records: [Record] = []
    for index in 0..<heap.count { records.append(heap.records[index]) }
    records.sort { $0.precedes($1) }
    for record in records where !isDead(record) { body(record) }
  }

  @inlinable
  func visit(_ records: UnsafeMutablePointer<Record>, count: Int, _ body: (Record) -> Void) {
    for index in 0..<count where !isDead(records[index]) { body(records[index]) }
  }
}
