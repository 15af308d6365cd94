// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// The scheduling cycle of one pod.
extension Scheduler {
  mutating func startCycle(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    guard current == .none, isWorking, !hasLostCycle, cachesAreFilled,
      let pod = nextPod(&context, agenda.now)
    else {
      return
    }
    let now = agenda.now
    current = pod
    context.podStarts.enter(.inCycle, pod, at: now)
    movedDuringCycle = false
    let feasible = passesPreFilter(pod, context, now) ? findNodes(for: pod, context) : refuse()
    chosen = feasible ? selectHost(for: pod, &context) : .none
    let cost = settings.costs.cycle(
      filtered: search.examined, feasible: search.feasible.count,
      wantsGPUs: context.pods[pod].gpus > 0, comparisons: comparisons(for: pod, context))
    context.instruments.add(settings.cpuTime(cost.cpu), to: metrics.cpu, at: now)
    let duration = settings.cpuTime(cost.duration(on: settings.cores))
    context.instruments.record(duration, in: metrics.cycle, at: now)
    agenda.schedule(.scheduler(.cycleDone), in: context.cluster, at: now + duration)
  }

  /// The next active pod that is still to be placed.
  private mutating func nextPod(_ context: inout ClusterContext, _ now: SimTime) -> PodID? {
    while let pod = queues.next() {
      metrics.setPending(queues, &context.instruments, at: now)
      if context.pods[pod].exists, !context.pods[pod].isBeingDeleted { return pod }
      forget(pod, &context, now)
    }
    return nil
  }

  mutating func finishCycle(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    let pod = current
    current = .none
    guard context.pods[pod].exists, !context.pods[pod].isBeingDeleted else {
      forget(pod, &context, agenda.now)
      return
    }
    if chosen != .none {
      assume(pod, on: chosen, &context, &agenda)
      return
    }
    let filters = search.rejections
    for (index, nodes) in search.rejected.enumerated() {
      metrics.count(nodes, rejectedBy: index, &context.instruments, at: agenda.now)
    }
    metrics.count(.unschedulable, &context.instruments, at: agenda.now)
    agenda.send(.eventRecorder(.recordForPod(.failedScheduling, pod)), in: context.cluster)
    if filters != FilterSet(.coscheduling) {
      preempt(for: pod, &context, &agenda)
      postFilter(pod, &context, &agenda)
    }
    fail(
      pod, rejectedBy: filters, waitsForEvent: !movedDuringCycle, &context, &agenda)
  }

  /// A cycle that ends before any node was looked at.
  private mutating func refuse() -> Bool {
    search.reset()
    search.rejected[Int(SchedulerFilter.coscheduling.rawValue)] = max(1, nodes.count)
    return false
  }

  /// Goes round the nodes until enough feasible ones are found; the next search begins where this
  /// one stopped. Whether there is any.
  private mutating func findNodes(
    for pod: PodID, _ context: borrowing ClusterContext
  ) -> Bool {
    search.reset()
    let count = nodes.count
    guard count > 0 else { return false }
    let enough = NodeSampling.nodesToFind(
      among: count, percentage: settings.percentageOfNodesToScore)
    let candidate = candidate(pod, context)
    prepareSpreading(for: candidate, context)
    var found = NodeSearch()
    swap(&found, &search)
    filter(for: candidate, from: nextNode % count, upTo: enough, into: &found, context)
    swap(&found, &search)
    nextNode = (nextNode + search.examined) % count
    return !search.feasible.isEmpty
  }

  /// Changes only the search: calls of a mutating method would copy the scheduler for each node.
  private func filter(
    for candidate: SchedulingCandidate, from start: Int, upTo enough: Int,
    into search: inout NodeSearch, _ context: borrowing ClusterContext
  ) {
    var position = start
    while search.examined < nodes.count, search.feasible.count < enough {
      let node = nodes[position]
      position = position + 1 == nodes.count ? 0 : position + 1
      search.examined += 1
      if let filter = rejection(of: node, for: candidate, fewest: search.fewest, context) {
        search.rejected[Int(filter.rawValue)] += 1
      } else {
        search.feasible.append(node)
      }
    }
  }

  /// Pods that inter-pod affinity looks at: all when the pod has terms of its own, else those that
  /// have some.
  private func comparisons(for pod: PodID, _ context: borrowing ClusterContext) -> Int {
    affinity[context.pods[pod].workload.index].hasTerms
      ? placements.pods : placements.podsWithTerms
  }
}
