// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// Where a job's time goes: every moment since its submission is productive, lost, or spent on saves,
/// restarts or waiting for members.
///
/// Steps are productive once a save holds them, lost once a halt has undone them. What is neither at the
/// end of the measured window counts as productive.
extension TrainingJobs {
  /// Accounts a job's time up to now to its phase.
  mutating func settle(_ job: Int, _ context: inout ClusterContext, at now: SimTime) {
    let elapsed = now - jobs[job].accountedUntil
    jobs[job].accountedUntil = now
    let metrics = sources[Int(jobs[job].source)].metrics
    switch jobs[job].phase {
    case .queued: context.instruments.add(elapsed, to: metrics.counter(of: .queue), at: now)
    case .halted, .starting:
      context.instruments.add(elapsed, to: metrics.counter(of: .restart), at: now)
    case .saving: context.instruments.add(elapsed, to: metrics.counter(of: .checkpoint), at: now)
    case .training:
      let steps = (now - jobs[job].stretchStart) / jobs[job].stepTime - jobs[job].stretchSteps
      jobs[job].stretchSteps += steps
      jobs[job].stepsSinceSave += steps
      jobs[job].unsaved.steps += steps
      jobs[job].unsaved.time += elapsed
      context.instruments.add(steps, to: metrics.steps, at: now)
    case .done: break
    }
  }

  /// A save in the blob store holds the first of the steps since the one before.
  mutating func commit(
    _ part: TrainingProgress, of job: Int, _ context: inout ClusterContext, at now: SimTime
  ) {
    count(part.time, of: job, &context, at: now)
    jobs[job].counted -= part.time
    jobs[job].savedSteps += part.steps
    jobs[job].unsaved = jobs[job].unsaved - part
    if jobs[job].inMemory.time >= part.time {
      jobs[job].inMemory = jobs[job].inMemory - part
    } else {
      jobs[job].inMemory = TrainingProgress()
    }
  }

  /// Counts the first so much of the unsaved time as productive, once.
  private mutating func count(
    _ time: SimDuration, of job: Int, _ context: inout ClusterContext, at now: SimTime
  ) {
    guard time > jobs[job].counted else { return }
    let metrics = sources[Int(jobs[job].source)].metrics
    context.instruments.add(
      time - jobs[job].counted, to: metrics.counter(of: .productive), at: now)
    jobs[job].counted = time
  }

  /// A halt undoes the steps since the last save.
  mutating func loseUnsaved(_ job: Int, _ context: inout ClusterContext, at now: SimTime) {
    let metrics = sources[Int(jobs[job].source)].metrics
    let lost = jobs[job].unsaved - jobs[job].inMemory
    context.instruments.record(lost.time, in: metrics.lostWork, at: now)
    lose(downTo: jobs[job].inMemory, job, &context, at: now)
    jobs[job].beingWritten = nil
  }

  /// Saves in memory are gone when as many members are as hold each part.
  mutating func giveUpMemory(
    ifLostBy copies: Int?, _ job: Int, _ context: inout ClusterContext, at now: SimTime
  ) {
    guard let copies, jobs[job].lostMembers >= copies, jobs[job].inMemory.steps > 0 else { return }
    lose(downTo: TrainingProgress(), job, &context, at: now)
    jobs[job].inMemory = TrainingProgress()
  }

  private mutating func lose(
    downTo kept: TrainingProgress, _ job: Int, _ context: inout ClusterContext, at now: SimTime
  ) {
    let metrics = sources[Int(jobs[job].source)].metrics
    let lost = jobs[job].unsaved - kept
    // What an earlier window counted as productive stays counted there.
    let already = jobs[job].counted > kept.time ? jobs[job].counted - kept.time : .zero
    context.instruments.add(lost.time - already, to: metrics.counter(of: .lost), at: now)
    context.instruments.add(lost.steps, to: metrics.lostSteps, at: now)
    jobs[job].counted -= already
    jobs[job].unsaved = kept
  }

  /// The warm-up is over: what has been done so far belongs to it.
  mutating func openWindow(at now: SimTime, _ context: inout ClusterContext) {
    settleAll(at: now, &context)
    for index in sources.indices { sources[index].metrics.openWindow(context.instruments) }
  }

  /// Accounts everything up to now; what is under way counts as productive.
  private mutating func settleAll(at now: SimTime, _ context: inout ClusterContext) {
    for job in jobs.indices {
      settle(job, &context, at: now)
      count(jobs[job].unsaved.time, of: job, &context, at: now)
    }
  }

  mutating func sumUp(at now: SimTime, _ context: inout ClusterContext) {
    settleAll(at: now, &context)
    for source in sources { source.metrics.sumUp(&context.instruments, at: now) }
  }
}
