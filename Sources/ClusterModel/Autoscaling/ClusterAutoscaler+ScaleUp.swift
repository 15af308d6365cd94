// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Stochastics

/// Pods that fit nowhere call for new nodes (core/scaleup).
extension ClusterAutoscaler {
  /// A pool that could take waiting pods.
  private struct Option {
    var pool: Int
    var nodes: Int
    var pods: Int
    var waste: Double
  }

  /// Asks for the nodes that the waiting pods fill by first fit; true while machines are on their way
  /// for them or have just been asked for.
  mutating func scaleUp(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) -> Bool {
    var waiting = unschedulablePods(context)
    context.instruments.set(waiting.count, metrics.unschedulablePods, at: agenda.now)
    guard !waiting.isEmpty else { return false }
    let all = waiting.count
    packIntoUpcoming(&waiting, context)
    guard !waiting.isEmpty else { return all > 0 }
    guard let option = bestOption(for: waiting, &context, agenda.now) else { return false }
    groups[option.pool].desired += option.nodes
    groups[option.pool].asked.append(
      contentsOf: repeatElement(agenda.now, count: option.nodes))
    agenda.send(
      .provision(NodePoolID(option.pool), UInt32(option.nodes)), from: context.cluster)
    context.instruments.add(option.nodes, to: metrics.scaledUp, at: agenda.now)
    lastScaleUp = agenda.now
    return true
  }

  /// Pods without a node, except those that a node could take as it is (`filterOutSchedulable`); pods
  /// of a workload are equal, so one look for each of them is enough.
  private func unschedulablePods(_ context: borrowing ClusterContext) -> [PodID] {
    var fits: [Bool?] = Array(repeating: nil, count: context.podTemplates.count)
    var waiting: [PodID] = []
    for pod in context.pods.ids {
      let row = context.pods[pod]
      guard row.exists, !row.isBeingDeleted, row.assignedNode == .none, row.storedNode == .none,
        row.storedPhase == .pending,
        !standings[row.workload.index].isExpendable,
        context.objects.bytes(context.builtin.pods, pod.rawValue) != nil
      else { continue }
      let workload = row.workload.index
      let hasRoom = fits[workload] ?? hasRoom(for: row, context)
      fits[workload] = hasRoom
      if !hasRoom { waiting.append(pod) }
    }
    return waiting
  }

  private func hasRoom(for pod: PodRow, _ context: borrowing ClusterContext) -> Bool {
    let template = context.podTemplates[pod.workload.index]
    let demand = PodDemand(pod)
    return context.nodes.ids.contains { node in
      let row = context.nodes[node]
      return row.isRegistered && row.storedReady && !row.isBeingDeleted
        && row.taints.isSubset(of: template.tolerations)
        && template.allows(pools[row.pool.index], row.pool)
        && demand.fits(use(of: node, row, context), capacities[row.pool.index])
    }
  }

  /// Takes out the pods that nodes on their way will take.
  private func packIntoUpcoming(_ waiting: inout [PodID], _ context: borrowing ClusterContext) {
    for pool in pools.indices where !groups[pool].asked.isEmpty {
      var packing = TemplatePacking(capacities[pool], limit: groups[pool].asked.count)
      var left: [PodID] = []
      for pod in waiting where !takes(pod, pool, &packing, context) { left.append(pod) }
      waiting = left
    }
  }

  private func takes(
    _ pod: PodID, _ pool: Int, _ packing: inout TemplatePacking,
    _ context: borrowing ClusterContext
  ) -> Bool {
    let row = context.pods[pod]
    guard context.podTemplates[row.workload.index].allows(pools[pool], NodePoolID(pool)) else {
      return false
    }
    return packing.add(PodDemand(row))
  }

  private func bestOption(
    for waiting: [PodID], _ context: inout ClusterContext, _ now: SimTime
  ) -> Option? {
    var options: [Option] = []
    for pool in pools.indices
    where pools[pool].isManaged && groups[pool].backoffUntil <= now {
      let room = pools[pool].maxCount - groups[pool].desired
      let limit = min(room, configuration.maxNodesPerScaleUp)
      guard limit > 0 else { continue }
      var packing = TemplatePacking(capacities[pool], limit: limit)
      for pod in waiting { _ = takes(pod, pool, &packing, context) }
      guard packing.packed > 0 else { continue }
      options.append(
        Option(
          pool: pool, nodes: packing.nodeCount, pods: packing.packed, waste: packing.waste))
    }
    guard options.count > 1 else { return options.first }
    switch configuration.expander {
    case .random:
      return options[Int(context.streams[stream].below(UInt64(options.count)))]
    case .leastWaste: return options.min { $0.waste < $1.waste }
    case .mostPods: return options.max { $0.pods < $1.pods }
    }
  }
}
