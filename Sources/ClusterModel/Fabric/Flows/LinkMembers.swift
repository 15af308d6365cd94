// SPDX-License-Identifier: Apache-2.0

/// For each link the hops that lead over it, side by side in one array.
///
/// A link's run of entries moves to a run of twice the size when it is full; the old one is kept for
/// another link. So adding and removing are O(1), and nothing is allocated once every size has been
/// needed as often as ever.
struct LinkMembers: Codable, Sendable {
  private struct Run: BitwiseCopyable, Codable, Sendable {
    var start: UInt32 = 0
    var count: UInt32 = 0
    /// 0, or a power of two of at least `smallestRun`.
    var capacity: UInt32 = 0
  }

  private static let smallestRun: UInt32 = 4

  private var runs: [Run] = []
  private var entries: [UInt32] = []
  /// By binary logarithm of their size, starts of runs that no link uses.
  private var unused = [[UInt32]](repeating: [], count: 32)

  init() {}

  mutating func addLink() { runs.append(Run()) }

  func count(_ link: Int) -> Int { Int(runs[link].count) }

  /// Places of a link's entries, for `subscript`.
  func range(_ link: Int) -> Range<Int> {
    let run = runs[link]
    return Int(run.start)..<Int(run.start &+ run.count)
  }

  subscript(place: Int) -> Int { Int(entries[place]) }

  /// Adds an entry; where among the link's entries it stands.
  mutating func append(_ entry: Int, to link: Int) -> Int {
    if runs[link].count == runs[link].capacity { grow(link) }
    let run = runs[link]
    entries[Int(run.start &+ run.count)] = UInt32(truncatingIfNeeded: entry)
    runs[link].count += 1
    return Int(run.count)
  }

  /// Takes an entry out; the entry that stands in its place now, if any.
  mutating func remove(at position: Int, of link: Int) -> Int? {
    runs[link].count -= 1
    let run = runs[link]
    guard position < Int(run.count) else { return nil }
    let moved = entries[Int(run.start &+ run.count)]
    entries[Int(run.start) + position] = moved
    return Int(moved)
  }

  /// Writes every entry anew.
  mutating func renumber(_ number: (Int) -> Int) {
    for link in runs.indices {
      for place in range(link) {
        entries[place] = UInt32(truncatingIfNeeded: number(Int(entries[place])))
      }
    }
  }

  private mutating func grow(_ link: Int) {
    let old = runs[link]
    let capacity = max(Self.smallestRun, 2 * old.capacity)
    let start: UInt32
    if let found = unused[capacity.trailingZeroBitCount].popLast() {
      start = found
    } else {
      start = UInt32(entries.count)
      entries.append(contentsOf: repeatElement(0, count: Int(capacity)))
    }
    for offset in 0..<old.count {
      entries[Int(start &+ offset)] = entries[Int(old.start &+ offset)]
    }
    if old.capacity > 0 { unused[old.capacity.trailingZeroBitCount].append(old.start) }
    runs[link] = Run(start: start, count: old.count, capacity: capacity)
  }
}
