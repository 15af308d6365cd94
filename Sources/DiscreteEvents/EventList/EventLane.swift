// SPDX-License-Identifier: Apache-2.0

/// The events sent for the current instant, first in first out: a ring that only grows.
///
/// A sent event is an event at the current instant with normal priority, so the lane is sorted by
/// construction and needs no event list.
@frozen
@usableFromInline
struct EventLane<Payload: BitwiseCopyable>: ~Copyable {
  @frozen
  @usableFromInline
  struct Entry: BitwiseCopyable {
    @usableFromInline let sequence: UInt64
    @usableFromInline let payload: Payload

    @inlinable
    init(sequence: UInt64, payload: Payload) {
      self.sequence = sequence
      self.payload = payload
    }
  }

  @usableFromInline var entries: UnsafeMutablePointer<Entry>
  /// A power of two minus one.
  @usableFromInline var mask: Int
  @usableFromInline var head: Int
  @usableFromInline var count: Int

  @inlinable
  init(capacity: Int = 16) {
    entries = .allocate(capacity: capacity)
    mask = capacity - 1
    head = 0
    count = 0
  }

  @inlinable
  deinit { entries.deallocate() }

  @inlinable var isEmpty: Bool { count == 0 }

  /// The oldest entry; the lane must not be empty.
  @inlinable var first: Entry { entries[head] }

  @inlinable
  mutating func append(_ entry: Entry) {
    if count > mask { grow() }
    entries[(head &+ count) & mask] = entry
    count &+= 1
  }

  @inlinable
  mutating func removeFirst() -> Entry {
    let entry = entries[head]
    head = (head &+ 1) & mask
    count &-= 1
    return entry
  }

  @inlinable
  subscript(offset: Int) -> Entry { entries[(head &+ offset) & mask] }

  @inlinable @inline(never)
  mutating func grow() {
    let capacity = (mask + 1) * 2
    let larger = UnsafeMutablePointer<Entry>.allocate(capacity: capacity)
    for offset in 0..<count { larger[offset] = self[offset] }
    entries.deallocate()
    entries = larger
    mask = capacity - 1
    head = 0
  }

  @inlinable
  func copy() -> EventLane {
    var other = EventLane(capacity: mask + 1)
    for offset in 0..<count { other.append(self[offset]) }
    return other
  }
}
