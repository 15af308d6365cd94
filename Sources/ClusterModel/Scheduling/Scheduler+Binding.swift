// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// From the decision to the pod's node in the API, and what the scheduler counts as used.
extension Scheduler {
  /// The pod counts as placed while its binding is under way; the next cycle need not wait.
  mutating func assume(
    _ pod: PodID, on node: NodeID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    metrics.move(from: queues.rejection(of: pod), to: [], &context.instruments, at: agenda.now)
    queues.clearRejection(of: pod)
    nominations.removeAll { $0.pod == pod }
    reserve(node, for: pod, &context, agenda.now)
    if context.hardware.isChecked, context.nodes[node].taints.contains(.unschedulable) {
      agenda.send(.nodeHealth(.podCame(node)), in: context.cluster)
    }
    guard permits(pod, &context, &agenda) else {
      context.podStarts.enter(.waitingForGroup, pod, at: agenda.now)
      return
    }
    bind(pod, &context, &agenda)
  }

  /// Writes the node of an assumed pod.
  mutating func bind(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let node = context.pods[pod].assignedNode
    context.podStarts.enter(.binding, pod, at: agenda.now)
    context.request(
      classes.bind, subject: pod.rawValue, object: pod.rawValue, payload: UInt64(node.rawValue),
      &agenda)
  }

  /// A binding or a deletion has ended; a pod whose binding failed goes back.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let pod = PodID(rawValue: context.requests[id].subject)
    if context.requests[id].classID == classes.deletePod {
      if outcome != .ok { context.pods[pod].isBeingDeleted = false }
      return
    }
    if outcome == .ok {
      queues.forget(pod)
      metrics.count(.scheduled, &context.instruments, at: agenda.now)
      agenda.send(.eventRecorder(.recordForPod(.scheduled, pod)), in: context.cluster)
    } else {
      metrics.count(.error, &context.instruments, at: agenda.now)
      giveBack(pod, &context, &agenda)
      fail(pod, rejectedBy: [], waitsForEvent: false, &context, &agenda)
      if let group = coscheduling?.group(of: context.pods[pod]) {
        rejectWaiting(group, &context, &agenda)
      }
    }
    startCycle(&context, &agenda)
  }

  /// Counts what the pod requests as used on the node.
  mutating func reserve(
    _ node: NodeID, for pod: PodID, _ context: inout ClusterContext, _ now: SimTime
  ) {
    guard context.pods[pod].assignedNode == .none else { return }
    context.pods[pod].assignedNode = node
    if context.nodes[node].podCount == 0, context.nodes[node].isRegistered {
      context.instruments.adjust(metrics.emptyNodes, by: -1, at: now)
    }
    add(pod, to: node, &context)
    if hasPriorities { assigned.add(pod, to: node) }
    coscheduling?.countAssigned(1, context.pods[pod])
  }

  /// The pod no longer needs what it was given.
  mutating func giveBack(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let node = context.pods[pod].assignedNode
    guard node != .none else { return }
    context.pods[pod].assignedNode = .none
    remove(pod, from: node, &context)
    if hasPriorities { assigned.remove(pod, from: node) }
    coscheduling?.countAssigned(-1, context.pods[pod])
    if context.nodes[node].podCount == 0, context.nodes[node].isRegistered {
      context.instruments.adjust(metrics.emptyNodes, by: 1, at: agenda.now)
    }
    if context.hardware.isChecked, context.nodes[node].taints.contains(.unschedulable) {
      agenda.send(.nodeHealth(.podLeft(node)), in: context.cluster)
    }
    move(.assignedPodDelete, node: node, &context, &agenda)
  }

  /// Resources and places that a pod takes on a node.
  mutating func add(_ pod: PodID, to node: NodeID, _ context: inout ClusterContext) {
    let row = context.pods[pod]
    context.nodes[node].usedMilliCPU += row.milliCPU
    context.nodes[node].usedMebibytes += row.mebibytes
    context.nodes[node].usedGPUs += row.gpus
    context.nodes[node].podCount += 1
    placements.add(
      row.workload, node: node, zone: zone(of: node, context),
      hasTerms: affinity[row.workload.index].hasTerms)
  }

  mutating func remove(_ pod: PodID, from node: NodeID, _ context: inout ClusterContext) {
    let row = context.pods[pod]
    context.nodes[node].usedMilliCPU -= row.milliCPU
    context.nodes[node].usedMebibytes -= row.mebibytes
    context.nodes[node].usedGPUs -= row.gpus
    context.nodes[node].podCount -= 1
    placements.remove(
      row.workload, node: node, zone: zone(of: node, context),
      hasTerms: affinity[row.workload.index].hasTerms)
  }
}
