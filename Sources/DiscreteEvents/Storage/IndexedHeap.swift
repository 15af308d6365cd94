// SPDX-License-Identifier: Apache-2.0

/// A binary min-heap whose members can be taken out by ticket, with a 32-bit value each.
///
/// Order: key, then the order of insertion. Insertion and removal O(log n); nothing is allocated
/// once the heap has had its largest size.
@usableFromInline
struct IndexedHeap<Key: Comparable & Codable & Sendable>: Codable, Sendable {
  @usableFromInline
  struct Member: Codable, Sendable {
    @usableFromInline let key: Key
    @usableFromInline let sequence: UInt64
    @usableFromInline let slot: UInt32
    @usableFromInline let value: UInt32
  }

  /// Where the holder of a ticket is.
  @usableFromInline
  struct Slot: Codable, Sendable {
    var generation: UInt32
    /// The place in the heap, -1 if the slot is free.
    var position: Int32
  }

  private var members: [Member] = []
  private var slots: [Slot] = []
  private var free: [UInt32] = []
  private var nextSequence: UInt64 = 0

  init() {}

  var count: Int { members.count }
  var isEmpty: Bool { members.isEmpty }
  var first: Member? { members.first }

  @discardableResult
  mutating func insert(_ value: UInt32, key: Key) -> Ticket {
    let slot: UInt32
    if let last = free.popLast() {
      slot = last
    } else {
      slot = UInt32(slots.count)
      slots.append(Slot(generation: 0, position: -1))
    }
    members.append(Member(key: key, sequence: nextSequence, slot: slot, value: value))
    nextSequence += 1
    siftUp(members.count - 1)
    return Ticket(slot: slot, generation: slots[Int(slot)].generation)
  }

  /// The member that holds this ticket, nil if it has left.
  func member(_ ticket: Ticket) -> Member? {
    position(ticket).map { members[$0] }
  }

  /// Takes out the member that holds this ticket, nil if it has left.
  mutating func remove(_ ticket: Ticket) -> Member? {
    position(ticket).map { remove(at: $0) }
  }

  mutating func removeFirst() -> Member { remove(at: 0) }

  /// The ticket by which a member can be found.
  func ticket(of member: Member) -> Ticket {
    Ticket(slot: member.slot, generation: slots[Int(member.slot)].generation)
  }

  private func position(_ ticket: Ticket) -> Int? {
    guard ticket.slot < slots.count else { return nil }
    let slot = slots[Int(ticket.slot)]
    guard slot.generation == ticket.generation, slot.position >= 0 else { return nil }
    return Int(slot.position)
  }

  private mutating func remove(at position: Int) -> Member {
    let member = members[position]
    let last = members.removeLast()
    if position < members.count {
      members[position] = last
      siftDown(position)
      siftUp(position)
    }
    let slot = Int(member.slot)
    slots[slot].position = -1
    // Wrapping would make an old ticket come true; a slot that was used 2^32 times is given up
    // instead.
    if slots[slot].generation < .max {
      slots[slot].generation += 1
      free.append(member.slot)
    }
    return member
  }

  private func precedes(_ lhs: Member, _ rhs: Member) -> Bool {
    lhs.key < rhs.key || (lhs.key == rhs.key && lhs.sequence < rhs.sequence)
  }

  private mutating func siftUp(_ start: Int) {
    let member = members[start]
    var hole = start
    while hole > 0, precedes(member, members[(hole - 1) / 2]) {
      place(members[(hole - 1) / 2], at: hole)
      hole = (hole - 1) / 2
    }
    place(member, at: hole)
  }

  private mutating func siftDown(_ start: Int) {
    let member = members[start]
    var hole = start
    while 2 * hole + 1 < members.count {
      var child = 2 * hole + 1
      if child + 1 < members.count, precedes(members[child + 1], members[child]) { child += 1 }
      guard precedes(members[child], member) else { break }
      place(members[child], at: hole)
      hole = child
    }
    place(member, at: hole)
  }

  private mutating func place(_ member: Member, at position: Int) {
    members[position] = member
    slots[Int(member.slot)].position = Int32(position)
  }
}
