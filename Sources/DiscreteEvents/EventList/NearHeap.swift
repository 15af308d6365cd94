// SPDX-License-Identifier: Apache-2.0

/// A binary min-heap of at most 64 records: the events that were scheduled before the end of the
/// near batch of an ``EventQueue`` after that batch had been made.
@frozen
@usableFromInline
struct NearHeap<Payload: BitwiseCopyable>: ~Copyable {
  @usableFromInline typealias Record = EventRecord<Payload>

  /// 64 records of 32 bytes fit beside a batch into the first-level cache.
  @inlinable static var capacity: Int { 64 }

  @usableFromInline let records: UnsafeMutablePointer<Record>
  @usableFromInline var count: Int

  @inlinable
  init() {
    records = .allocate(capacity: Self.capacity)
    count = 0
  }

  @inlinable
  deinit { records.deallocate() }

  @inlinable var isEmpty: Bool { count == 0 }
  @inlinable var isFull: Bool { count == Self.capacity }

  /// The smallest record; the heap must not be empty.
  @inlinable var first: Record { records.pointee }

  @inlinable
  mutating func push(_ record: Record) {
    var hole = count
    while hole > 0 {
      let parent = (hole &- 1) &>> 1
      guard record.precedes(records[parent]) else { break }
      records[hole] = records[parent]
      hole = parent
    }
    records[hole] = record
    count &+= 1
  }

  @inlinable
  mutating func popFirst() -> Record {
    let first = records.pointee
    count &-= 1
    let last = records[count]
    var hole = 0
    while true {
      var child = 2 &* hole &+ 1
      guard child < count else { break }
      let right = child &+ 1
      if right < count, records[right].precedes(records[child]) { child = right }
      guard records[child].precedes(last) else { break }
      records[hole] = records[child]
      hole = child
    }
    records[hole] = last
    return first
  }
}
