// SPDX-License-Identifier: Apache-2.0

extension TicketTable {
  /// The generation of each slot.
  var generations: [UInt32] {
    (0..<count).map { UInt32(truncatingIfNeeded: words[$0] >> 40) }
  }

  /// The free slots; the last one is given out next.
  var freeSlots: [UInt32] { (0..<freeCount).map { free[$0] } }

  /// A table without live tickets; those are then set with ``restore(slot:sequence:)``.
  init(generations: [UInt32], freeSlots: [UInt32]) {
    self.init(capacity: Swift.max(16, generations.count))
    for (slot, generation) in generations.enumerated() { words[slot] = UInt64(generation) << 40 }
    for (index, slot) in freeSlots.enumerated() { free[index] = slot }
    count = generations.count
    freeCount = freeSlots.count
  }

  /// Gives a slot back to the record that held it.
  mutating func restore(slot: Int, sequence: UInt64) {
    words[slot] = words[slot] & ~Self.sequenceMask | sequence
  }
}
