// SPDX-License-Identifier: Apache-2.0
import Stochastics

/// The scores (pkg/scheduler/framework/plugins; in 1.8 algorithm/priorities), in whole marks as the
/// originals give them: what they round away decides which nodes are equal.
extension Scheduler {
  /// The feasible node with the best sum of marks.
  mutating func selectHost(for pod: PodID, _ context: inout ClusterContext) -> NodeID {
    let count = search.feasible.count
    if count == 1 { return search.feasible[0] }
    search.totals.append(contentsOf: repeatElement(0, count: count))
    let candidate = candidate(pod, context)
    for term in policy.terms {
      guard giveMarks(term.score, candidate, context) else { continue }
      for index in 0..<count { search.totals[index] += term.weight * search.marks[index] }
    }
    return breakTies(&context)
  }

  /// Of the nodes with the highest total one at random, or each in turn.
  private mutating func breakTies(_ context: inout ClusterContext) -> NodeID {
    var best = Int.min
    var equals = 0
    for total in search.totals {
      if total > best { (best, equals) = (total, 1) } else if total == best { equals += 1 }
    }
    var skip = 0
    if equals > 1 {
      switch settings.hostSelection {
      case .random:
        skip = Int(context.streams[selectHost].below(UInt64(equals)))
      case .inTurn:
        skip = tiesDecided % equals
        tiesDecided += 1
      }
    }
    for (index, total) in search.totals.enumerated() where total == best {
      if skip == 0 { return search.feasible[index] }
      skip -= 1
    }
    return search.feasible[0]
  }

  /// Fills `search.marks` with 0 to `policy.scale` for each feasible node; false where all are equal.
  private mutating func giveMarks(
    _ score: SchedulerScore, _ candidate: SchedulingCandidate,
    _ context: borrowing ClusterContext
  ) -> Bool {
    let rules = candidate.rules
    switch score {
    case .interPodAffinity where rules.preferences.isEmpty: return false
    case .topologySpread where rules.softSpread.isEmpty: return false
    case .selectorSpread where rules.ownRow < 0 || rules.softSpread.isEmpty: return false
    default: break
    }
    search.marks.removeAll(keepingCapacity: true)
    switch score {
    case .leastAllocated, .mostAllocated, .balancedAllocation:
      for node in search.feasible {
        search.marks.append(resourceMark(score, candidate.demand, node, context))
      }
    case .interPodAffinity:
      for node in search.feasible {
        search.marks.append(preference(for: node, rules, context))
      }
      scaleBetweenExtremes()
    case .selectorSpread: spreadMarks(rules, context)
    case .topologySpread: topologyMarks(rules, context)
    case .taints:
      for node in search.feasible {
        let repelling = context.nodes[node].taints.subtracting(candidate.tolerations)
        search.marks.append(
          repelling.intersection(taintEffects.scored).rawValue.nonzeroBitCount)
      }
      return scaleFewestBest()
    case .imageLocality: imageMarks(candidate, context)
    }
    return true
  }

  // MARK: Resources

  /// least_requested.go, most_requested.go, balanced_resource_allocation.go (1.8) and
  /// noderesources/ (current): CPU and memory with equal weights, integer division.
  private func resourceMark(
    _ score: SchedulerScore, _ demand: PodDemand, _ node: NodeID,
    _ context: borrowing ClusterContext
  ) -> Int {
    let row = context.nodes[node]
    let capacity = capacities[row.pool.index]
    let cpu = Int(row.usedMilliCPU) + Int(demand.milliCPU)
    let memory = Int(row.usedMebibytes) + Int(demand.mebibytes)
    let allCPU = max(1, Int(capacity.milliCPU))
    let allMemory = max(1, Int(capacity.mebibytes))
    switch score {
    case .leastAllocated:
      return
        (max(0, allCPU - cpu) * policy.scale / allCPU
        + max(0, allMemory - memory) * policy.scale / allMemory) / 2
    case .mostAllocated:
      return
        (min(cpu, allCPU) * policy.scale / allCPU
        + min(memory, allMemory) * policy.scale / allMemory) / 2
    default:
      guard cpu < allCPU, memory < allMemory else { return 0 }
      let difference = abs(cpu * allMemory - memory * allCPU)
      let whole = allCPU * allMemory
      // 1.8: 10 - 10 x |difference|; now the standard deviation of two shares, half of it.
      let lost = policy.scale == 10 ? difference * policy.scale : difference * policy.scale / 2
      return (policy.scale * whole - lost) / whole
    }
  }

