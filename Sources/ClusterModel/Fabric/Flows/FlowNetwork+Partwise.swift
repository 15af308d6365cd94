// SPDX-License-Identifier: Apache-2.0

/// Part-wise: progressive filling is run again as far as it differs from the last time.
///
/// The level rises from zero, and at each level only those links are looked at whose history up to
/// there differs from the last time: at first the links that a change names. Such a *reached* link
/// goes one of three ways when the level gets there:
///
/// - It is full at its old level: nothing has changed for the flows that it limits.
/// - It is full earlier: its flows stop earlier, and their other links are reached.
/// - It is not full at its old level: the flows that it limited grow on, and their other links are
///   reached.
///
/// What flows limited elsewhere get is taken from the last time, until the level reaches it or their
/// own link is found to differ. So all other links and flows are as they were, and the work is
/// proportional to what changes and its direct neighbours (the bottleneck structure; Ros-Giralt et
/// al., *On the Bottleneck Structure of Congestion-Controlled Networks*, 2019).
extension FlowNetwork {
  mutating func solvePartwise() {
    horizon = 0
    reachedLinks.removeAll(keepingCapacity: true)
    for link in changedLinks { reach(Int(link), mayFillEarlier: true) }
    for flow in newFlows where flows[Int(flow)].isLive && flows[Int(flow)].bottleneck == .max {
      release(Int(flow))
    }
    while let next = levels.first {
      let link = Int(next.number)
      horizon = max(horizon, next.key)
      if links[link].isStale {
        refresh(link)
      } else {
        decide(link)
      }
    }
    for link in reachedLinks where !links[Int(link)].isDone {
      links[Int(link)].level = Self.unlimited
    }
  }

  /// A flow of this link has changed its course.
  ///
  /// - Parameter mayFillEarlier: the flow grows on, so the link may be full earlier than was thought.
  private mutating func reach(_ link: Int, mayFillEarlier: Bool) {
    if links[link].solve != solve {
      links[link].solve = solve
      links[link].isStale = true
      links[link].hasReleased = false
      links[link].isDone = false
      reachedLinks.append(UInt32(truncatingIfNeeded: link))
      levels.set(horizon, of: link)
    } else if !links[link].isDone {
      links[link].isStale = true
      if mayFillEarlier { levels.set(horizon, of: link) }
    }
  }

  /// When the link will be full, as far as is known now.
  private mutating func refresh(_ link: Int) {
    let candidate = fillingLevel(link)
    links[link].isStale = false
    links[link].candidate = candidate
    if candidate == Self.unlimited {
      levels.remove(link)
    } else {
      levels.set(
        links[link].hasReleased ? candidate : min(candidate, links[link].level), of: link)
    }
  }

  private mutating func decide(_ link: Int) {
    let candidate = links[link].candidate
    let old = links[link].level
    if !links[link].hasReleased, old < Self.unlimited {
      if abs(candidate - old) <= Self.tolerance * old {
        fill(link, at: old, isUnchanged: true)
        return
      }
      if candidate > old {
        links[link].hasReleased = true
        levels.set(candidate, of: link)
        for place in paths.members.range(link) {
          let flow = paths.flow(ofHop: paths.members[place])
          if flows[flow].solve != solve, flows[flow].bottleneck == link { release(flow) }
        }
        return
      }
    }
    fill(link, at: candidate, isUnchanged: false)
  }

  /// The level at which the link is full: what all its flows get there adds up to its capacity.
  private mutating func fillingLevel(_ link: Int) -> Double {
    var capacity = links[link].capacity
    var growing = 0
    rates.removeAll(keepingCapacity: true)
    for place in paths.members.range(link) {
      let index = paths.flow(ofHop: paths.members[place])
      if flows[index].solve == solve {
        if flows[index].isFrozen {
          capacity -= flows[index].rate
        } else {
          growing += 1
        }
      } else if flows[index].bottleneck == link {
        growing += 1
      } else {
        rates.append(flows[index].rate)
      }
    }
    // Flows limited elsewhere grow until they have the rate that they had.
    var candidates = rates.count
    growing += candidates
    while growing > 0 {
      let level = max(horizon, capacity / Double(growing))
      let bound = level * (1 + Self.tolerance)
      var kept = 0
      for place in 0..<candidates {
        let rate = rates[place]
        if rate <= bound {
          capacity -= rate
          growing -= 1
        } else {
          rates[kept] = rate
          kept += 1
        }
      }
      if kept == candidates { return level }
      candidates = kept
    }
    return Self.unlimited
  }

  /// A flow grows beyond the rate that it had.
  private mutating func release(_ flow: Int) {
    open(flow)
    let hops = paths.hops(of: flow)
    // Where two links are full at the same level, the other one may have come first.
    if let full = hops.first(where: { links[paths[$0]].solve == solve && links[paths[$0]].isDone })
    {
      flows[flow].isFrozen = true
      flows[flow].bottleneck = UInt32(truncatingIfNeeded: paths[full])
      for hop in hops where links[paths[hop]].solve == solve {
        reach(paths[hop], mayFillEarlier: false)
      }
      return
    }
    for hop in hops { reach(paths[hop], mayFillEarlier: true) }
  }

  /// The link is full: what still grows on it stops here.
  private mutating func fill(_ link: Int, at level: Double, isUnchanged: Bool) {
    links[link].isDone = true
    links[link].level = level
    levels.remove(link)
    let bound = level * (1 + Self.tolerance)
    for place in paths.members.range(link) {
      let flow = paths.flow(ofHop: paths.members[place])
      if flows[flow].solve == solve {
        if flows[flow].isFrozen { continue }
      } else if flows[flow].bottleneck == link {
        if isUnchanged { continue }
      } else if flows[flow].rate <= bound {
        continue
      }
      freeze(flow, at: level, by: link)
    }
  }

  private mutating func freeze(_ flow: Int, at level: Double, by link: Int) {
    if flows[flow].solve != solve { open(flow) }
    flows[flow].isFrozen = true
    flows[flow].rate = level
    flows[flow].bottleneck = UInt32(truncatingIfNeeded: link)
    for hop in paths.hops(of: flow) where paths[hop] != link {
      reach(paths[hop], mayFillEarlier: false)
    }
  }

  private mutating func open(_ flow: Int) {
    flows[flow].solve = solve
    flows[flow].isFrozen = false
    flows[flow].oldRate = flows[flow].rate
    changedFlows.append(UInt32(truncatingIfNeeded: flow))
  }
}
