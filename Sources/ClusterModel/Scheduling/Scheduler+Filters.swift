// SPDX-License-Identifier: Apache-2.0

/// A pod that is looked at by the filters, with what its workload says.
struct SchedulingCandidate {
  let pod: PodID
  let demand: PodDemand
  let workload: Int
  let priority: Int32
  let tolerations: NodeTaints
  let rules: AffinityRules
}

/// The filters (pkg/scheduler/framework/plugins; in 1.8 algorithm/predicates).
extension Scheduler {
  func candidate(_ pod: PodID, _ context: borrowing ClusterContext) -> SchedulingCandidate {
    let row = context.pods[pod]
    let workload = row.workload.index
    return SchedulingCandidate(
      pod: pod, demand: PodDemand(row), workload: workload,
      priority: context.podTemplates[workload].priority,
      tolerations: context.podTemplates[workload].tolerations, rules: affinity[workload])
  }

  /// The first filter that turns the node down, `nil` for a feasible node; `fewest` as
  /// `NodeSearch.fewest`.
  func rejection(
    of node: NodeID, for candidate: SchedulingCandidate, fewest: [Int],
    _ context: borrowing ClusterContext
  ) -> SchedulerFilter? {
    let pool = context.nodes[node].pool.index
    if context.nodes[node].isBeingDeleted { return .nodeUnschedulable }
    let repelling = context.nodes[node].taints.subtracting(candidate.tolerations)
    if !repelling.isDisjoint(with: taintEffects.filtering) {
      return repelling.contains(.unschedulable) ? .nodeUnschedulable : .taintToleration
    }
    if !context.nodes[node].storedReady,
      candidate.tolerations.isDisjoint(with: [.notReady, .unreachable])
    {
      return .nodeReady
    }
    if !allowedPools[candidate.workload * capacities.count + pool] { return .nodeAffinity }
    if !candidate.demand.fits(context.nodes[node], capacities[pool])
      || (!nominations.isEmpty && !fitsBesideNominated(candidate, on: node, context))
    {
      return .nodeResourcesFit
    }
    guard !candidate.rules.isTrivial else { return nil }
    return affinityRejection(of: node, zone: zones[pool], for: candidate.rules, fewest: fewest)
  }

  private func affinityRejection(
    of node: NodeID, zone: Int, for rules: AffinityRules, fewest: [Int]
  ) -> SchedulerFilter? {
    for (index, spread) in rules.hardSpread.enumerated() {
      let here = placements.count(rules.ownRow, spread.topology, node: node, zone: zone)
      if here + 1 - fewest[index] > spread.maxSkew { return .podTopologySpread }
    }
    for rule in rules.excluded
    where placements.count(rule.row, rule.topology, node: node, zone: zone) > 0 {
      return .interPodAffinity
    }
    for rule in rules.required
    where placements.count(rule.row, rule.topology, node: node, zone: zone) == 0 {
      // The first pod of a workload that wants its own company may go anywhere.
      if rule.row == rules.ownRow, placements.total(rule.row) == 0 { continue }
      return .interPodAffinity
    }
    return nil
  }

  /// For each hard spreading constraint the fewest pods in a domain that the pod may use.
  mutating func prepareSpreading(
    for candidate: SchedulingCandidate, _ context: borrowing ClusterContext
  ) {
    for spread in candidate.rules.hardSpread {
      var fewest = Int.max
      for node in nodes {
        let pool = context.nodes[node].pool.index
        guard allowedPools[candidate.workload * capacities.count + pool] else { continue }
        fewest = min(
          fewest,
          placements.count(
            candidate.rules.ownRow, spread.topology, node: node, zone: zones[pool]))
      }
      search.fewest.append(fewest)
    }
  }
}
