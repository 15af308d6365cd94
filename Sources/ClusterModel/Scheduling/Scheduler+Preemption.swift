// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// A pod for which others have been displaced, and where.
struct Nomination: Codable, Sendable {
  var pod: PodID
  var node: NodeID
}

/// The pods that are assigned to each node, as lists linked through the pods: 4 bytes a pod and 4 a
/// node, kept only where priorities differ.
struct AssignedPods: Codable, Sendable {
  private var first: [PodID] = []
  private var next: [PodID] = []

  mutating func add(_ pod: PodID, to node: NodeID) {
    Self.grow(&first, to: node.index)
    Self.grow(&next, to: pod.index)
    next[pod.index] = first[node.index]
    first[node.index] = pod
  }

  mutating func remove(_ pod: PodID, from node: NodeID) {
    let after = next[pod.index]
    next[pod.index] = .none
    if first[node.index] == pod {
      first[node.index] = after
      return
    }
    var before = first[node.index]
    while next[before.index] != pod { before = next[before.index] }
    next[before.index] = after
  }

  /// Calls `body` for each pod of the node, the last to come first.
  func forEach(on node: NodeID, _ body: (PodID) -> Void) {
    guard node.index < first.count else { return }
    var pod = first[node.index]
    while pod != .none {
      body(pod)
      pod = next[pod.index]
    }
  }

  private static func grow(_ list: inout [PodID], to index: Int) {
    if index >= list.count {
      list.append(contentsOf: repeatElement(.none, count: index + 1 - list.count))
    }
  }
}

/// Preemption (plugins/defaultpreemption): the node on which the least important pods have to go.
extension Scheduler {
  /// A node where the pod would fit if some of its pods went.
  private struct Option {
    var node: NodeID
    var victims: [PodID]
    var highest: Int32
    var sum: Int64
    var latestStart: SimTime
  }

  mutating func preempt(
    for pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let candidate = candidate(pod, context)
    guard settings.preempts, hasPriorities, !nodes.isEmpty,
      Int(levels[candidate.workload]) < Int(levels.max() ?? 0),
      !waitsForVictims(candidate, context)
    else { return }
    context.instruments.add(1, to: metrics.preemptionAttempts, at: agenda.now)
    nominations.removeAll { $0.pod == pod }
    guard let best = bestOption(for: candidate, &context) else { return }
    for victim in best.victims {
      context.instruments.add(1, to: metrics.preemptionVictims, at: agenda.now)
      agenda.send(.eventRecorder(.recordForPod(.preempted, victim)), in: context.cluster)
      guard !context.pods[victim].isBeingDeleted else { continue }
      context.pods[victim].isBeingDeleted = true
      let row = context.pods[victim]
      let grace = context.podTemplates[row.workload.index].terminationGracePeriod
      if grace > .zero, row.localPhase == .running {
        agenda.schedule(
          .scheduler(.victimEnded(victim)), in: context.cluster, at: agenda.now + grace)
      } else {
        deleteVictim(victim, &context, &agenda)
      }
    }
    nominations.append(Nomination(pod: pod, node: best.node))
  }

  /// A preempted pod leaves the API.
  mutating func deleteVictim(
    _ victim: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard context.pods[victim].exists else { return }
    context.request(
      classes.deletePod, subject: victim.rawValue, object: victim.rawValue, &agenda)
  }

  /// default_preemption.go `PodEligibleToPreemptOthers`: not while pods still leave its node.
  private func waitsForVictims(
    _ candidate: SchedulingCandidate, _ context: borrowing ClusterContext
  ) -> Bool {
    guard let nomination = nominations.first(where: { $0.pod == candidate.pod }) else {
      return false
    }
    var waits = false
    assigned.forEach(on: nomination.node) { other in
      if context.pods[other].isBeingDeleted, priority(of: other, context) < candidate.priority {
        waits = true
      }
    }
    return waits
  }

  private func priority(of pod: PodID, _ context: borrowing ClusterContext) -> Int32 {
    context.podTemplates[context.pods[pod].workload.index].priority
  }

