// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement
import Scenario

/// Everything that can happen to CronJobs.
package enum CronJobEvent: BitwiseCopyable, Codable, Sendable {
  /// Time to look at all CronJobs.
  case round
  /// A CronJob is due or is tried again.
  case enqueue(UInt16)
  /// The creation of a Job has ended.
  case created(UInt16, JobID, Bool)
  /// A Job has ended; whether it succeeded.
  case finished(UInt16, JobID, Bool)
  /// A CronJob is suspended or goes on.
  case setRunning(WorkloadID, Bool)
}

/// Creates Jobs on a schedule and deletes old ones.
///
/// Up to 1.20 (pkg/controller/cronjob/cronjob_controller.go) all Jobs and all CronJobs are listed every
/// 10 s, and then each CronJob is looked at; since 1.21 (cronjob_controllerv2.go) each waits in a work
/// queue for its next time.
package struct CronJobs: Codable, Sendable {
  private struct CronJob: Codable {
    let workload: WorkloadID
    let every: SimDuration
    let policy: ConcurrencyPolicy
    let startingDeadline: SimDuration?
    let successfulJobsLimit: Int
    let failedJobsLimit: Int
    /// `status.lastScheduleTime`.
    var lastScheduled = SimTime.zero
    /// The scheduled time of the Job that is being created.
    var creating: SimTime?
    /// `status.active`.
    var active: [JobID] = []
    /// Finished Jobs that exist, the oldest first.
    var succeeded: Deque<JobID> = []
    var failed: Deque<JobID> = []
    var isSuspended = false
  }

  private let isQueued: Bool
  private let classes: CronJobClasses?
  private var cronJobs: [CronJob] = []
  private var queue: WorkQueue
  /// The LISTs of a round are under way.
  private var isListing = false
  private var isWorking = true
  private let active: GaugeID
  private let skew: HistogramID
  private let skipped: [CounterID]

  /// cronjob_controller.go Run: `wait.Until(jm.syncAll, 10*time.Second, stopCh)`.
  private static var period: SimDuration { .seconds(10) }
  /// cronjob_controllerv2.go: `nextScheduleDelta = 100 ms`.
  private static var delta: SimDuration { .milliseconds(100) }
  /// cronjob/utils.go: more than 100 missed times are an error up to 1.20.
  private static var mostMissed: Int64 { 100 }

  private enum Skip: Int, CaseIterable {
    case concurrency, deadline, tooMany

    var name: String {
      switch self {
      case .concurrency: "JobAlreadyActive"
      case .deadline: "MissSchedule"
      case .tooMany: "TooManyMissedTimes"
      }
    }
  }

  package init(
    _ settings: JobControllersConfiguration, classes: CronJobClasses?,
    _ context: inout ClusterContext
  ) {
    isQueued = settings.cronJobsAreQueued
    self.classes = classes
    queue = WorkQueue(workers: settings.cronJobSyncs)
    active = context.instruments.gauge(.cronJobsActive)
    context.instruments.set(0, active, at: .zero)
    skew = context.instruments.histogram(.cronJobSkew)
    skipped = Skip.allCases.map {
      context.instruments.counter(.cronJobsSkipped, [MetricLabel("reason", $0.name)])
    }
  }

  /// A new CronJob; returns its number.
  package mutating func add(_ configuration: CronJobConfiguration, _ workload: WorkloadID) -> UInt16
  {
    cronJobs.append(
      CronJob(
        workload: workload, every: configuration.every, policy: configuration.policy,
        startingDeadline: configuration.startingDeadline,
        successfulJobsLimit: configuration.successfulJobsLimit,
        failedJobsLimit: configuration.failedJobsLimit))
    queue.append()
    return UInt16(cronJobs.count - 1)
  }

  package func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    guard !cronJobs.isEmpty else { return }
    if isQueued {
      for index in cronJobs.indices { scheduleNext(index, context, &agenda) }
    } else {
      agenda.schedule(.cronJobs(.round), in: context.cluster, at: agenda.now + Self.period)
    }
  }

  package mutating func handle(
    _ event: CronJobEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .round:
      beginRound(&context, &agenda)
      agenda.schedule(.cronJobs(.round), in: context.cluster, at: agenda.now + Self.period)
    case .enqueue(let index): enqueue(Int(index), &context, &agenda)
    case .created(let index, let job, let succeeded):
      created(Int(index), job, succeeded, &context, &agenda)
    case .finished(let index, let job, let succeeded):
      finished(Int(index), job, succeeded, &context, &agenda)
    case .setRunning(let workload, let isRunning):
      guard let index = cronJobs.firstIndex(where: { $0.workload == workload }) else { return }
      cronJobs[index].isSuspended = !isRunning
      enqueue(index, &context, &agenda)
    }
  }

  /// The controller's process has ended, or another one begins.
  package mutating func setWorking(
    _ works: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    isWorking = works
    isListing = false
    queue.setWorking(works && isQueued)
    guard works, !cronJobs.isEmpty else { return }
    if isQueued {
      work(&context, &agenda)
    } else {
      beginRound(&context, &agenda)
    }
  }

  // MARK: When a CronJob is looked at

  private mutating func beginRound(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard isWorking, !isListing, let classes else { return }
    isListing = true
    context.request(classes.listJobs, &agenda)
  }

  private mutating func enqueue(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard isQueued else { return }
    queue.add(UInt32(index))
    work(&context, &agenda)
  }

  private mutating func work(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    guard queue.beginDealing() else { return }
    while let item = queue.next() {
      if !sync(Int(item), &context, &agenda) {
        _ = queue.finish(item, hasFailed: false, at: agenda.now)
      }
      scheduleNext(Int(item), context, &agenda)
    }
    queue.endDealing()
  }

  private func scheduleNext(
    _ index: Int, _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let past = (agenda.now - .zero) % cronJobs[index].every
    agenda.schedule(
      .cronJobs(.enqueue(UInt16(index))), in: context.cluster,
      at: agenda.now + (cronJobs[index].every - past) + Self.delta)
  }

  // MARK: A sync

  /// Deletes what is too old and begins to create the Job that is due, if one is.
  private mutating func sync(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) -> Bool {
    clean(index, &context, &agenda)
    let row = cronJobs[index]
    guard !row.isSuspended, row.creating == nil, let due = dueTime(index, &context, agenda.now)
    else { return false }
    if !row.active.isEmpty {
      switch row.policy {
      case .allow: break
      case .forbid:
        count(.concurrency, &context, agenda.now)
        return false
      case .replace:
        for job in row.active { delete(job, index, &context, &agenda) }
        context.instruments.adjust(active, by: -row.active.count, at: agenda.now)
        cronJobs[index].active.removeAll()
      }
    }
    cronJobs[index].creating = due
    agenda.send(.jobs(.create(UInt16(index))), in: context.cluster)
    return true
  }

  /// The latest scheduled time that has been neither met nor missed for good.
  private mutating func dueTime(
    _ index: Int, _ context: inout ClusterContext, _ now: SimTime
  ) -> SimTime? {
    let row = cronJobs[index]
    let period = row.every.nanoseconds
    let latest = Int64(now.nanoseconds) / period
    let last = Int64(row.lastScheduled.nanoseconds) / period
    guard latest > last else { return nil }
    var first = last
    if let deadline = row.startingDeadline, now - .zero > deadline {
      first = max(first, (now - .zero - deadline).nanoseconds / period)
    }
    guard latest > first else {
      // All times since the last one are older than the deadline.
      count(.deadline, &context, now)
      cronJobs[index].lastScheduled = .zero + row.every * Int(latest)
      return nil
    }
    if latest - first > Self.mostMissed {
      count(.tooMany, &context, now)
      if !isQueued { return nil }
    }
    return .zero + row.every * Int(latest)
  }

  private func count(_ skip: Skip, _ context: inout ClusterContext, _ now: SimTime) {
    context.instruments.add(1, to: skipped[skip.rawValue], at: now)
  }

  private mutating func clean(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    while cronJobs[index].succeeded.count > cronJobs[index].successfulJobsLimit,
      let job = cronJobs[index].succeeded.popFirst()
    {
      delete(job, index, &context, &agenda)
    }
    while cronJobs[index].failed.count > cronJobs[index].failedJobsLimit,
      let job = cronJobs[index].failed.popFirst()
    {
      delete(job, index, &context, &agenda)
    }
  }

  private func delete(
    _ job: JobID, _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let classes else { return }
    context.request(
      classes.deleteJob, subject: job.rawValue, object: job.rawValue, payload: UInt64(index),
      &agenda)
  }

  private func writeStatus(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let classes, isWorking else { return }
    context.request(classes.putStatus, subject: UInt32(index), object: UInt32(index), &agenda)
  }

  // MARK: Answers

  private mutating func created(
    _ index: Int, _ job: JobID, _ succeeded: Bool, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard let due = cronJobs[index].creating else { return }
    cronJobs[index].creating = nil
    if succeeded {
      cronJobs[index].lastScheduled = due
      cronJobs[index].active.append(job)
      context.instruments.adjust(active, by: 1, at: agenda.now)
      context.instruments.record(agenda.now - due, in: skew, at: agenda.now)
      writeStatus(index, &context, &agenda)
    }
    guard isQueued else { return }
    if let pause = queue.finish(UInt32(index), hasFailed: !succeeded, at: agenda.now) {
      agenda.schedule(
        .cronJobs(.enqueue(UInt16(index))), in: context.cluster, at: agenda.now + pause)
    }
    work(&context, &agenda)
  }

  private mutating func finished(
    _ index: Int, _ job: JobID, _ succeeded: Bool, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard let place = cronJobs[index].active.firstIndex(of: job) else { return }
    cronJobs[index].active.remove(at: place)
    context.instruments.adjust(active, by: -1, at: agenda.now)
    if succeeded {
      cronJobs[index].succeeded.append(job)
    } else {
      cronJobs[index].failed.append(job)
    }
    writeStatus(index, &context, &agenda)
    enqueue(index, &context, &agenda)
  }

  /// A request of the controller has ended.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard let classes else { return }
    let request = context.requests[id]
    switch request.classID {
    case classes.listJobs:
      guard isListing else { return }
      if outcome == .ok {
        context.request(classes.listCronJobs, &agenda)
      } else {
        isListing = false
      }
    case classes.listCronJobs:
      guard isListing else { return }
      isListing = false
      guard outcome == .ok else { return }
      for index in cronJobs.indices { _ = sync(index, &context, &agenda) }
    case classes.deleteJob:
      let job = JobID(rawValue: request.subject)
      if outcome == .ok || outcome == .notFound {
        agenda.send(.jobs(.deleted(job)), in: context.cluster)
      } else {
        // It is too old still at the next sync.
        cronJobs[Int(request.payload)].succeeded.prepend(job)
      }
    default: break
    }
  }
}

extension CronJobs {
  func addIdleKnobs(to idle: inout IdleKnobs, in path: KnobPath) {
    typealias Knobs = JobControllersConfiguration
    idle.add([Knobs.cronJobsAreQueued.name], in: path, unless: !cronJobs.isEmpty)
    idle.add([Knobs.cronJobSyncs.name], in: path, unless: !cronJobs.isEmpty && isQueued)
  }
}

/// The requests of the CronJob controller; Jobs are created by `Jobs`, on its behalf.
package struct CronJobClasses: Codable, Sendable {
  package var listJobs: RequestClassID
  package var listCronJobs: RequestClassID
  package var putStatus: RequestClassID
  package var deleteJob: RequestClassID
}
