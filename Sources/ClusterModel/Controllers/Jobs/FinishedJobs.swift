// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Scenario

/// Everything that can happen to the TTL-after-finished controller.
package enum FinishedJobEvent: BitwiseCopyable, Codable, Sendable {
  /// A Job with a time to live, in seconds, has ended.
  case finished(JobID, UInt32)
  /// Its time is over.
  case due(JobID)
}

/// Deletes Jobs some time after their end (pkg/controller/ttlafterfinished): it reads the Job once more
/// from the API, for its informer may be behind, and deletes it.
package struct FinishedJobs: Codable, Sendable {
  private struct Waiting: Codable {
    var job: JobID
    var due: SimTime
  }

  private let isEnabled: Bool
  private let read: RequestClassID?
  private let delete: RequestClassID?
  private var waiting: [Waiting] = []
  private var isWorking = true
  private var hasDeleted = false

  /// client-go workqueue: the first pause after a failure is 5 ms; a second stands for those after it.
  private static var retry: SimDuration { .seconds(1) }

  package init(isEnabled: Bool, read: RequestClassID?, delete: RequestClassID?) {
    self.isEnabled = isEnabled
    self.read = read
    self.delete = delete
  }

  package mutating func handle(
    _ event: FinishedJobEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard isEnabled else { return }
    switch event {
    case .finished(let job, let timeToLive):
      let due = agenda.now + .seconds(Int(timeToLive))
      waiting.append(Waiting(job: job, due: due))
      schedule(job, at: due, context, &agenda)
    case .due(let job):
      guard isWorking, let read, waiting.contains(where: { $0.job == job }) else { return }
      context.request(read, subject: job.rawValue, object: job.rawValue, &agenda)
    }
  }

  /// The controller's process has ended, or another one begins and finds what is overdue.
  package mutating func setWorking(
    _ works: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    isWorking = works
    guard works else { return }
    for entry in waiting where entry.due <= agenda.now {
      schedule(entry.job, at: agenda.now, context, &agenda)
    }
  }

  private func schedule(
    _ job: JobID, at time: SimTime, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(.finishedJobs(.due(job)), in: context.cluster, at: time)
  }

  /// A request of the controller has ended.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let request = context.requests[id]
    let job = JobID(rawValue: request.subject)
    guard outcome == .ok || outcome == .notFound else {
      if isWorking { schedule(job, at: agenda.now + Self.retry, context, &agenda) }
      return
    }
    if request.classID == read, let delete {
      guard isWorking else { return }
      context.request(delete, subject: job.rawValue, object: job.rawValue, &agenda)
    } else {
      hasDeleted = true
      waiting.removeAll { $0.job == job }
      agenda.send(.jobs(.deleted(job)), in: context.cluster)
    }
  }

  func addIdleKnobs(to idle: inout IdleKnobs, in path: KnobPath) {
    idle.add(
      [JobControllersConfiguration.deletesFinished.name], in: path,
      unless: hasDeleted || !waiting.isEmpty)
  }
}
