// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// Steps and saves.
extension TrainingJobs {
  /// Begins steps up to the next save or the last step, all at the pace of the slowest member.
  mutating func beginStretch(
    _ job: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let source = source(of: job)
    let pace = slowDown(of: job, context)
    let stepTime = (pace > 1 ? source.compute.scaled(by: pace) : source.compute) + source.collective
    var steps = source.steps.map { $0 - jobs[job].doneSteps }
    if let plan = source.checkpoint {
      steps = min(steps ?? .max, plan.stepsBetween - jobs[job].stepsSinceSave)
    }
    enter(.training, of: job, &context, &agenda)
    jobs[job].stepTime = stepTime
    jobs[job].stretchStart = agenda.now
    jobs[job].stretchSteps = 0
    context.instruments.set(stepTime, source.metrics.stepTime, at: agenda.now)
    guard let steps else { return }
    schedulePhaseEnd(job, at: agenda.now + stepTime * steps, context, &agenda)
  }

  /// A member has become slower or faster: the next step begins at another pace.
  mutating func changePace(
    _ job: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard jobs[job].phase == .training else { return }
    let done = (agenda.now - jobs[job].stretchStart) / jobs[job].stepTime
    jobs[job].phaseNumber &+= 1
    schedulePhaseEnd(
      job, at: jobs[job].stretchStart + jobs[job].stepTime * (done + 1), context, &agenda)
  }

  /// The steps under way are done.
  mutating func stretchOver(
    _ job: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    settle(job, &context, at: agenda.now)
    let source = source(of: job)
    if let steps = source.steps, jobs[job].doneSteps >= steps {
      finish(job, &context, &agenda)
    } else if let plan = source.checkpoint, jobs[job].stepsSinceSave >= plan.stepsBetween {
      beginSave(plan, job, &context, &agenda)
    } else {
      beginStretch(job, &context, &agenda)
    }
  }

  // MARK: Saves

  private mutating func beginSave(
    _ plan: CheckpointPlan, _ job: Int, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    jobs[job].stepsSinceSave = 0
    jobs[job].savesBegun += 1
    var pause = plan.pause
    // One save at a time: the next waits until the store has the last one.
    if jobs[job].beingWritten != nil, writesToStore(plan, job) {
      pause += jobs[job].writtenAt - agenda.now
    }
    enter(.saving, of: job, for: pause, &context, &agenda)
  }

  /// Whether the save that was begun last goes to the blob store in the background.
  private func writesToStore(_ plan: CheckpointPlan, _ job: Int) -> Bool {
    switch plan.mode {
    case .blocking: false
    case .asynchronous: true
    case .inMemory: plan.persistEvery.map { jobs[job].savesBegun % $0 == 0 } ?? false
    }
  }

  /// Training goes on after a save's pause.
  mutating func pauseOver(
    _ job: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let source = source(of: job)
    guard let plan = source.checkpoint else { return }
    settle(job, &context, at: agenda.now)
    if plan.mode == .blocking {
      commit(jobs[job].unsaved, of: job, &context, at: agenda.now)
    }
    if plan.mode == .inMemory { jobs[job].inMemory = jobs[job].unsaved }
    if plan.mode != .asynchronous {
      context.instruments.add(1, to: source.metrics.checkpoints, at: agenda.now)
      context.instruments.record(
        plan.pause, in: source.metrics.checkpointDuration, at: agenda.now)
    }
    if writesToStore(plan, job) {
      jobs[job].beingWritten = jobs[job].unsaved
      jobs[job].writtenAt = agenda.now + plan.write
      agenda.schedule(
        .trainingJobs(.saved(JobID(job), jobs[job].incarnation)), in: context.cluster,
        at: jobs[job].writtenAt)
    }
    beginStretch(job, &context, &agenda)
  }

  /// The blob store has all of a save.
  mutating func backgroundSaveDone(
    _ job: Int, _ context: inout ClusterContext, at now: SimTime
  ) {
    guard let written = jobs[job].beingWritten else { return }
    jobs[job].beingWritten = nil
    settle(job, &context, at: now)
    commit(written, of: job, &context, at: now)
    let source = source(of: job)
    guard let plan = source.checkpoint, plan.mode == .asynchronous else { return }
    context.instruments.add(1, to: source.metrics.checkpoints, at: now)
    context.instruments.record(
      plan.pause + plan.write, in: source.metrics.checkpointDuration, at: now)
  }
}

extension TrainingJob {
  /// Steps up to where the job is.
  var doneSteps: Int { savedSteps + unsaved.steps }
}
