// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// The extension points of the plug-in Coscheduling (pkg/coscheduling/coscheduling.go).
extension Scheduler {
  // MARK: Members

  /// A pod has come in the API.
  mutating func joinGroup(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let group = coscheduling?.join(pod, context.pods[pod]),
      let known = coscheduling?.groups[group], known.members.count >= known.minMember
    else { return }
    // Those that found too few siblings are up again (`EventsToRegister`: a pod is added).
    releaseSiblings(of: pod, group, &context, agenda.now)
  }

  /// A pod has ended or is gone; if it was waiting for its group, the others wait no longer
  /// (`Unreserve`).
  mutating func leaveGroup(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let group = coscheduling?.group(of: context.pods[pod]) else { return }
    coscheduling?.leave(pod, group)
    guard let place = coscheduling?.groups[group].waiting.firstIndex(where: { $0.pod == pod })
    else { return }
    if let waited = coscheduling?.groups[group].waiting.remove(at: place), let coscheduling {
      context.instruments.record(
        agenda.now - waited.since, in: coscheduling.metrics.rejected, at: agenda.now)
    }
    rejectWaiting(group, &context, &agenda)
  }

  // MARK: Extension points

  /// `PreFilter`: a group with too few pods, or rejected not long ago, is not worth a search.
  func passesPreFilter(
    _ pod: PodID, _ context: borrowing ClusterContext, _ now: SimTime
  ) -> Bool {
    guard let coscheduling, let number = coscheduling.group(of: context.pods[pod]) else {
      return true
    }
    let group = coscheduling.groups[number]
    return group.backoffUntil <= now && group.members.count >= group.minMember
  }

  /// `PostFilter`: what one pod does not find the others will not either, so those that wait give
  /// their nodes back; unless no more than a tenth of the group is missing.
  mutating func postFilter(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let backoff = coscheduling?.podGroupBackoff,
      let number = coscheduling?.group(of: context.pods[pod]),
      let group = coscheduling?.groups[number]
    else { return }
    let missing = group.minMember - group.assigned
    guard missing > 0, missing * 10 > group.minMember else { return }
    if group.members.count >= group.minMember, group.backoffUntil <= agenda.now {
      coscheduling?.backOff(number, until: agenda.now + backoff)
    }
    rejectWaiting(number, &context, &agenda)
  }

  /// `Permit`: whether the pod may be bound. It keeps its node and waits until enough of its group have
  /// one; the last to come sets all free.
  mutating func permits(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) -> Bool {
    guard let metrics = coscheduling?.metrics,
      let number = coscheduling?.group(of: context.pods[pod]),
      let isComplete = coscheduling?.groups[number].isComplete
    else { return true }
    guard !isComplete else {
      for waiting in coscheduling?.endWait(of: number) ?? [] {
        context.instruments.record(
          agenda.now - waiting.since, in: metrics.allowed, at: agenda.now)
        bind(waiting.pod, &context, &agenda)
      }
      return true
    }
    if let wait = coscheduling?.beginWait(of: pod, in: number, at: agenda.now) {
      // Each has a time-out of its own, and the first to run out rejects all.
      agenda.schedule(
        .scheduler(.permitExpired(UInt32(number), wait.round)), in: context.cluster,
        at: agenda.now + wait.timeout)
    }
    if coscheduling?.groups[number].assigned == 1 {
      activateSiblings(of: pod, number, &context, agenda.now)
    }
    return false
  }

  /// The wait of a group has lasted too long.
  mutating func permitExpired(
    _ group: UInt32, round: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard coscheduling?.groups[Int(group)].round == round else { return }
    rejectWaiting(Int(group), &context, &agenda)
  }

  /// The waiting pods of a group give their nodes back and back off.
  mutating func rejectWaiting(
    _ number: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let histogram = coscheduling?.metrics.rejected,
      let denied = coscheduling?.deniedExpiration, let waiting = coscheduling?.endWait(of: number),
      !waiting.isEmpty
    else { return }
    coscheduling?.backOff(number, until: agenda.now + denied)
    for waiting in waiting {
      context.instruments.record(agenda.now - waiting.since, in: histogram, at: agenda.now)
      metrics.count(.unschedulable, &context.instruments, at: agenda.now)
      giveBack(waiting.pod, &context, &agenda)
      // The nodes that were given back count as an event, hence a back-off and no parking.
      fail(
        waiting.pod, rejectedBy: FilterSet(.coscheduling), waitsForEvent: false, &context,
        &agenda)
    }
  }

  // MARK: Siblings

  /// The first of a group to wait calls the others, wherever they are (`ActivateSiblings`).
  private mutating func activateSiblings(
    of pod: PodID, _ number: Int, _ context: inout ClusterContext, _ now: SimTime
  ) {
    releaseSiblings(of: pod, number, &context, now)
    for sibling in coscheduling?.groups[number].members ?? []
    where queues.place(of: sibling) == .backoff {
      activate(sibling, .forceActivate, &context, now)
    }
  }

  /// Takes the other members out of the unschedulable pods.
  private mutating func releaseSiblings(
    of pod: PodID, _ number: Int, _ context: inout ClusterContext, _ now: SimTime
  ) {
    guard !queues.unschedulable.isEmpty, let coscheduling else { return }
    let pods = context.pods
    let released = queues.release { waiting, _ in
      waiting.pod != pod && coscheduling.group(of: pods[waiting.pod]) == number
    }
    for sibling in released { activate(sibling.pod, .forceActivate, &context, now) }
  }
}

extension Scheduler {
  func addIdleCoschedulingKnobs(
    to idle: inout IdleKnobs, _ context: borrowing ClusterContext
  ) {
    typealias Knobs = CoschedulingConfiguration
    guard let coscheduling else { return }
    let instruments = context.instruments
    let hasRejected = instruments.distribution(of: coscheduling.metrics.rejected).count > 0
    let hasWaited =
      hasRejected || instruments.distribution(of: coscheduling.metrics.allowed).count > 0
    idle.add([Knobs.permitWaitingTime.name], in: coscheduling.path, unless: hasWaited)
    idle.add(
      [Knobs.podGroupBackoff.name, Knobs.deniedExpiration.name], in: coscheduling.path,
      unless: hasRejected)
  }
}
