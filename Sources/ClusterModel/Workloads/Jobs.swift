// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// Everything that can happen to jobs.
package enum JobEvent: BitwiseCopyable, Codable, Sendable {
  /// The next job of a workload is submitted.
  case arrival(UInt16)
  /// A pod's container has started.
  case podStarted(PodID)
  /// A running pod is lost with its machine.
  case podLost(PodID)
  /// The pause after failed pods is over.
  case backoffOver(JobID)
  /// What the Job controller sets in motion.
  case control(PodControlEvent)
  /// The CronJob controller creates a Job of one of its CronJobs.
  case create(UInt16)
  /// A Job has been deleted.
  case deleted(JobID)
}

/// One job; its number is also that of the owner in the controller's `PodControl`.
package struct Job: Codable, Sendable {
  package var workload: WorkloadID
  package var submitted: SimTime
  /// Pods that have still to succeed.
  package var podsLeft: UInt32
  /// Pods that failed.
  package var podsFailed: UInt32 = 0
  /// Pauses after failed pods so far.
  package var backoffs: UInt16 = 0
  package var isBackingOff = false
  package var isOver = false
  /// How long each of its pods runs, if they run equally long.
  package var work: SimDuration?
  /// Its pods that have ended, if somebody will delete the Job.
  package var endedPods: [PodID] = []
}

