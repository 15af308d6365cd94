// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// The life of one pod: its row, its place at the scheduler and what its kubelet does for it.
struct PodLife: Sendable {
  /// What the kubelet is doing, as its events tell.
  enum Stage: Sendable, Hashable {
    case preparing, sandboxBackoff, image, imageBackoff, starting, exited
  }

  /// What decides which words are said.
  private struct State: Sendable, Equatable {
    var exists: Bool
    var place: QueuePlace
    var isInCycle: Bool
    var assigned: NodeID
    var stored: NodeID
    var storedPhase: PodPhase
    var localPhase: PodPhase
    var isOnKubelet: Bool
    var isBeingDeleted: Bool
    var isSeenRunning: Bool
    var stage: Stage
    var pull: PullStage?
  }

  private let pod: PodID
  private let created: SimTime
  private let cluster: ClusterID
  private let names: LifeNames
  private var name = ""
  private var state: State?
  private var stage = Stage.preparing
  private var hasExisted = false
  private var cutter: StepCutter
  private var ready: SimTime?
  private var deleted: SimTime?

  init(_ pod: PodID, created: SimTime, in cluster: ClusterID, _ names: LifeNames) {
    self.pod = pod
    self.created = created
    self.cluster = cluster
    self.names = names
    cutter = StepCutter(PodStepWords.creation, since: created)
  }

  var isOver: Bool { deleted != nil }

  mutating func begin(_ cluster: borrowing Cluster) {
    let pods = cluster.context.pods
    guard pod.index < pods.count else { return }
    name = names.names(self.cluster, pods.ids.lazy.map { pods[$0].workload })[pod.index]
    state = current(cluster)
    hasExisted = cluster.context.pods[pod].exists
  }

  mutating func look(after event: WorldEvent, at now: SimTime, _ cluster: borrowing Cluster) {
    guard let old = state else { return }
    note(event)
    if !old.isOnKubelet, cluster.context.pods[pod].isOnKubelet { stage = .preparing }
    let next = current(cluster)
    guard next != old else { return }
    state = next
    hasExisted = hasExisted || next.exists
    if next.isSeenRunning, ready == nil { ready = now }
    cutter.enter(words(next, cluster), at: now, by: event)
    if hasExisted, !next.exists, !next.isOnKubelet { deleted = now }
  }

  /// The events that only say what the kubelet does next.
  private mutating func note(_ event: WorldEvent) {
    guard case .cluster(let body) = event.body else { return }
    switch body {
    case .kubelet(.sandboxReady(pod, _)), .kubelet(.pullAgain(pod, _)): stage = .image
    case .kubelet(.sandboxAgain(pod, _)): stage = .preparing
    case .kubelet(.containerExited(pod, _)): stage = .exited
    case .kubelet(.containerStarted(pod, _)): stage = .starting
    case .eventRecorder(.recordForPod(.pulled, pod)): stage = .starting
    case .eventRecorder(.recordForPod(.failed, pod)): stage = .imageBackoff
    case .eventRecorder(.recordForPod(.failedCreatePodSandbox, pod)): stage = .sandboxBackoff
    default: break
    }
  }

  private func current(_ cluster: borrowing Cluster) -> State {
    let row = cluster.context.pods[pod]
    let isPulling = row.isOnKubelet && row.localPhase == .pending
    return State(
      exists: row.exists, place: cluster.scheduler.queues.place(of: pod),
      isInCycle: cluster.scheduler.current == pod, assigned: row.assignedNode,
      stored: row.storedNode, storedPhase: row.storedPhase, localPhase: row.localPhase,
      isOnKubelet: row.isOnKubelet, isBeingDeleted: row.isBeingDeleted,
      isSeenRunning: row.isSeenRunning, stage: stage,
      pull: isPulling
        ? cluster.kubelets.pulls.stage(
          of: pod, on: row.storedNode, cluster.context.nodes) : nil)
  }

  // MARK: Words

  private func words(_ state: State, _ cluster: borrowing Cluster) -> StepCutter.State {
    guard state.exists || state.isOnKubelet else {
      return hasExisted ? PodStepWords.gone : PodStepWords.creation
    }
    if state.isBeingDeleted { return PodStepWords.deletion }
    if state.stored == .none { return unbound(state, cluster) }
    let node = names.node(state.stored, of: self.cluster, cluster.context.nodes)
    switch state.localPhase {
    case .pending:
      if !state.isOnKubelet {
        return StepCutter.State(
          what: "bound to \(node), which its kubelet has not seen yet", phase: .waiting)
      }
      return PodStepWords.starting(state.stage, state.pull, on: node)
    case .running:
      if state.stage == .exited {
        return StepCutter.State(
          what: "container has exited; to be started again (back-off)", phase: .waiting)
      }
      if state.isSeenRunning { return StepCutter.State(what: "runs on \(node)") }
      return StepCutter.State(
        what: state.storedPhase == .pending
          ? "runs; its kubelet writes the status Running"
          : "Running is stored and goes to the watchers", phase: .service)
    case .succeeded, .failed:
      return StepCutter.State(
        what: state.storedPhase >= .succeeded
          ? "has ended (\(state.storedPhase.name)); its object stays until it is collected"
          : "has ended; its kubelet sees that and writes the status", phase: .service)
    }
  }

  private func unbound(_ state: State, _ cluster: borrowing Cluster) -> StepCutter.State {
    if state.isInCycle {
      let search = cluster.scheduler.search
      return StepCutter.State(
        what: "filtered and scored: \(search.feasible.count) of \(search.examined) nodes fit",
        phase: .service)
    }
    if state.assigned != .none {
      let node = names.node(state.assigned, of: self.cluster, cluster.context.nodes)
      return StepCutter.State(what: "\(node) is chosen; being bound", phase: .service)
    }
    let filters = cluster.scheduler.queues.rejection(of: pod)
    return PodStepWords.queued(state.place, rejectedBy: filters)
  }

  // MARK: The whole

  func told(until end: SimTime) -> Life? {
    guard state != nil else { return nil }
    return Life(
      kind: .pod, name: name, began: created, ended: deleted, ready: ready,
      steps: cutter.all(until: deleted ?? end), outcome: deleted == nil ? nil : "deleted")
  }
}
