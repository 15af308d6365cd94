// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// What moves pods between the queues.
extension Scheduler {
  /// The pod is up for a cycle.
  mutating func activate(
    _ pod: PodID, _ event: QueueEvent, _ context: inout ClusterContext, _ now: SimTime
  ) {
    let level = Int(levels[context.pods[pod].workload.index])
    if let coscheduling {
      let pods = context.pods
      queues.activate(pod, level: level) { coscheduling.precedes($0, $1, pods) }
    } else {
      queues.activate(pod, level: level)
    }
    context.podStarts.enter(.queued, pod, at: now)
    metrics.count(event, &context.instruments, at: now)
    metrics.setPending(queues, &context.instruments, at: now)
  }

  /// The pod no longer waits, or never will again.
  mutating func forget(_ pod: PodID, _ context: inout ClusterContext, _ now: SimTime) {
    metrics.move(from: queues.rejection(of: pod), to: [], &context.instruments, at: now)
    queues.forget(pod)
    nominations.removeAll { $0.pod == pod }
    metrics.setPending(queues, &context.instruments, at: now)
  }

  /// An attempt has failed: the pod waits for its back-off or for an event.
  mutating func fail(
    _ pod: PodID, rejectedBy filters: FilterSet, waitsForEvent: Bool,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    metrics.move(from: queues.rejection(of: pod), to: filters, &context.instruments, at: now)
    queues.countFailure(pod, rejectedBy: filters)
    metrics.count(.scheduleAttemptFailure, &context.instruments, at: now)
    if settings.queue == .fifo || !waitsForEvent {
      backOff(pod, since: now, &context, &agenda)
    } else {
      queues.park(pod, at: now)
      context.podStarts.enter(.unschedulable, pod, at: now)
      scheduleFlush(context, &agenda)
    }
    metrics.setPending(queues, &context.instruments, at: now)
  }

  /// Back-off after so many failures: doubles up to the longest.
  func backoff(after failures: Int) -> SimDuration {
    settings.initialBackoff.doubled(failures - 1, atMost: settings.maxBackoff)
  }

  private mutating func backOff(
    _ pod: PodID, since: SimTime, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    queues.backOff(pod)
    context.podStarts.enter(.backingOff, pod, at: agenda.now)
    var due = since + backoff(after: queues.failures(of: pod))
    if settings.queue == .priority {
      // scheduling_queue.go: the back-off queue is flushed every second.
      due = due.roundedUp(to: .seconds(1))
    }
    agenda.schedule(
      .scheduler(.backoffOver(pod)), in: context.cluster, at: max(due, agenda.now))
  }

  mutating func endBackoff(
    of pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard queues.place(of: pod) == .backoff else { return }
    guard context.pods[pod].exists, !context.pods[pod].isBeingDeleted else {
      forget(pod, &context, agenda.now)
      return
    }
    let bound = context.pods[pod].storedNode
    guard bound == .none else {
      // The binding whose answer was lost has been stored.
      forget(pod, &context, agenda.now)
      reserve(bound, for: pod, &context, agenda.now)
      metrics.count(.scheduled, &context.instruments, at: agenda.now)
      return
    }
    activate(pod, .backoffComplete, &context, agenda.now)
  }

  /// Something has happened that may help unschedulable pods.
  ///
  /// - Parameter node: the node it happened to, where it matters.
  mutating func move(
    _ event: QueueEvent, node: NodeID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard settings.queue == .priority else { return }
    movedDuringCycle = true
    guard !queues.unschedulable.isEmpty else { return }
    let usesHints = settings.usesQueueingHints
    let capacities = capacities
    let released = queues.release { waiting, filters in
      guard usesHints else { return true }
      return Self.helps(event, on: node, waiting.pod, rejectedBy: filters, capacities, context)
    }
    requeue(released, event, &context, &agenda)
  }

  /// Queueing hints (plugins' `EventsToRegister`): a deleted pod gives resources back and leaves its
  /// domain; a node helps where it has room, or where more than room was missing.
  private static func helps(
    _ event: QueueEvent, on node: NodeID, _ pod: PodID, rejectedBy filters: FilterSet,
    _ capacities: [NodeCapacity], _ context: borrowing ClusterContext
  ) -> Bool {
    if event == .assignedPodDelete {
      return filters.contains(.nodeResourcesFit) || filters.contains(.podTopologySpread)
        || filters.contains(.interPodAffinity)
    }
    guard filters == FilterSet(.nodeResourcesFit) else { return true }
    let row = context.nodes[node]
    return PodDemand(context.pods[pod]).fits(row, capacities[row.pool.index])
  }

  private mutating func requeue(
    _ released: [SchedulingQueues.Unschedulable], _ event: QueueEvent,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    for waiting in released {
      let due = waiting.since + backoff(after: queues.failures(of: waiting.pod))
      if due > agenda.now {
        metrics.count(event, &context.instruments, at: agenda.now)
        backOff(waiting.pod, since: waiting.since, &context, &agenda)
      } else {
        activate(waiting.pod, event, &context, agenda.now)
      }
    }
    if !released.isEmpty { metrics.setPending(queues, &context.instruments, at: agenda.now) }
  }

  /// scheduling_queue.go: every 30 s those that have waited for too long are tried again.
  mutating func flush(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    flushIsScheduled = false
    let now = agenda.now
    let longest = settings.unschedulableDuration
    let released = queues.release { waiting, _ in now - waiting.since >= longest }
    requeue(released, .unschedulableTimeout, &context, &agenda)
    if !queues.unschedulable.isEmpty { scheduleFlush(context, &agenda) }
  }

  private mutating func scheduleFlush(
    _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard !flushIsScheduled else { return }
    flushIsScheduled = true
    let next = (agenda.now + .nanoseconds(1)).roundedUp(to: .seconds(30))
    agenda.schedule(.scheduler(.flush), in: context.cluster, at: next)
  }
}

extension SimTime {
  /// The next whole multiple of a period, or this very instant.
  func roundedUp(to period: SimDuration) -> SimTime {
    let past = (self - .zero) % period
    return past == .zero ? self : self + (period - past)
  }
}
