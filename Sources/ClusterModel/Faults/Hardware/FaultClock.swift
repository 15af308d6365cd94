// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// When each unit of a component (a GPU, a machine, a domain) fails next, with one pending event for all
/// of them: a binary heap of the units' next failures.
///
/// A draw costs O(log units). Every unit has luck of its own, numbered by its draws, so a unit fails at
/// the same times whatever becomes of the others.
package struct FaultClock: Codable, Sendable {
  /// The next failure of a unit.
  package struct Entry: Codable, Sendable, Comparable {
    package var due: SimTime
    package var unit: UInt32
    /// Number of the draw; an entry with an older one than the unit's is void.
    package var draw: UInt32

    package static func < (a: Entry, b: Entry) -> Bool {
      a.due != b.due ? a.due < b.due : a.unit < b.unit
    }
  }

  private var heap: [Entry] = []
  private var draws: [UInt32] = []
  /// Number of the event that waits for the first entry; events of others are void.
  package private(set) var ticket: UInt32 = 0
  /// When that event comes.
  private var wake: SimTime?

  package init() {}

  /// Number of the unit's next draw.
  package func nextDraw(of unit: UInt32) -> UInt32 {
    Int(unit) < draws.count ? draws[Int(unit)] &+ 1 : 1
  }

  /// Sets when a unit fails next; what was set before is void.
  package mutating func set(_ unit: UInt32, due: SimTime) {
    while draws.count <= Int(unit) { draws.append(0) }
    draws[Int(unit)] &+= 1
    heap.append(Entry(due: due, unit: unit, draw: draws[Int(unit)]))
    siftUp(heap.count - 1)
  }

  /// The unit does not fail any more until it is set again.
  package mutating func clear(_ unit: UInt32) {
    guard Int(unit) < draws.count else { return }
    draws[Int(unit)] &+= 1
  }

  /// The first failure at or before now, taken out.
  package mutating func next(at now: SimTime) -> Entry? {
    dropVoid()
    guard let first = heap.first, first.due <= now else { return nil }
    removeFirst()
    return first
  }

  /// When an event has to be scheduled, if the one that is pending comes too late or not at all, and
  /// its ticket.
  package mutating func wakeUp() -> (at: SimTime, ticket: UInt32)? {
    dropVoid()
    guard let due = heap.first?.due, wake.map({ due < $0 }) ?? true else { return nil }
    wake = due
    ticket &+= 1
    return (due, ticket)
  }

  /// The pending event has come.
  package mutating func woke() { wake = nil }

  private mutating func dropVoid() {
    while let first = heap.first, first.draw != draws[Int(first.unit)] { removeFirst() }
  }

  private mutating func removeFirst() {
    guard let last = heap.popLast(), !heap.isEmpty else { return }
    heap[0] = last
    var index = 0
    while true {
      var smallest = index
      for child in [2 * index + 1, 2 * index + 2]
      where child < heap.count && heap[child] < heap[smallest] {
        smallest = child
      }
      guard smallest != index else { return }
      heap.swapAt(index, smallest)
      index = smallest
    }
  }

  private mutating func siftUp(_ start: Int) {
    var index = start
    while index > 0, heap[index] < heap[(index - 1) / 2] {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }
}
