// SPDX-License-Identifier: Apache-2.0

extension FlowNetwork {
  /// Progressive filling: all flows grow together; when a link is full its flows stop (Bertsekas and
  /// Gallager, 6.5.2). The link that is full first has the smallest capacity left for each growing
  /// flow. That share only ever rises, so an old one in the heap is a lower bound and is looked at
  /// again when it comes up.
  mutating func solveFully() {
    levels.removeAll()
    while leftOver.count < links.count { leftOver.append(LeftOver()) }
    for link in links.indices {
      links[link].level = Self.unlimited
      let count = paths.members.count(link)
      guard count > 0 else { continue }
      leftOver[link] = LeftOver(capacity: links[link].capacity, flows: count)
      levels.set(leftOver[link].share, of: link)
    }
    horizon = 0
    while let next = levels.first {
      let link = Int(next.number)
      guard leftOver[link].flows > 0 else {
        levels.remove(link)
        continue
      }
      let share = leftOver[link].share
      guard share <= next.key else {
        levels.set(share, of: link)
        continue
      }
      levels.remove(link)
      horizon = max(horizon, share)
      fill(link, at: horizon)
    }
  }

  private mutating func fill(_ link: Int, at level: Double) {
    links[link].level = level
    for place in paths.members.range(link) {
      let flow = paths.flow(ofHop: paths.members[place])
      guard flows[flow].solve != solve else { continue }
      let old = flows[flow].rate
      flows[flow].solve = solve
      flows[flow].isFrozen = true
      flows[flow].oldRate = old
      flows[flow].bottleneck = UInt32(truncatingIfNeeded: link)
      if abs(level - old) > Self.tolerance * old {
        flows[flow].rate = level
        changedFlows.append(UInt32(truncatingIfNeeded: flow))
      }
      for hop in paths.hops(of: flow) {
        let other = paths[hop]
        leftOver[other].capacity -= level
        leftOver[other].flows -= 1
      }
    }
  }
}

/// What a link has left for the flows that still grow.
struct LeftOver: BitwiseCopyable, Codable, Sendable {
  var capacity = 0.0
  var flows = 0

  var share: Double { max(0, capacity) / Double(flows) }
}
