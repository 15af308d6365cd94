// SPDX-License-Identifier: Apache-2.0

/// A part that reacts to watch events.
package enum Watcher: UInt8, Codable, Sendable, BitwiseCopyable, CaseIterable {
  case scheduler, kubelet, jobs, podCollector, daemonSets, nodeIPAM
}

/// The watchers that react to one kind of change of one resource.
package struct WatcherSet: Codable, Sendable, Sequence, ExpressibleByArrayLiteral {
  private var bits: UInt8

  package init(arrayLiteral watchers: Watcher...) {
    bits = watchers.reduce(0) { $0 | 1 << $1.rawValue }
  }

  /// Visits the watchers in their declared order; allocates nothing.
  package struct Iterator: IteratorProtocol {
    fileprivate var bits: UInt8

    package mutating func next() -> Watcher? {
      guard bits != 0 else { return nil }
      let bit = bits.trailingZeroBitCount
      bits &= bits - 1
      return Watcher(rawValue: UInt8(bit))
    }
  }

  package func makeIterator() -> Iterator { Iterator(bits: bits) }
}

extension WatcherSet {
  package var isEmpty: Bool { bits == 0 }

  package func intersection(_ other: WatcherSet) -> WatcherSet {
    WatcherSet(bits: bits & other.bits)
  }

  package func union(_ other: WatcherSet) -> WatcherSet { WatcherSet(bits: bits | other.bits) }

  package func subtracting(_ other: WatcherSet) -> WatcherSet {
    WatcherSet(bits: bits & ~other.bits)
  }

  /// Every part that can react.
  package static var all: WatcherSet {
    Watcher.allCases.reduce([]) { $0.union([$1]) }
  }

  private init(bits: UInt8) { self.bits = bits }
}
