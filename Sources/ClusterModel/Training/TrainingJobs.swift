// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// Training jobs: a gang waits until it is complete, starts, trains step by step and saves; the loss of
/// one member halts it, and it goes on from its last save.
///
/// A job costs an event for each phase (a stretch of steps up to the next save, a save, a start), never
/// one for each step or member.
package struct TrainingJobs: Codable, Sendable {
  /// A workload of training jobs.
  struct Source: Codable, Sendable {
    let path: KnobPath
    let workload: WorkloadID
    var arrivals: ArrivalSource
    var left: Int
    /// Size of the gang.
    let members: Int
    let gang: Gang
    let compute: SimDuration
    let collective: SimDuration
    let steps: Int?
    let checkpoint: CheckpointPlan?
    let detection: Distribution
    /// Processes by MPI and the checkpoint's way back.
    let launch: SimDuration
    let hasLaunch: Bool
    let load: SimDuration
    let initialization: Distribution
    let strategy: RestartStrategy
    let stream: StreamID
    var metrics: TrainingMetrics
  }

  /// Of what a gang is made.
  enum Gang: Codable, Sendable {
    /// The number of the pods' template at the controller.
    case pods(UInt16)
    /// Pool and time until a spare is in its place.
    case machines(NodePoolID, Distribution)
  }

  /// When and how a job saves.
  struct CheckpointPlan: Codable, Sendable {
    let stepsBetween: Int
    let mode: CheckpointMode
    let pause: SimDuration
    /// Time of a save to the blob store in the background.
    let write: SimDuration
    let copies: Int
    let persistEvery: Int?
  }

  /// The controller that creates the gangs' pods; `nil` when all gangs are machines.
  var control: PodControl?
  var sources: [Source] = []
  var jobs: [TrainingJob] = []
  var fleet = TrainingFleet()

  package init(control: PodControl?) { self.control = control }

  package mutating func add(
    _ configuration: TrainingJobsConfiguration, workload: WorkloadID, name: String,
    pool: NodePoolID?, arrivals: ArrivalSource, _ context: inout ClusterContext
  ) {
    let gang: Gang
    if let machines = configuration.machines, let pool {
      gang = .machines(pool, machines.replacementTime.seconds)
      fleet.add(pool)
    } else {
      let row = PodRow(of: workload, context.podTemplates[workload.index])
      gang = .pods(control?.addTemplate(row) ?? 0)
    }
    let step = configuration.compute + configuration.collective
    let saves = configuration.checkpoint
    sources.append(
      Source(
        path: configuration.path, workload: workload, arrivals: arrivals,
        left: configuration.limit ?? .max, members: configuration.members, gang: gang,
        compute: configuration.compute, collective: configuration.collective,
        steps: configuration.steps,
        checkpoint: saves.map { saves in
          CheckpointPlan(
            stepsBetween: max(1, (saves.every + step / 2) / step), mode: saves.mode,
            pause: saves.pause ?? saves.transferTime, write: saves.transferTime,
            copies: saves.copies, persistEvery: saves.persistEvery)
        },
        detection: configuration.restart.detectionTime.seconds,
        launch: configuration.mpi?.startUp(members: configuration.members) ?? .zero,
        hasLaunch: configuration.mpi != nil,
        load: saves?.mode == .inMemory ? .zero : saves?.transferTime ?? .zero,
        initialization: configuration.restart.initializationTime.seconds,
        strategy: configuration.restart.strategy,
        stream: context.streams.stream("training-jobs/\(name)"),
        metrics: TrainingMetrics(workload: name, &context.instruments)))
  }

  package mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    fleet.populate(context.nodes)
    for index in sources.indices { scheduleNext(index, &context, &agenda) }
  }

  package mutating func handle(
    _ event: TrainingJobEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .arrival(let index):
      submit(Int(index), &context, &agenda)
      scheduleNext(Int(index), &context, &agenda)
    case .phaseOver(let job, let number):
      guard jobs[job.index].phaseNumber == number else { return }
      phaseOver(job.index, &context, &agenda)
    case .saved(let job, let incarnation):
      guard jobs[job.index].incarnation == incarnation else { return }
      backgroundSaveDone(job.index, &context, at: agenda.now)
    case .podStarted(let pod): podStarted(pod, &context, &agenda)
    case .podStopped(let pod): podStopped(pod, &context, &agenda)
    case .control(let event): control?.handle(event, &context, &agenda)
    case .machineStarted(let node), .nodeRepaired(let node):
      machineWorks(node, event, &context, &agenda)
    case .machineStopped(let node), .nodeFaulted(let node):
      machineFails(node, event, &context, &agenda)
    case .errorShown(let node):
      guard fleet[node]?.job != JobID.none, context.hardware.isFailing(node) else { return }
      machineFails(node, event, &context, &agenda)
    case .applicationFailed(let node):
      for job in jobs.indices where holds(job, node) { halt(job, &context, &agenda) }
    case .speedChanged(let node):
      for job in jobs.indices where works(job, on: node, context) {
        changePace(job, &context, &agenda)
      }
    }
  }

  private mutating func submit(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    jobs.append(
      TrainingJob(
        source: UInt16(index), submitted: agenda.now, accountedUntil: agenda.now))
    context.instruments.adjust(sources[index].metrics.active, by: 1, at: agenda.now)
    gather(jobs.count - 1, isFirst: true, &context, &agenda)
  }

  private mutating func scheduleNext(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard sources[index].left > 0,
      let time = sources[index].arrivals.draw(&context.streams)
    else { return }
    sources[index].left -= 1
    agenda.schedule(
      .trainingJobs(.arrival(UInt16(index))), in: context.cluster, at: max(time, agenda.now))
  }

  func source(of job: Int) -> Source { sources[Int(jobs[job].source)] }

  // MARK: Phases

  /// Begins a phase; its end is scheduled unless it lasts until something happens.
  mutating func enter(
    _ phase: TrainingPhase, of job: Int, for duration: SimDuration? = nil,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    settle(job, &context, at: agenda.now)
    let wasWorking = jobs[job].isWorking
    jobs[job].phase = phase
    jobs[job].phaseNumber &+= 1
    if jobs[job].isWorking != wasWorking {
      let source = sources[Int(jobs[job].source)]
      context.instruments.adjust(
        source.metrics.members, by: wasWorking ? -source.members : source.members, at: agenda.now)
    }
    guard let duration else { return }
    schedulePhaseEnd(job, at: agenda.now + duration, context, &agenda)
  }

  func schedulePhaseEnd(
    _ job: Int, at time: SimTime, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(
      .trainingJobs(.phaseOver(JobID(job), jobs[job].phaseNumber)), in: context.cluster,
      at: time)
  }

  private mutating func phaseOver(
    _ job: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch jobs[job].phase {
    case .halted:
      enter(.queued, of: job, &context, &agenda)
      gather(job, isFirst: false, &context, &agenda)
    case .queued: beginStart(job, &context, &agenda)
    case .starting: beginTraining(job, &context, &agenda)
    case .training: stretchOver(job, &context, &agenda)
    case .saving: pauseOver(job, &context, &agenda)
    case .done: break
    }
  }

  /// Brings what the gang lacks on its way, and starts it when nothing is missing.
  private mutating func gather(
    _ job: Int, isFirst: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch source(of: job).gang {
    case .pods: gatherPods(job, isFirst: isFirst, &context, &agenda)
    case .machines: gatherMachines(job, &context, &agenda)
    }
  }

  /// The gang is complete: processes start on all members and load the last save.
  mutating func beginStart(
    _ job: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let source = source(of: job)
    giveUpMemory(ifLostBy: source.checkpoint?.copies, job, &context, at: agenda.now)
    var duration = SimDuration(
      roundingSeconds: source.initialization.sample(&context.streams[source.stream]))
    duration += source.launch
    if jobs[job].savedSteps > 0 { duration += source.load }
    enter(.starting, of: job, for: duration, &context, &agenda)
  }

  private mutating func beginTraining(
    _ job: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let metrics = source(of: job).metrics
    if let halted = jobs[job].haltedAt {
      context.instruments.record(agenda.now - halted, in: metrics.restartDuration, at: agenda.now)
    }
    jobs[job].haltedAt = nil
    jobs[job].lostMembers = 0
    jobs[job].trainingSince = agenda.now
    jobs[job].stepsSinceSave = 0
    for node in jobs[job].machines where context.hardware.isFailing(node) {
      agenda.send(.hardware(.workStarted(node)), in: context.cluster)
    }
    beginStretch(job, &context, &agenda)
  }

  /// A member is lost, or its process: nobody gets on without it, all processes end.
  mutating func halt(
    _ job: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let phase = jobs[job].phase
    guard phase == .training || phase == .saving || phase == .starting else { return }
    let source = source(of: job)
    settle(job, &context, at: agenda.now)
    context.instruments.add(1, to: source.metrics.interruptions, at: agenda.now)
    if phase != .starting {
      context.instruments.record(
        agenda.now - jobs[job].trainingSince, in: source.metrics.timeToInterruption,
        at: agenda.now)
      loseUnsaved(job, &context, at: agenda.now)
      jobs[job].haltedAt = agenda.now
    }
    jobs[job].incarnation &+= 1
    let detection = SimDuration(
      roundingSeconds: source.detection.sample(&context.streams[source.stream]))
    enter(.halted, of: job, for: detection, &context, &agenda)
  }

  mutating func finish(
    _ job: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let metrics = source(of: job).metrics
    enter(.done, of: job, &context, &agenda)
    commit(jobs[job].unsaved, of: job, &context, at: agenda.now)
    jobs[job].incarnation &+= 1
    context.instruments.add(1, to: metrics.completed, at: agenda.now)
    context.instruments.adjust(metrics.active, by: -1, at: agenda.now)
    context.instruments.record(
      agenda.now - jobs[job].submitted, in: metrics.duration, at: agenda.now)
    switch source(of: job).gang {
    case .pods: endPods(job, &context, &agenda)
    case .machines: releaseMachines(job, &context, &agenda)
    }
  }
}

extension TrainingJob {
  /// Its processes run and take steps, or wait for a save.
  var isWorking: Bool { phase == .training || phase == .saving }
}
