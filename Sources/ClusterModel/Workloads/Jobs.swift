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
  /// A write of the controller that failed is made again.
  case writeAgain(PodID, RequestClassID)
}

/// One job.
package struct Job: Codable, Sendable {
  package var workload: WorkloadID
  package var submitted: SimTime
  package var podsLeft: UInt32
}

/// Batch jobs and their controller: pods are created through the API at the controller's rate, and a
/// pod that is deleted before its work is done is replaced and starts over.
package struct Jobs: Codable, Sendable {
  private struct Source: Codable, Sendable {
    var workload: WorkloadID
    var arrivals: ArrivalSource
    var left: Int
    var pods: Int
    var work: Distribution
    var stream: StreamID
    var template: PodRow
  }

  private let createPod: RequestClassID
  private let deletePod: RequestClassID
  private var sources: [Source] = []
  package private(set) var jobs: [Job] = []
  private let metrics: JobMetrics

  package init(
    createPod: RequestClassID, deletePod: RequestClassID, _ context: inout ClusterContext
  ) {
    self.createPod = createPod
    self.deletePod = deletePod
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
        pods: configuration.pods, work: configuration.work.seconds,
        stream: context.streams.stream("jobs/\(name)/work"), template: template))
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
    case .podStarted(let pod):
      guard let source = sources.first(where: { $0.workload == context.pods[pod].workload })
      else { return }
      let work = SimDuration(
        roundingSeconds: source.work.sample(&context.streams[source.stream]))
      agenda.schedule(
        .kubelet(.workDone(pod, context.pods[pod].incarnation)), in: context.cluster,
        at: agenda.now + work)
    case .podLost(let pod):
      let lost = agenda.now - context.pods[pod].started
      context.instruments.add(lost, to: metrics.lostWork, at: agenda.now)
      context.instruments.add(1, to: metrics.lostPods, at: agenda.now)
    case .writeAgain(let pod, let requestClass):
      context.request(requestClass, subject: pod.rawValue, object: pod.rawValue, &agenda)
    }
  }

  /// A pod has changed in the API.
  package mutating func observed(
    _ change: ObjectChange, _ pod: PodID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    switch change {
    case .created: break
    case .modified: if row.storedPhase == .succeeded { finish(pod, &context, &agenda) }
    case .deleted:
      guard row.exists else { return }
      context.pods[pod].exists = false
      if row.storedPhase != .succeeded { create(for: row.job, &context, &agenda) }
    }
  }

  /// A creation or deletion has ended; one that failed is tried again.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    guard outcome != .ok else {
      guard row.classID == createPod else { return }
      let job = context.pods[PodID(rawValue: row.subject)].job
      agenda.send(
        .eventRecorder(.recordForOwner(.successfulCreate, .job, job.rawValue)),
        in: context.cluster)
      return
    }
    agenda.schedule(
      .jobs(.writeAgain(PodID(rawValue: row.subject), row.classID)), in: context.cluster,
      at: agenda.now + Self.retryDelay)
  }

  /// pkg/controller/job: a failed sync goes back to the work queue, 1 s at first.
  private static var retryDelay: SimDuration { .seconds(1) }

  private mutating func submit(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    jobs.append(
      Job(
        workload: sources[index].workload, submitted: agenda.now,
        podsLeft: UInt32(sources[index].pods)))
    context.instruments.adjust(metrics.active, by: 1, at: agenda.now)
    let job = JobID(jobs.count - 1)
    for _ in 0..<sources[index].pods { create(for: job, &context, &agenda) }
  }

  private mutating func create(
    for job: JobID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard
      let source = sources.first(where: { $0.workload == jobs[job.index].workload })
    else { return }
    var row = source.template
    row.job = job
    row.created = agenda.now
    row.exists = true
    let pod = context.pods.append(row)
    context.request(createPod, subject: pod.rawValue, object: pod.rawValue, &agenda)
  }

  private mutating func finish(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    guard row.exists, !row.isBeingDeleted else { return }
    context.pods[pod].isBeingDeleted = true
    context.instruments.add(
      agenda.now - row.started, to: metrics.usefulWork, at: agenda.now)
    context.request(deletePod, subject: pod.rawValue, object: pod.rawValue, &agenda)
    jobs[row.job.index].podsLeft -= 1
    guard jobs[row.job.index].podsLeft == 0 else { return }
    context.instruments.adjust(metrics.active, by: -1, at: agenda.now)
    context.instruments.add(1, to: metrics.completed, at: agenda.now)
    context.instruments.record(
      agenda.now - jobs[row.job.index].submitted, in: metrics.duration, at: agenda.now)
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
  let duration: HistogramID
  let usefulWork: CounterID
  let lostWork: CounterID
  let lostPods: CounterID

  init(_ instruments: inout Instruments) {
    active = instruments.gauge(.jobsActive)
    instruments.set(0, active, at: .zero)
    completed = instruments.counter(.jobsCompleted)
    duration = instruments.histogram(.jobDuration)
    usefulWork = instruments.counter(.usefulWork)
    lostWork = instruments.counter(.lostWork)
    lostPods = instruments.counter(.lostPods)
  }
}
