// SPDX-License-Identifier: Apache-2.0

/// The yardstick: a plain binary heap over one block of memory that moves 40-byte records.
///
/// What a good C programmer writes in an afternoon (sift with a hole, no swaps), and the reference
/// of the kernel's benchmark floors. It has the same total order as ``EventQueue`` and serves as
/// its oracle in tests.
@frozen
package struct ReferenceQueue<Payload: BitwiseCopyable>: ~Copyable {
  /// 40 bytes with a payload of 16.
  @frozen
  package struct Record: BitwiseCopyable {
    package let time: UInt64
    package let sequence: UInt64
    package let priority: UInt64
    package let payload: Payload

    @inlinable
    package init(time: UInt64, sequence: UInt64, priority: UInt64, payload: Payload) {
      self.time = time
      self.sequence = sequence
      self.priority = priority
      self.payload = payload
    }

    @inlinable
    func precedes(_ other: Record) -> Bool {
      if time != other.time { return time < other.time }
      if priority != other.priority { return priority < other.priority }
      return sequence < other.sequence
    }
  }

  @usableFromInline var records: UnsafeMutablePointer<Record>
  @usableFromInline var capacity: Int
  package private(set) var count: Int

  package init() {
    capacity = 1_024
    records = .allocate(capacity: capacity)
    count = 0
  }

  deinit { records.deallocate() }

  package var first: Record? { count == 0 ? nil : records[0] }

  package mutating func push(_ record: Record) {
    if count == capacity { grow() }
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

  package mutating func pop() -> Record? {
    guard count > 0 else { return nil }
    let first = records[0]
    count &-= 1
    let last = records[count]
    var hole = 0
    while true {
      var child = 2 &* hole &+ 1
      guard child < count else { break }
      if child &+ 1 < count, records[child &+ 1].precedes(records[child]) { child &+= 1 }
      guard records[child].precedes(last) else { break }
      records[hole] = records[child]
      hole = child
    }
    records[hole] = last
    return first
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Record>.allocate(capacity: capacity * 2)
    larger.update(from: records, count: count)
    records.deallocate()
    records = larger
    capacity *= 2
  }
}
