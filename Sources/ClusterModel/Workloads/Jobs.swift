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
}

/// Batch jobs and their controller: pods are created through the API at the controller's rate, a pod
/// that is deleted before its work is done is replaced and starts over, and so is, after a pause that
/// doubles, one that fails.
package struct Jobs: Codable, Sendable {
  private struct Source: Codable, Sendable {
    var workload: WorkloadID
    var arrivals: ArrivalSource
    var left: Int
    var parallelism: UInt32
    var completions: UInt32
    var work: Distribution
    var stream: StreamID
    var failureProbability: Double
    var failureStream: StreamID
    var backoffLimit: Int
    var template: UInt16
  }

  /// The limit of failures is one of pods; before, one of the pauses that they caused.
  private let backoffCountsPods: Bool
  private var control: PodControl
  private var sources: [Source] = []
  package private(set) var jobs: [Job] = []
  private let metrics: JobMetrics

  /// pkg/controller/job: `DefaultJobPodFailureBackOff = 10 s`, `MaxJobPodFailureBackOff = 10 min`
  /// (in 1.8 `DefaultJobBackOff = 10 s`, `MaxJobBackOff = 6 min`).
  private static var podFailureBackoff: SimDuration { .seconds(10) }
  private static var longestPodFailureBackoff: SimDuration { .minutes(10) }

  package init(control: PodControl, backoffCountsPods: Bool, _ context: inout ClusterContext) {
    self.control = control
    self.backoffCountsPods = backoffCountsPods
    metrics = JobMetrics(&context.instruments)
  }

  package mutating func add(
    _ configuration: JobsConfiguration, workload: WorkloadID, name: String,
    arrivals: ArrivalSource, _ context: inout ClusterContext
  ) {
    let template = PodRow(of: workload, context.podTemplates[workload.index])
    sources.append(
      Source(
        workload: workload, arrivals: arrivals, left: configuration.limit ?? .max,
        parallelism: UInt32(configuration.pods),
        completions: UInt32(configuration.completions ?? configuration.pods),
        work: configuration.work.seconds,
        stream: context.streams.stream("jobs/\(name)/work"),
        failureProbability: configuration.failureProbability.value,
        failureStream: context.streams.stream("jobs/\(name)/failures"),
        backoffLimit: configuration.backoffLimit, template: control.addTemplate(template)))
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
    let work = SimDuration(
      roundingSeconds: source.work.sample(&context.streams[source.stream]))
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
    control.completed(id, outcome, &context, &agenda)
  }

  private mutating func submit(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let source = sources[index]
    jobs.append(
      Job(workload: source.workload, submitted: agenda.now, podsLeft: source.completions))
    context.instruments.adjust(metrics.active, by: 1, at: agenda.now)
    let owner = control.addOwner(
      template: source.template, order: .parallel,
      wanted: Int(min(source.parallelism, source.completions)))
    control.enqueue(owner, &context, &agenda)
  }

  private mutating func succeeded(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    agenda.send(.podCollector(.terminated(pod)), in: context.cluster)
    context.instruments.add(
      agenda.now - row.started, to: metrics.usefulWork, at: agenda.now)
    let job = row.job.index
    guard !jobs[job].isOver, let source = source(of: row.workload) else { return }
    jobs[job].podsLeft -= 1
    control.setWanted(min(source.parallelism, jobs[job].podsLeft), of: row.job.rawValue)
    guard jobs[job].podsLeft == 0 else { return }
    jobs[job].isOver = true
    context.instruments.adjust(metrics.active, by: -1, at: agenda.now)
    context.instruments.add(1, to: metrics.completed, at: agenda.now)
    context.instruments.record(
      agenda.now - jobs[job].submitted, in: metrics.duration, at: agenda.now)
  }

  /// A pod has failed: no pod is created during the pause that follows; too many failures end the job.
  private mutating func failed(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    agenda.send(.podCollector(.terminated(pod)), in: context.cluster)
    context.instruments.add(1, to: metrics.failedPods, at: agenda.now)
    let job = row.job.index
    guard !jobs[job].isOver, let source = source(of: row.workload) else { return }
    jobs[job].podsFailed += 1
    if !jobs[job].isBackingOff {
      jobs[job].isBackingOff = true
      jobs[job].backoffs += 1
      control.hold(row.job.rawValue, true)
      let doublings = Int(min(jobs[job].backoffs - 1, 10))
      let pause = min(Self.podFailureBackoff * (1 << doublings), Self.longestPodFailureBackoff)
      agenda.schedule(
        .jobs(.backoffOver(row.job)), in: context.cluster, at: agenda.now + pause)
    }
    let failures = backoffCountsPods ? Int(jobs[job].podsFailed) : Int(jobs[job].backoffs)
    guard failures > source.backoffLimit else { return }
    jobs[job].isOver = true
    control.setWanted(0, of: row.job.rawValue)
    context.instruments.adjust(metrics.active, by: -1, at: agenda.now)
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

/// The instruments of jobs.
struct JobMetrics: Codable, Sendable {
  let active: GaugeID
  let completed: CounterID
  let failed: CounterID
  let failedPods: CounterID
  let duration: HistogramID
  let usefulWork: CounterID
  let lostWork: CounterID
  let lostPods: CounterID

  init(_ instruments: inout Instruments) {
    active = instruments.gauge(.jobsActive)
    instruments.set(0, active, at: .zero)
    completed = instruments.counter(.jobsCompleted)
    failed = instruments.counter(.jobsFailed)
    failedPods = instruments.counter(.jobPodsFailed)
    duration = instruments.histogram(.jobDuration)
    usefulWork = instruments.counter(.usefulWork)
    lostWork = instruments.counter(.lostWork)
    lostPods = instruments.counter(.lostPods)
  }
}
