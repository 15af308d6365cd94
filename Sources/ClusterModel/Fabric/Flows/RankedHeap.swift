// SPDX-License-Identifier: Apache-2.0

/// A binary min-heap of small numbers, each at most once, whose keys may change.
///
/// Order: key, then number, so that equal keys come out the same everywhere. Every change is
/// O(log n); nothing is allocated once it has had its largest size.
struct RankedHeap<Key: Comparable & BitwiseCopyable & Codable & Sendable>: Codable, Sendable {
  struct Member: BitwiseCopyable, Codable, Sendable {
    var key: Key
    var number: UInt32
  }

  private var members: [Member] = []
  /// By number, the place in the heap; -1: not in it.
  private var places: [Int32] = []

  init() {}

  var isEmpty: Bool { members.isEmpty }
  var count: Int { members.count }
  var first: Member? { members.first }

  func contains(_ number: Int) -> Bool { number < places.count && places[number] >= 0 }

  /// Adds a number, or changes its key.
  mutating func set(_ key: Key, of number: Int) {
    while places.count <= number { places.append(-1) }
    let member = Member(key: key, number: UInt32(truncatingIfNeeded: number))
    let place = Int(places[number])
    if place < 0 {
      members.append(member)
      siftUp(member, from: members.count - 1)
    } else if Self.precedes(member, members[place]) {
      siftUp(member, from: place)
    } else {
      siftDown(member, from: place)
    }
  }

  /// Takes a number out, if it is in.
  mutating func remove(_ number: Int) {
    guard contains(number) else { return }
    let place = Int(places[number])
    places[number] = -1
    let last = members.removeLast()
    guard place < members.count else { return }
    if place > 0, Self.precedes(last, members[(place - 1) / 2]) {
      siftUp(last, from: place)
    } else {
      siftDown(last, from: place)
    }
  }

  mutating func removeAll() {
    for member in members { places[Int(member.number)] = -1 }
    members.removeAll(keepingCapacity: true)
  }

  private static func precedes(_ a: Member, _ b: Member) -> Bool {
    a.key < b.key || (a.key == b.key && a.number < b.number)
  }

  private mutating func siftUp(_ member: Member, from start: Int) {
    var hole = start
    while hole > 0 {
      let parent = (hole - 1) / 2
      guard Self.precedes(member, members[parent]) else { break }
      put(members[parent], at: hole)
      hole = parent
    }
    put(member, at: hole)
  }

  private mutating func siftDown(_ member: Member, from start: Int) {
    var hole = start
    let count = members.count
    while 2 * hole + 1 < count {
      var child = 2 * hole + 1
      if child + 1 < count, Self.precedes(members[child + 1], members[child]) { child += 1 }
      guard Self.precedes(members[child], member) else { break }
      put(members[child], at: hole)
      hole = child
    }
    put(member, at: hole)
  }

  private mutating func put(_ member: Member, at place: Int) {
    members[place] = member
    places[Int(member.number)] = Int32(truncatingIfNeeded: place)
  }
}
