// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Stochastics

/// Gangs of machines that run no pods: a job takes free machines of its pool, gives up faulty ones, and
/// gets spares in their place. Jobs that wait are served in the order in which they came.
extension TrainingJobs {
  /// Whether a job works on a node.
  func holds(_ job: Int, _ node: NodeID) -> Bool { fleet[node]?.job == JobID(job) }

  /// Whether any job has a machine of a standalone pool.
  func isBusy(_ node: NodeID) -> Bool { fleet[node].map { $0.job != .none } ?? false }

  /// Whether a job has a member on a node.
  func works(_ job: Int, on node: NodeID, _ context: borrowing ClusterContext) -> Bool {
    if holds(job, node) { return true }
    for pod in jobs[job].pods where context.pods[pod].storedNode == node { return true }
    return false
  }

  mutating func gatherMachines(
    _ job: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard jobs[job].machines.count < source(of: job).members else {
      startWhenDue(job, &context, &agenda)
      return
    }
    if !fleet.waiting.contains(JobID(job)) { fleet.waiting.append(JobID(job)) }
    serveWaiting(&context, &agenda)
  }

  /// Gives free machines to those who wait. A job that has none yet takes all it needs or none.
  private mutating func serveWaiting(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    var next = 0
    while next < fleet.waiting.count {
      let job = fleet.waiting[next].index
      let source = source(of: job)
      guard case .machines(let pool, let replacement) = source.gang else { return }
      let missing = source.members - jobs[job].machines.count
      let found = fleet.free(of: pool, atMost: missing, context.nodes)
      let isNew = jobs[job].machines.isEmpty && jobs[job].incarnation == 0
      guard !found.isEmpty, !isNew || found.count == missing else {
        next += 1
        continue
      }
      for node in found {
        fleet.give(node, to: JobID(job))
        jobs[job].machines.append(node)
        guard !isNew else { continue }
        let time = SimDuration(
          roundingSeconds: replacement.sample(&context.streams[source.stream]))
        jobs[job].machinesDue = max(jobs[job].machinesDue, agenda.now + time)
      }
      if found.count == missing {
        fleet.waiting.remove(at: next)
        startWhenDue(job, &context, &agenda)
      } else {
        next += 1
      }
    }
  }

  /// The gang is complete; some machines may still be on their way.
  private mutating func startWhenDue(
    _ job: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard jobs[job].phase == .queued else { return }
    guard jobs[job].machinesDue > agenda.now else {
      beginStart(job, &context, &agenda)
      return
    }
    enter(
      .queued, of: job, for: jobs[job].machinesDue - agenda.now, &context, &agenda)
  }

  /// A machine of the fleet is new, back, or repaired.
  mutating func machineWorks(
    _ node: NodeID, _ event: TrainingJobEvent, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    if case .machineStarted = event { fleet.note(node, context.nodes[node]) }
    if case .nodeRepaired = event { fleet.setFaulty(node, false) }
    guard fleet[node]?.isFree == true, !fleet.waiting.isEmpty else { return }
    serveWaiting(&context, &agenda)
  }

  /// A machine of the fleet has stopped or has a fault: the job that has it loses it.
  mutating func machineFails(
    _ node: NodeID, _ event: TrainingJobEvent, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    if case .machineStopped = event { fleet.note(node, context.nodes[node]) }
    switch event {
    case .nodeFaulted, .errorShown: fleet.setFaulty(node, true)
    default: break
    }
    guard let owner = fleet[node]?.job, owner != .none else { return }
    let job = owner.index
    fleet.give(node, to: .none)
    jobs[job].machines.removeAll { $0 == node }
    jobs[job].lostMembers += 1
    if jobs[job].phase == .queued {
      // It was on its way, or waits with the others.
      enter(.queued, of: job, &context, &agenda)
      gatherMachines(job, &context, &agenda)
    } else {
      halt(job, &context, &agenda)
    }
  }

  mutating func releaseMachines(
    _ job: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    for node in jobs[job].machines { fleet.give(node, to: .none) }
    jobs[job].machines = []
    serveWaiting(&context, &agenda)
  }

  /// By how much the slowest member's computing takes longer; 1 for a healthy gang.
  func slowDown(of job: Int, _ context: borrowing ClusterContext) -> Double {
    var slowest = 1.0
    for fault in context.hardware.open where fault.slowDown > slowest {
      if works(job, on: fault.node, context) { slowest = fault.slowDown }
    }
    return slowest
  }
}
