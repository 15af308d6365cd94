// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// The life of a batch job, by what its pods do.
struct JobLife: Sendable {
  private struct Pods: Sendable, Equatable {
    var asked = 0
    var bound = 0
    var running = 0
    var ended = 0
  }

  private let job: JobID
  private let submitted: SimTime
  private let cluster: ClusterID
  private let names: LifeNames
  private var name = ""
  private var workload = WorkloadID(rawValue: 0)
  /// How far each of its pods was when an event spoke of it last.
  private var pods: [PodID: (isBound: Bool, phase: PodPhase)] = [:]
  private var knownPods = 0
  private var counts = Pods()
  private var isBackingOff = false
  private var cutter: StepCutter
  private var ended: SimTime?
  private var outcome: String?

  private static let waits = StepCutter.State(
    what: "submitted; its controller has asked for no pod yet", phase: .waiting)

  init(_ job: JobID, submitted: SimTime, in cluster: ClusterID, _ names: LifeNames) {
    self.job = job
    self.submitted = submitted
    self.cluster = cluster
    self.names = names
    cutter = StepCutter(Self.waits, since: submitted)
  }

  var isOver: Bool { ended != nil }

  mutating func begin(_ cluster: borrowing Cluster) {
    let jobs = cluster.jobs.jobs
    guard job.index < jobs.count else { return }
    workload = jobs[job.index].workload
    name = names.names(self.cluster, jobs.lazy.map(\.workload))[job.index]
    takeInNewPods(cluster)
  }

  mutating func look(after event: WorldEvent, at now: SimTime, _ cluster: borrowing Cluster) {
    guard !name.isEmpty else { return }
    takeInNewPods(cluster)
    if let pod = event.pod(cluster.context.builtin), pods[pod] != nil {
      let row = cluster.context.pods[pod]
      pods[pod] = (row.storedNode != .none, max(row.localPhase, row.storedPhase))
      recount()
    }
    let isOver = cluster.jobs.jobs[job.index].isOver
    isBackingOff = cluster.jobs.jobs[job.index].isBackingOff
    cutter.enter(words, at: now, by: event)
    guard isOver else { return }
    ended = now
    outcome = cluster.jobs.jobs[job.index].podsLeft == 0 ? "complete" : "failed or deleted"
  }

  private mutating func takeInNewPods(_ cluster: borrowing Cluster) {
    let count = cluster.context.pods.count
    guard count > knownPods else { return }
    for index in knownPods..<count {
      let row = cluster.context.pods[PodID(index)]
      if row.job == job, row.workload == workload { pods[PodID(index)] = (false, .pending) }
    }
    knownPods = count
    recount()
  }

  private mutating func recount() {
    counts = Pods(
      asked: pods.count, bound: pods.values.count { $0.isBound },
      running: pods.values.count { $0.phase == .running },
      ended: pods.values.count { $0.phase > .running })
  }

  private var words: StepCutter.State {
    if isBackingOff {
      return StepCutter.State(what: "pause after a failed pod (back-off)", phase: .waiting)
    }
    if counts.asked == 0 { return Self.waits }
    if counts.running > 0 {
      return counts.running + counts.ended < counts.asked
        ? StepCutter.State(what: "some pods run, others are on their way", phase: .service)
        : StepCutter.State(what: "pods run")
    }
    if counts.ended == counts.asked {
      return StepCutter.State(what: "pods have ended; their status goes to the controller")
    }
    if counts.bound == 0 {
      return StepCutter.State(what: "pods are asked for and wait to be bound", phase: .waiting)
    }
    return counts.bound + counts.ended < counts.asked
      ? StepCutter.State(what: "some pods are bound, none runs", phase: .waiting)
      : StepCutter.State(
        what: "all pods are bound; images are pulled, containers started", phase: .service)
  }

  func told(until end: SimTime) -> Life? {
    guard !name.isEmpty else { return nil }
    return Life(
      kind: .job, name: name, began: submitted, ended: ended, ready: ended,
      steps: cutter.all(until: ended ?? end), outcome: outcome)
  }
}

extension WorldEvent {
  /// The pod that it speaks of.
  fileprivate func pod(_ builtin: BuiltinResources) -> PodID? {
    guard case .cluster(let body) = body else { return nil }
    switch body {
    case .observed(_, let resource, _, let object):
      return resource == builtin.pods ? PodID(rawValue: object) : nil
    case .eventRecorder(.recordForPod(_, let pod)): return pod
    case .podCollector(.terminated(let pod)): return pod
    case .kubelet(let event):
      switch event {
      case .containerStarted(let pod, _), .workDone(let pod, _), .workFailed(let pod, _),
        .startSeen(let pod, _), .endSeen(let pod, _):
        return pod
      default: return nil
      }
    default: return nil
    }
  }
}
