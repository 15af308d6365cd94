// SPDX-License-Identifier: Apache-2.0

/// The future event list: a radix ladder.
///
/// A priority queue for keys that hardly ever go back, after the multi-level buckets and radix
/// heaps of Ahuja, Mehlhorn, Orlin and Tarjan (*Faster algorithms for the shortest path problem*,
/// J. ACM 37(2), 1990) with the near batch of the ladder queue of Tang, Goh and Thng (*Ladder
/// queue: an O(1) priority queue structure for large-scale discrete event simulation*, ACM TOMACS
/// 15(3), 2005). It has no parameters: no width to estimate, no resizing.
///
/// **Ladder.** The rank of an event (time and priority, 64 bits) is read as eleven digits of six
/// bits. The *level* of an event is the highest digit in which its rank differs from ``base``, its
/// *slot* is that digit: 11 x 64 slots, each a chain of 32-record chunks, and one occupancy word a
/// level. Pushing is an append to a chunk.
///
/// **Refill.** The first slot of the lowest occupied level holds the smallest ranks. If it is one
/// chunk, it is sorted in place and becomes the *near batch*, from which events are popped; the
/// slots that follow are added while they fit. If it is more, its records are spread over the
/// levels below, and again. On level 0 all records of a slot have the same rank and are a batch as
/// they stand, however many.
///
/// **Near heap.** What is pushed with a rank that the batch has reached already goes to a heap of
/// at most 64 records; pop takes the smaller of batch head and heap top. When the heap is full,
/// batch and heap go back into the ladder with a lower base (``spill()``), so the list never
/// degrades to a heap.
///
/// **Ties.** Chunks are appended first in first out, and a record reaches a slot before any record
/// with the same rank and a higher sequence number can; so records of equal rank stay in sequence
/// order without being sorted.
///
/// **Cancelling** is lazy: the ticket is retired in the ``TicketTable``, and the dead record is
/// dropped when it is met, at the latest when more records are dead than alive (``sweep()``).
///
/// Push and pop are O(1) amortised for any fixed law of increments: a record moves down the eleven
/// levels at most, two or three in practice, and each move is sequential in memory. Nothing is
/// allocated once the list has had its largest size.
///
/// Unsafe pointers are used in this folder only (and by the yardstick of the benchmarks).
@frozen
public struct EventQueue<Payload: BitwiseCopyable>: ~Copyable {
  /// A pending event.
  public typealias Record = EventRecord<Payload>
  @usableFromInline typealias Chunk = RecordChunk<Payload>

  /// One slot of the ladder. An empty slot looks like a full one, so that push has one slow path.
  @frozen
  @usableFromInline
  struct Slot: BitwiseCopyable {
    @usableFromInline var head: UnsafeMutableRawPointer?
    @usableFromInline var tail: UnsafeMutableRawPointer?
    @usableFromInline var tailCount: Int

    @inlinable
    init() {
      head = nil
      tail = nil
      tailCount = Chunk.capacity
    }
  }

  @inlinable static var levelCount: Int { 11 }
  @inlinable static var slotsPerLevel: Int { 64 }

  @usableFromInline var pool: ChunkPool<Payload>
  @usableFromInline let slots: UnsafeMutablePointer<Slot>
  /// Which slots of each level are occupied.
  @usableFromInline let occupancy: UnsafeMutablePointer<UInt64>
  /// Which levels are occupied.
  @usableFromInline var levels: UInt64

  /// No record in the ladder has a smaller rank; levels and slots are relative to it.
  @usableFromInline var base: UInt64
  /// Ranks below this one go to the near heap; `base` or `base + 1`.
  @usableFromInline var nearEnd: UInt64
  /// A rank that no pending record is below in a simulation: the last popped instant.
  @usableFromInline var floor: UInt64

  /// The unread part of the current batch chunk; equal when there is no batch.
  @usableFromInline var batchNext: UnsafeMutablePointer<Record>
  @usableFromInline var batchEnd: UnsafeMutablePointer<Record>
  /// The chunk that `batchNext` points into; nil when there is no batch.
  @usableFromInline var batchChunk: UnsafeMutableRawPointer?

  @usableFromInline var heap: NearHeap<Payload>
  @usableFromInline var tickets: TicketTable

  /// Records held, dead ones included.
  @usableFromInline var recordCount: Int
  @usableFromInline var deadCount: Int
  /// The number of dead records that triggers the next sweep.
  @usableFromInline var sweepThreshold: Int

  /// An empty list.
  @inlinable
  public init() {
    self.init(tickets: TicketTable(), base: 0)
  }

  @inlinable
  init(tickets: consuming TicketTable, base: UInt64) {
    let slotCount = Self.levelCount * Self.slotsPerLevel
    pool = ChunkPool()
    slots = .allocate(capacity: slotCount)
    slots.initialize(repeating: Slot(), count: slotCount)
    occupancy = .allocate(capacity: Self.levelCount)
    occupancy.initialize(repeating: 0, count: Self.levelCount)
    levels = 0
    self.base = base
    nearEnd = base
    floor = base
    heap = NearHeap()
    // Any address will do while the two are equal.
    batchNext = heap.records
    batchEnd = heap.records
    batchChunk = nil
    self.tickets = tickets
    recordCount = 0
    deadCount = 0
    sweepThreshold = Self.smallestSweep
  }

