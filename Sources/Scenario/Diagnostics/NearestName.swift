// SPDX-License-Identifier: Apache-2.0

/// Finds the name that was probably meant.
package enum NearestName {
  /// Names longer than this are not compared: nobody mistypes a name of a hundred letters, and the
  /// comparison is quadratic.
  private static let longestCompared = 100

  /// The candidate with the smallest edit distance to `name`, when it is close enough to be a
  /// plausible slip: at most a third of the longer name's letters. Ties go to the earlier
  /// candidate. Cost: candidates × length².
  package static func of(_ name: String, among candidates: [String]) -> String? {
    closest(to: name, among: candidates) { $0 / 3 }
  }

  /// The unit that was probably meant. Units are so short that one letter is always a plausible
  /// slip; among equally near ones that of the same length is meant.
  static func ofUnit(_ unit: String, among candidates: [String]) -> String? {
    closest(to: unit, among: candidates.filter { $0.count == unit.count }) { max(1, $0 / 3) }
      ?? closest(to: unit, among: candidates) { max(1, $0 / 3) }
  }

  /// The nearest candidate within the distance that the longer of the two names allows.
  private static func closest(
    to name: String, among candidates: [String], allowing limit: (_ letters: Int) -> Int
  ) -> String? {
    let wanted = fold(name)
    guard !wanted.isEmpty, wanted.count <= longestCompared else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let folded = fold(candidate)
      guard !folded.isEmpty, folded.count <= longestCompared else { continue }
      let longer = max(wanted.count, folded.count)
      let limit = limit(longer)
      guard abs(wanted.count - folded.count) <= limit else { continue }
      let distance = editDistance(wanted, folded)
      guard distance <= limit, distance < longer else { continue }
      if distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// Case, `-` and `_` do not count as differences: `quotaBackendBytes` is near
  /// `quota-backend-bytes`.
  private static func fold(_ name: String) -> [UInt8] {
    name.utf8.compactMap { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte + 32
      case UInt8(ascii: "-"), UInt8(ascii: "_"): nil
      default: byte
      }
    }
  }

  /// Edit distance with swaps of neighbours (Damerau 1964, optimal string alignment).
  static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    var row = last
    for i in 0..<a.count {
      row[0] = i + 1
      for j in 0..<b.count {
        let substitution = last[j] + (a[i] == b[j] ? 0 : 1)
        var best = min(substitution, min(last[j + 1], row[j]) + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          best = min(best, beforeLast[j - 1] + 1)
        }
        row[j + 1] = best
      }
      (beforeLast, last, row) = (last, row, beforeLast)
    }
    return last[b.count]
  }
}
