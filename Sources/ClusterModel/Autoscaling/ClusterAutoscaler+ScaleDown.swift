// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Nodes that nobody needs go: tainted, drained through the API, terminated (core/scaledown).
extension ClusterAutoscaler {
  /// Since when each node is unneeded: ready ones that are used little and whose pods fit elsewhere,
  /// and unready ones.
  mutating func findUnneeded(_ context: inout ClusterContext, _ now: SimTime) {
    var count = 0
    for node in context.nodes.ids {
      let row = context.nodes[node]
      guard row.isRegistered, pools[row.pool.index].isManaged,
        isUnneeded(node, row, context)
      else {
        unneededSince[node.index] = .end
        continue
      }
      count += 1
      if unneededSince[node.index] == .end { unneededSince[node.index] = now }
    }
    context.instruments.set(count, metrics.unneeded, at: now)
  }

  private func isUnneeded(
    _ node: NodeID, _ row: NodeRow, _ context: borrowing ClusterContext
  ) -> Bool {
    if row.podCount == 0 { return true }
    guard utilization(of: node, row, context) < configuration.utilizationThreshold.value else {
      return false
    }
    return podsFitElsewhere(node, context)
  }

  /// utilization/info.go: the largest requested share; GPUs alone on nodes that have some.
  private func utilization(
    of node: NodeID, _ stored: NodeRow, _ context: borrowing ClusterContext
  ) -> Double {
    let row = use(of: node, stored, context, ignoresDaemonSets: configuration.ignoresDaemonSets)
    let capacity = capacities[row.pool.index]
    if capacity.gpus > 0 { return Double(row.usedGPUs) / Double(capacity.gpus) }
    return max(
      Double(row.usedMilliCPU) / Double(max(1, capacity.milliCPU)),
      Double(row.usedMebibytes) / Double(max(1, capacity.mebibytes)))
  }

  /// Whether all pods of the node find room on other nodes at the same time, first fit.
  private func podsFitElsewhere(_ node: NodeID, _ context: borrowing ClusterContext) -> Bool {
    // What the node's pods would take on others: few, so a list is enough.
    var moved: [(node: NodeID, row: NodeRow)] = []
    for pod in podsToMove(on: node, context) {
      let template = context.podTemplates[context.pods[pod].workload.index]
      let demand = PodDemand(context.pods[pod])
      let target = context.nodes.ids.first { other in
        guard other != node else { return false }
        let row = moved.first { $0.node == other }?.row ?? context.nodes[other]
        return row.isRegistered && row.storedReady && !row.isBeingDeleted
          && row.taints.isSubset(of: template.tolerations)
          && template.allows(pools[row.pool.index], row.pool)
          && demand.fits(row, capacities[row.pool.index])
      }
      guard let target else { return false }
      var row = moved.first { $0.node == target }?.row ?? context.nodes[target]
      row.usedMilliCPU += demand.milliCPU
      row.usedMebibytes += demand.mebibytes
      row.usedGPUs += demand.gpus
      row.podCount += 1
      moved.removeAll { $0.node == target }
      moved.append((target, row))
    }
    return true
  }

  /// The pods that the node's kubelet works for.
  func pods(on node: NodeID, _ context: borrowing ClusterContext) -> [PodID] {
    var pods: [PodID] = []
    var pod = context.nodes[node].firstPod
    while pod != .none {
      pods.append(pod)
      pod = context.pods[pod].nextOnNode
    }
    return pods
  }

  /// Starts to remove nodes that have been unneeded for long enough: empty ones first, as many as may
  /// go at the same time.
  mutating func removeUnneeded(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    let now = agenda.now
    for drains in [false, true] {
      for node in context.nodes.ids
      where removals.count < configuration.scaleDownParallelism && unneededSince[node.index] != .end
      {
        let row = context.nodes[node]
        let pool = row.pool.index
        let isEmpty = isEmpty(node, row, context)
        guard isEmpty != drains, groups[pool].desired > pools[pool].minCount,
          !removals.contains(where: { $0.node == node })
        else { continue }
        if drains,
          removals.count(where: { $0.reason == .underutilized }) >= configuration.drainParallelism
        {
          continue
        }
        let patience = row.storedReady ? configuration.unneededTime : configuration.unreadyTime
        guard now - unneededSince[node.index] >= patience else { continue }
        let reason: RemovalReason =
          !row.storedReady ? .unready : isEmpty ? .empty : .underutilized
        groups[pool].desired -= 1
        removals.append(Removal(node: node, reason: reason, since: now))
        context.request(
          classes.taintNode, subject: node.rawValue, object: node.rawValue, &agenda)
      }
    }
  }

  /// Tainted nodes are drained; those without pods, or out of patience, are terminated.
  mutating func proceedWithRemovals(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    removals.removeAll { $0.isDeleted && !context.nodes[$0.node].isRegistered }
    for index in removals.indices where removals[index].isTainted && !removals[index].isDeleted {
      let node = removals[index].node
      let waited = agenda.now - removals[index].since
      if isEmpty(node, context.nodes[node], context)
        || waited > configuration.maxGracefulTermination
      {
        removals[index].isDeleted = true
        context.nodes[node].isBeingDeleted = true
        agenda.send(.terminate(node), from: context.cluster)
        context.request(
          classes.deleteNode, subject: node.rawValue, object: node.rawValue, &agenda)
        continue
      }
      for pod in podsToMove(on: node, context) where !context.pods[pod].isBeingDeleted {
        context.pods[pod].isBeingDeleted = true
        context.instruments.add(1, to: metrics.evictedPods, at: agenda.now)
        context.request(classes.evictPod, subject: pod.rawValue, object: pod.rawValue, &agenda)
      }
    }
  }

  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    if row.classID == classes.evictPod {
      // An eviction that failed is tried again at the next look.
      if outcome != .ok { context.pods[PodID(rawValue: row.subject)].isBeingDeleted = false }
      return
    }
    let node = NodeID(rawValue: row.subject)
    guard let index = removals.firstIndex(where: { $0.node == node }) else { return }
    if row.classID == classes.taintNode {
      guard outcome == .ok else {
        groups[context.nodes[node].pool.index].desired += 1
        removals.remove(at: index)
        lastFailure = agenda.now
        return
      }
      context.nodes[node].taints.insert(.toBeDeleted)
      removals[index].isTainted = true
      agenda.send(.scheduler(.nodeUpdated(node)), in: context.cluster)
      return
    }
    guard outcome == .ok else {
      // The machine goes anyway; its object is tried again.
      removals[index].isDeleted = false
      return
    }
    lastDelete = agenda.now
    context.instruments.add(
      1, to: metrics.scaledDown[removals[index].reason.rawValue], at: agenda.now)
    removals.remove(at: index)
  }
}
