// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// The life of a training job: the phases of its gang.
struct TrainingJobLife: Sendable {
  private let job: JobID
  private let submitted: SimTime
  private let cluster: ClusterID
  private let names: LifeNames
  private var name = ""
  private var phase = TrainingPhase.queued
  private var cutter: StepCutter
  private var ended: SimTime?

  init(_ job: JobID, submitted: SimTime, in cluster: ClusterID, _ names: LifeNames) {
    self.job = job
    self.submitted = submitted
    self.cluster = cluster
    self.names = names
    cutter = StepCutter(Self.words(.queued), since: submitted)
  }

  var isOver: Bool { ended != nil }

  mutating func begin(_ cluster: borrowing Cluster) {
    guard let fleet = cluster.trainingJobs, job.index < fleet.jobs.count else { return }
    name = names.names(self.cluster, fleet.workloads)[job.index]
    phase = fleet.jobs[job.index].phase
    cutter = StepCutter(Self.words(phase), since: submitted)
  }

  mutating func look(after event: WorldEvent, at now: SimTime, _ cluster: borrowing Cluster) {
    guard !name.isEmpty, let next = cluster.trainingJobs?.jobs[job.index].phase, next != phase
    else { return }
    phase = next
    cutter.enter(Self.words(next), at: now, by: event)
    if next == .done { ended = now }
  }

  private static func words(_ phase: TrainingPhase) -> StepCutter.State {
    switch phase {
    case .queued: .init(what: "gathers its gang", phase: .waiting)
    case .halted: .init(what: "halted: a member is lost and the cause looked for", phase: .waiting)
    case .starting:
      .init(what: "gang complete: processes start and load the checkpoint", phase: .service)
    case .training: .init(what: "trains")
    case .saving: .init(what: "training waits for a checkpoint", phase: .waiting)
    case .done: .init(what: "done")
    }
  }

  func told(until end: SimTime) -> Life? {
    guard !name.isEmpty else { return nil }
    return Life(
      kind: .job, name: name, began: submitted, ended: ended, ready: ended,
      steps: cutter.all(until: ended ?? end), outcome: ended == nil ? nil : "complete")
  }
}

extension TrainingJobs {
  /// The workload of each job.
  var workloads: [WorkloadID] { jobs.map { sources[Int($0.source)].workload } }
}
