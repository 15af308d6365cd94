// SPDX-License-Identifier: Apache-2.0

/// One of several parts of a sweep, `2/5` for the second of five: every fifth point from the second
/// on, so that costly ends of an axis are dealt out to all.
package struct SweepShard: Sendable, Hashable, CustomStringConvertible {
  /// From 1.
  package let number: Int
  package let count: Int

  /// Nil for what is not a number from 1 to the number of parts.
  package init?(parsing text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1], number >= 1,
      count >= number
    else { return nil }
    self.number = number
    self.count = count
  }

  package var description: String { "\(number)/\(count)" }

  /// Which of so many points belong to it.
  package func indices(of points: Int) -> [Int] {
    Array(stride(from: number - 1, to: points, by: count))
  }
}