  // MARK: Other pods

  private func preference(
    for node: NodeID, _ rules: AffinityRules, _ context: borrowing ClusterContext
  ) -> Int {
    let zone = zone(of: node, context)
    return rules.preferences.reduce(0) { sum, preference in
      sum + preference.weight
        * placements.count(preference.row, preference.topology, node: node, zone: zone)
    }
  }

  /// interpodaffinity/scoring.go: between the lowest and the highest; in 1.8 zero counts among them.
  private mutating func scaleBetweenExtremes() {
    let start = policy.scale == 10 ? 0 : search.marks[0]
    var (low, high) = (start, start)
    for mark in search.marks {
      low = min(low, mark)
      high = max(high, mark)
    }
    for index in search.marks.indices {
      search.marks[index] =
        high > low ? policy.scale * (search.marks[index] - low) / (high - low) : 0
    }
  }

  /// helper.DefaultNormalizeScore, reversed: none of it is best. False if there is none anywhere.
  private mutating func scaleFewestBest() -> Bool {
    let high = search.marks.reduce(0, max)
    guard high > 0 else { return false }
    for index in search.marks.indices {
      search.marks[index] = policy.scale - policy.scale * search.marks[index] / high
    }
    return true
  }

  /// selector_spreading.go (1.8): fewest pods of the workload, the zone counts two thirds.
  private mutating func spreadMarks(
    _ rules: AffinityRules, _ context: borrowing ClusterContext
  ) {
    var highest = 0
    var highestInZone = 0
    for node in search.feasible {
      let zone = zone(of: node, context)
      highest = max(
        highest, placements.count(rules.ownRow, .hostname, node: node, zone: zone))
      highestInZone = max(
        highestInZone, placements.count(rules.ownRow, .zone, node: node, zone: zone))
    }
    let hasZones = nodesInZone.count > 1
    for node in search.feasible {
      let zone = zone(of: node, context)
      let here = placements.count(rules.ownRow, .hostname, node: node, zone: zone)
      let there = placements.count(rules.ownRow, .zone, node: node, zone: zone)
      let scale = policy.scale
      let ofNode = highest > 0 ? scale * (highest - here) * 1_000 / highest : scale * 1_000
      let ofZone =
        highestInZone > 0
        ? scale * (highestInZone - there) * 1_000 / highestInZone : scale * 1_000
      search.marks.append((hasZones ? (ofNode + 2 * ofZone) / 3 : ofNode) / 1_000)
    }
  }

  /// podtopologyspread/scoring.go: pods in the domain, weighed by the logarithm of the number of
  /// domains so that a constraint over many small ones counts as well.
  private mutating func topologyMarks(
    _ rules: AffinityRules, _ context: borrowing ClusterContext
  ) {
    let zonesWithNodes = nodesInZone.count { $0 > 0 }
    var (low, high) = (Int.max, 0)
    for node in search.feasible {
      let zone = zone(of: node, context)
      var raw = 0.0
      for spread in rules.softSpread {
        let domains = spread.topology == .hostname ? search.feasible.count : zonesWithNodes
        let pods = placements.count(rules.ownRow, spread.topology, node: node, zone: zone)
        raw +=
          Double(pods) * DeterministicMath.log(Double(domains + 2)) + Double(spread.maxSkew - 1)
      }
      let mark = Int(raw.rounded())
      search.marks.append(mark)
      low = min(low, mark)
      high = max(high, mark)
    }
    for index in search.marks.indices {
      search.marks[index] =
        high == 0 ? policy.scale : policy.scale * (high + low - search.marks[index]) / high
    }
  }

  // MARK: Images

  /// imagelocality/image_locality.go: size times the share of nodes that have the image, from 23 MB
  /// to 1,000 MB; the share is taken among the feasible nodes.
  private mutating func imageMarks(
    _ candidate: SchedulingCandidate, _ context: borrowing ClusterContext
  ) {
    let image = context.pods[candidate.pod].image
    let holders = search.feasible.count { context.nodes[$0].has(image) }
    let (least, most) = (23_000_000, 1_000_000_000)
    let bytes = image.index < imageBytes.count ? Int(imageBytes[image.index]) : 0
    let sum = bytes / max(1, search.feasible.count) * holders
    let mark = policy.scale * (min(max(sum, least), most) - least) / (most - least)
    for node in search.feasible {
      search.marks.append(context.nodes[node].has(image) ? mark : 0)
    }
  }
}