  private mutating func bestOption(
    for candidate: SchedulingCandidate, _ context: inout ClusterContext
  ) -> Option? {
    // minCandidateNodesPercentage 10, minCandidateNodesAbsolute 100 (apis/config/v1/defaults.go).
    let enough = min(nodes.count, max(nodes.count / 10, 100))
    var found = 0
    var best: Option?
    var next = 0
    while found < enough,
      let step = nextStep(from: next, worthTryingFor: candidate, context)
    {
      next = step + 1
      let node = nodes[(nextNode + step) % nodes.count]
      guard let option = option(on: node, for: candidate, &context) else { continue }
      found += 1
      if best.map({ isBetter(option, than: $0) }) ?? true { best = option }
    }
    return best
  }

  /// The next node that removing pods could make feasible and that has pods of lower priority, as
  /// steps round the nodes from where the next search begins.
  private func nextStep(
    from first: Int, worthTryingFor candidate: SchedulingCandidate,
    _ context: borrowing ClusterContext
  ) -> Int? {
    var step = first
    while step < nodes.count {
      let node = nodes[(nextNode + step) % nodes.count]
      if let filter = rejection(of: node, for: candidate, fewest: search.fewest, context),
        filter.isResolvable, hasPods(below: candidate.priority, on: node, context)
      {
        return step
      }
      step += 1
    }
    return nil
  }

  private func hasPods(
    below priority: Int32, on node: NodeID, _ context: borrowing ClusterContext
  ) -> Bool {
    var has = false
    assigned.forEach(on: node) { other in
      if self.priority(of: other, context) < priority { has = true }
    }
    return has
  }

  /// `pickOneNodeForPreemption`, without disruption budgets.
  private func isBetter(_ one: Option, than other: Option) -> Bool {
    if one.highest != other.highest { return one.highest < other.highest }
    if one.sum != other.sum { return one.sum < other.sum }
    if one.victims.count != other.victims.count { return one.victims.count < other.victims.count }
    return one.latestStart > other.latestStart
  }

  /// `SelectVictimsOnNode`: takes all pods of lower priority away and puts back, the most important
  /// first, those that leave room.
  private mutating func option(
    on node: NodeID, for candidate: SchedulingCandidate, _ context: inout ClusterContext
  ) -> Option? {
    var lower: [PodID] = []
    assigned.forEach(on: node) { other in
      if priority(of: other, context) < candidate.priority { lower.append(other) }
    }
    lower.sort { one, other in
      let (a, b) = (priority(of: one, context), priority(of: other, context))
      if a != b { return a > b }
      return (context.pods[one].started, one) < (context.pods[other].started, other)
    }
    for other in lower { remove(other, from: node, &context) }
    var victims: [PodID] = []
    let helps = rejection(of: node, for: candidate, fewest: search.fewest, context) == nil
    for other in lower {
      add(other, to: node, &context)
      guard helps, rejection(of: node, for: candidate, fewest: search.fewest, context) != nil else {
        continue
      }
      remove(other, from: node, &context)
      victims.append(other)
    }
    for victim in victims { add(victim, to: node, &context) }
    guard helps, !victims.isEmpty else { return nil }
    let highest = priority(of: victims[0], context)
    // Priorities are shifted to be positive, so that more victims never look better.
    let sum = victims.reduce(Int64(0)) {
      $0 + Int64(priority(of: $1, context)) + Int64(Int32.max) + 1
    }
    let latest =
      victims.filter { priority(of: $0, context) == highest }
      .map { context.pods[$0].started }.min() ?? .zero
    return Option(
      node: node, victims: victims, highest: highest, sum: sum, latestStart: latest)
  }

  /// Whether there is room beside the pods for whom the node has been cleared.
  func fitsBesideNominated(
    _ candidate: SchedulingCandidate, on node: NodeID, _ context: borrowing ClusterContext
  ) -> Bool {
    guard nominations.contains(where: { $0.node == node && $0.pod != candidate.pod }) else {
      return true
    }
    var loaded = context.nodes[node]
    for nomination in nominations where nomination.node == node && nomination.pod != candidate.pod {
      guard priority(of: nomination.pod, context) >= candidate.priority else { continue }
      let other = context.pods[nomination.pod]
      loaded.usedMilliCPU += other.milliCPU
      loaded.usedMebibytes += other.mebibytes
      loaded.usedGPUs += other.gpus
      loaded.podCount += 1
    }
    return candidate.demand.fits(loaded, capacities[loaded.pool.index])
  }
}
