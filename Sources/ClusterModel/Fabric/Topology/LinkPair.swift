// SPDX-License-Identifier: Apache-2.0

/// Both directions of a cable; up is away from the hosts.
package struct LinkPair: BitwiseCopyable, Hashable, Codable, Sendable {
  package let up: LinkID
  package let down: LinkID

  init(_ first: Int) {
    up = LinkID(first)
    down = LinkID(first + 1)
  }
}

/// A network card of a host: where a path begins or ends.
package struct HostCard: BitwiseCopyable, Hashable, Sendable {
  package let host: Int
  package let card: Int

  package init(host: Int, card: Int = 0) {
    self.host = host
    self.card = card
  }
}

extension FlowNetwork {
  /// Adds cables of two links each; number of the first link.
  mutating func addPairs(_ count: Int, capacity: Double) -> Int {
    let first = links.count
    for _ in 0..<(2 * count) { _ = addLink(capacity: capacity) }
    return first
  }
}