/// Batch jobs and their controller: pods are created through the API at the controller's rate, a pod
/// that is deleted before its work is done is replaced and starts over, and so is, after a pause that
/// doubles, one that fails.
package struct Jobs: Codable, Sendable {
  struct Source: Codable, Sendable {
    var path: KnobPath
    var workload: WorkloadID
    var arrivals: ArrivalSource
    var left: Int
    var parallelism: UInt32
    var completions: UInt32
    var work: Distribution
    var workScope: WorkScope
    var stream: StreamID
    var failureProbability: Double
    var failureStream: StreamID
    var backoffLimit: Int
    var template: UInt16
    /// Number of the CronJob that its Jobs belong to.
    var cronJob: UInt16?
    /// `ttlSecondsAfterFinished`.
    var timeToLive: SimDuration?

    /// Somebody deletes its Jobs.
    var isDeleted: Bool { cronJob != nil || timeToLive != nil }
  }

  /// The limit of failures is one of pods; before, one of the pauses that they caused.
  private let backoffCountsPods: Bool
  private(set) var control: PodControl
  private(set) var sources: [Source] = []
  package private(set) var jobs: [Job] = []
  let metrics: JobMetrics
  /// `POST` of the CronJob controller; `nil` without CronJobs.
  private let createJob: RequestClassID?

  /// pkg/controller/job: `DefaultJobPodFailureBackOff = 10 s`, `MaxJobPodFailureBackOff = 10 min`
  /// (in 1.8 `DefaultJobBackOff = 10 s`, `MaxJobBackOff = 6 min`).
  private static var podFailureBackoff: SimDuration { .seconds(10) }
  private static var longestPodFailureBackoff: SimDuration { .minutes(10) }

  package init(
    control: PodControl, createJob: RequestClassID?, backoffCountsPods: Bool,
    _ context: inout ClusterContext
  ) {
    self.control = control
    self.createJob = createJob
    self.backoffCountsPods = backoffCountsPods
    metrics = JobMetrics(&context.instruments)
  }

  package mutating func add(
    _ configuration: JobsConfiguration, workload: WorkloadID, name: String,
    arrivals: ArrivalSource, _ context: inout ClusterContext
  ) {
    add(
      configuration.spec, at: configuration.path, workload: workload, name: name,
      arrivals: arrivals, limit: configuration.limit, cronJob: nil, &context)
  }

  /// The Jobs of a CronJob: none comes by itself.
  package mutating func add(
    _ configuration: CronJobConfiguration, number: UInt16, workload: WorkloadID, name: String,
    _ context: inout ClusterContext
  ) {
    add(
      configuration.spec, at: configuration.path, workload: workload, name: name,
      arrivals: .list([]), limit: nil,
      cronJob: number, &context)
  }

  private mutating func add(
    _ spec: JobSpecConfiguration, at path: KnobPath, workload: WorkloadID, name: String,
    arrivals: ArrivalSource,
    limit: Int?, cronJob: UInt16?, _ context: inout ClusterContext
  ) {
    let template = PodRow(of: workload, context.podTemplates[workload.index])
    sources.append(
      Source(
        path: path, workload: workload, arrivals: arrivals, left: limit ?? .max,
        parallelism: UInt32(spec.pods), completions: UInt32(spec.completions ?? spec.pods),
        work: spec.work.seconds, workScope: spec.workScope,
        stream: context.streams.stream("jobs/\(name)/work"),
        failureProbability: spec.failureProbability.value,
        failureStream: context.streams.stream("jobs/\(name)/failures"),
        backoffLimit: spec.backoffLimit, template: control.addTemplate(template),
        cronJob: cronJob, timeToLive: spec.timeToLive))
  }

  package mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    for index in sources.indices { scheduleNext(index, &context, &agenda) }
  }

  package mutating func handle(
    _ event: JobEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .arrival(let index):
      submit(Int(index), &context, &agenda)
      scheduleNext(Int(index), &context, &agenda)
    case .podStarted(let pod): begin(pod, &context, &agenda)
    case .podLost(let pod):
      guard source(of: context.pods[pod].workload) != nil else { return }
      let lost = agenda.now - context.pods[pod].started
      context.instruments.add(lost, to: metrics.lostWork, at: agenda.now)
      context.instruments.add(1, to: metrics.lostPods, at: agenda.now)
    case .backoffOver(let job):
      jobs[job.index].isBackingOff = false
      control.hold(job.rawValue, false)
      control.enqueue(job.rawValue, &context, &agenda)
    case .control(let event): control.handle(event, &context, &agenda)
    case .create(let cronJob): create(for: cronJob, &context, &agenda)
    case .deleted(let job): deleted(job, &context, &agenda)
    }
  }

  /// The controller's process has ended, or another one begins.
  package mutating func setWorking(
    _ works: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    control.setWorking(works, &context, &agenda)
  }

  private func source(of workload: WorkloadID) -> Source? {
    sources.first { $0.workload == workload }
  }

  /// A pod's work begins; whether it will succeed is drawn now.
  private func begin(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let source = source(of: context.pods[pod].workload) else { return }
    let work =
      jobs[context.pods[pod].job.index].work
      ?? SimDuration(roundingSeconds: source.work.sample(&context.streams[source.stream]))
    let incarnation = context.pods[pod].incarnation
    let fails =
      source.failureProbability > 0
      && context.streams[source.failureStream].nextUnit() < source.failureProbability
    agenda.schedule(
      .kubelet(fails ? .workFailed(pod, incarnation) : .workDone(pod, incarnation)),
      in: context.cluster, at: agenda.now + work)
  }

  /// A pod has changed in the API.
  package mutating func observed(
    _ change: ObjectChange, _ pod: PodID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    guard source(of: row.workload) != nil else { return }
    if change == .modified, row.isActive, row.exists {
      if row.storedPhase == .succeeded {
        succeeded(pod, &context, &agenda)
      } else if row.storedPhase == .failed {
        failed(pod, &context, &agenda)
      }
    }
    control.observed(change, pod, &context, &agenda)
  }

  /// A request of the controller has ended.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    if context.requests[id].classID == createJob {
      created(JobID(rawValue: context.requests[id].subject), outcome, &context, &agenda)
    } else {
      control.completed(id, outcome, &context, &agenda)
    }
  }

  private mutating func submit(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    begin(append(index, at: agenda.now, &context), &context, &agenda)
  }

  private mutating func append(
    _ index: Int, at now: SimTime, _ context: inout ClusterContext
  ) -> JobID {
    let source = sources[index]
    var job = Job(workload: source.workload, submitted: now, podsLeft: source.completions)
    if source.workScope == .eachJob {
      job.work = SimDuration(
        roundingSeconds: source.work.sample(&context.streams[source.stream]))
    }
    jobs.append(job)
    _ = control.addOwner(template: source.template, order: .parallel, wanted: 0)
    return JobID(jobs.count - 1)
  }

  /// The Job is there; its controller begins to work for it.
  private mutating func begin(
    _ job: JobID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let source = source(of: jobs[job.index].workload) else { return }
    context.instruments.adjust(metrics.active, by: 1, at: agenda.now)
    control.setWanted(min(source.parallelism, source.completions), of: job.rawValue)
    control.enqueue(job.rawValue, &context, &agenda)
  }

  private mutating func succeeded(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    ended(pod, context, &agenda)
    context.instruments.add(
      agenda.now - row.started, to: metrics.usefulWork, at: agenda.now)
    let job = row.job.index
    guard !jobs[job].isOver, let source = source(of: row.workload) else { return }
    jobs[job].podsLeft -= 1
    control.setWanted(min(source.parallelism, jobs[job].podsLeft), of: row.job.rawValue)
    guard jobs[job].podsLeft == 0 else { return }
    finish(row.job, succeeded: true, &context, &agenda)
    context.instruments.add(1, to: metrics.completed, at: agenda.now)
    context.instruments.record(
      agenda.now - jobs[job].submitted, in: metrics.duration, at: agenda.now)
  }

  private mutating func ended(
    _ pod: PodID, _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    agenda.send(.podCollector(.terminated(pod)), in: context.cluster)
    let row = context.pods[pod]
    if let source = source(of: row.workload), source.isDeleted {
      jobs[row.job.index].endedPods.append(pod)
    }
  }

  private mutating func finish(
    _ job: JobID, succeeded: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    jobs[job.index].isOver = true
    context.instruments.adjust(metrics.active, by: -1, at: agenda.now)
    guard let source = source(of: jobs[job.index].workload) else { return }
    if let cronJob = source.cronJob {
      agenda.send(.cronJobs(.finished(cronJob, job, succeeded)), in: context.cluster)
    }
    if let timeToLive = source.timeToLive {
      let seconds = UInt32(clamping: timeToLive.nanoseconds / 1_000_000_000)
      agenda.send(.finishedJobs(.finished(job, seconds)), in: context.cluster)
    }
  }

  /// A pod has failed: no pod is created during the pause that follows; too many failures end the job.
  private mutating func failed(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    ended(pod, context, &agenda)
    context.instruments.add(1, to: metrics.failedPods, at: agenda.now)
    let job = row.job.index
    guard !jobs[job].isOver, let source = source(of: row.workload) else { return }
    jobs[job].podsFailed += 1
    if !jobs[job].isBackingOff {
      jobs[job].isBackingOff = true
      jobs[job].backoffs += 1
      control.hold(row.job.rawValue, true)
      let pause = Self.podFailureBackoff.doubled(
        Int(jobs[job].backoffs) - 1, atMost: Self.longestPodFailureBackoff)
      agenda.schedule(
        .jobs(.backoffOver(row.job)), in: context.cluster, at: agenda.now + pause)
    }
    let failures = backoffCountsPods ? Int(jobs[job].podsFailed) : Int(jobs[job].backoffs)
    guard failures > source.backoffLimit else { return }
    finish(row.job, succeeded: false, &context, &agenda)
    control.setWanted(0, of: row.job.rawValue)
    context.instruments.add(1, to: metrics.failed, at: agenda.now)
  }

  private mutating func scheduleNext(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard sources[index].left > 0,
      let time = sources[index].arrivals.draw(&context.streams)
    else { return }
    sources[index].left -= 1
    agenda.schedule(
      .jobs(.arrival(UInt16(index))), in: context.cluster, at: max(time, agenda.now))
  }

  // MARK: Jobs that controllers create and delete

  private mutating func create(
    for cronJob: UInt16, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let createJob, let index = sources.firstIndex(where: { $0.cronJob == cronJob })
    else { return }
    let job = append(index, at: agenda.now, &context)
    context.request(createJob, subject: job.rawValue, object: job.rawValue, &agenda)
  }

  private mutating func created(
    _ job: JobID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard let cronJob = source(of: jobs[job.index].workload)?.cronJob else { return }
    if outcome == .ok {
      begin(job, &context, &agenda)
    } else {
      jobs[job.index].isOver = true
    }
    agenda.send(.cronJobs(.created(cronJob, job, outcome == .ok)), in: context.cluster)
  }

  /// The garbage collector deletes what the Job has left; its controller what still runs.
  private mutating func deleted(
    _ job: JobID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    if !jobs[job.index].isOver {
      jobs[job.index].isOver = true
      context.instruments.adjust(metrics.active, by: -1, at: agenda.now)
      control.setWanted(0, of: job.rawValue)
      control.enqueue(job.rawValue, &context, &agenda)
    }
    for pod in jobs[job.index].endedPods {
      agenda.send(.podCollector(.ownerDeleted(pod)), in: context.cluster)
    }
    jobs[job.index].endedPods.removeAll()
  }

  // MARK: Traces

  var hasTraces: Bool { sources.contains { $0.arrivals.isOpenTrace } }

  /// A workload whose trace wants another block.
  package var wantingRefill: WorkloadID? {
    sources.first { $0.arrivals.needsRefill }?.workload
  }

  package mutating func refill(_ workload: WorkloadID, _ block: some Collection<SimTime>) {
    for index in sources.indices where sources[index].workload == workload {
      sources[index].arrivals.refill(block)
    }
  }
}
