// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents

/// The records of those who are inside: when each of them entered.
struct Visitors {
  private var stamps: [SimTime?] = []
  private var free: [UInt32] = []

  /// Opens a record and returns its number.
  mutating func enter(at now: SimTime) -> UInt32 {
    guard let number = free.popLast() else {
      stamps.append(now)
      return UInt32(stamps.count - 1)
    }
    stamps[Int(number)] = now
    return number
  }

  /// Closes a record and returns its stamp.
  mutating func leave(_ number: UInt32) -> SimTime {
    guard let stamp = stamps[Int(number)] else {
      preconditionFailure("visitor \(number) left twice")
    }
    stamps[Int(number)] = nil
    free.append(number)
    return stamp
  }

  /// The stamps of those inside.
  var inside: [SimTime] { stamps.compactMap(\.self) }
}