  @inlinable
  deinit {
    slots.deallocate()
    occupancy.deallocate()
  }

  /// The number of pending events; cancelled ones do not count. O(1).
  @inlinable public var count: Int { recordCount &- deadCount }

  /// The number of records in memory, cancelled ones included; at most about twice ``count``.
  package var recordsHeld: Int { recordCount }

  /// The number of 32-record chunks that were ever needed at once, free ones included.
  package var chunksHeld: Int { pool.chunkCount }

  /// Whether nothing is pending. O(1).
  @inlinable public var isEmpty: Bool { count == 0 }

  // MARK: Push

  /// Adds an event. O(1) amortised.
  ///
  /// - Parameter sequence: unique, increasing from push to push, `1 ..< 2^40`.
  @inlinable
  public mutating func push(
    _ payload: Payload, at time: SimTime, priority: EventPriority = .normal, sequence: UInt64
  ) {
    insert(
      Record(
        rank: EventOrder.rank(time, priority), order: sequence &<< EventOrder.ticketBits,
        payload: payload))
  }

  /// Adds an event that can be cancelled. O(1) amortised.
  @inlinable
  public mutating func pushCancellable(
    _ payload: Payload, at time: SimTime, priority: EventPriority = .normal, sequence: UInt64
  ) -> Ticket {
    let ticket = tickets.issue(sequence: sequence)
    insert(
      Record(
        rank: EventOrder.rank(time, priority),
        order: sequence &<< EventOrder.ticketBits | (UInt64(ticket.slot) &+ 1), payload: payload))
    return ticket
  }

  @inlinable
  mutating func insert(_ record: Record) {
    recordCount &+= 1
    if record.rank >= nearEnd {
      append(record)
    } else {
      insertNear(record)
    }
  }

  @inlinable
  mutating func insertNear(_ record: Record) {
    if heap.isFull {
      spill()
      // After a spill the heap is empty and the ladder takes what is not before the last popped
      // instant.
      if record.rank >= nearEnd {
        append(record)
        return
      }
    }
    heap.push(record)
  }

  // MARK: Ladder

  /// The highest six-bit digit that is set in `difference`, 0 if none is.
  @inlinable
  static func level(of difference: UInt64) -> Int {
    // n * 43 >> 8 is n / 6 for every n below 64.
    ((63 &- (difference | 1).leadingZeroBitCount) &* 43) &>> 8
  }

  @inlinable
  static func digit(_ rank: UInt64, _ level: Int) -> Int {
    Int(truncatingIfNeeded: rank &>> UInt64(truncatingIfNeeded: level &* 6)) & 63
  }

  /// Appends a record to its slot; its rank must not be below `base`.
  @inlinable
  mutating func append(_ record: Record) {
    let level = Self.level(of: record.rank ^ base)
    let slotNumber = level &* Self.slotsPerLevel &+ Self.digit(record.rank, level)
    let slot = slots + slotNumber
    if slot.pointee.tailCount == Chunk.capacity { addChunk(slotNumber) }
    let count = slot.pointee.tailCount
    Chunk(slot.pointee.tail.unsafelyUnwrapped).records[count] = record
    slot.pointee.tailCount = count &+ 1
  }

  @inlinable
  mutating func addChunk(_ slotNumber: Int) {
    let chunk = pool.take()
    chunk.next = nil
    let slot = slots + slotNumber
    if let tail = slot.pointee.tail {
      Chunk(tail).count = Chunk.capacity
      Chunk(tail).next = chunk
    } else {
      slot.pointee.head = chunk.address
      occupy(slotNumber)
    }
    slot.pointee.tail = chunk.address
    slot.pointee.tailCount = 0
  }

  @inlinable
  mutating func occupy(_ slotNumber: Int) {
    let level = slotNumber &>> 6
    occupancy[level] |= 1 &<< UInt64(truncatingIfNeeded: slotNumber & 63)
    levels |= 1 &<< UInt64(truncatingIfNeeded: level)
  }

  /// Takes all chunks out of an occupied slot.
  @inlinable
  mutating func detach(_ slotNumber: Int) -> Chunk {
    let slot = slots + slotNumber
    let tail = Chunk(slot.pointee.tail.unsafelyUnwrapped)
    tail.count = slot.pointee.tailCount
    let head = Chunk(slot.pointee.head.unsafelyUnwrapped)
    slot.pointee = Slot()
    let level = slotNumber &>> 6
    let rest = occupancy[level] & ~(1 &<< UInt64(truncatingIfNeeded: slotNumber & 63))
    occupancy[level] = rest
    if rest == 0 { levels &= ~(1 &<< UInt64(truncatingIfNeeded: level)) }
    return head
  }

  /// Whether a record was cancelled.
  @inlinable
  func isDead(_ record: Record) -> Bool {
    let field = record.ticketField
    return field != 0 && !tickets.isAlive(field: field, sequence: record.sequence)
  }

  @inlinable
  mutating func forgetDead() {
    recordCount &-= 1
    deadCount &-= 1
  }
}
