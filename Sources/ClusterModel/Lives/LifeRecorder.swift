// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
import Measurement

/// Looks at one item after each event of a run, from outside: the run does not know of it.
package struct LifeRecorder: Sendable {
  private enum Subject: Sendable {
    case request(RequestLife)
    case pod(PodLife)
    case job(JobLife)
    case trainingJob(TrainingJobLife)
  }

  /// Events before and at this moment need not be looked at.
  package let begins: SimTime
  private let cluster: ClusterID
  private var subject: Subject
  private(set) var isArmed = false
  private(set) var isOver = false

  package init(_ item: LifeItem, names: LifeNames) {
    begins = item.begins
    switch item {
    case .request(let cluster, let accountClass, let subject, let opened, let latency):
      self.cluster = cluster
      self.subject = .request(
        RequestLife(
          accountClass: accountClass, subject: subject, opened: opened, latency: latency))
    case .pod(let cluster, let pod, let created):
      self.cluster = cluster
      subject = .pod(PodLife(pod, created: created, in: cluster, names))
    case .job(let cluster, let job, let submitted):
      self.cluster = cluster
      subject = .job(JobLife(job, submitted: submitted, in: cluster, names))
    case .trainingJob(let cluster, let job, let submitted):
      self.cluster = cluster
      subject = .trainingJob(TrainingJobLife(job, submitted: submitted, in: cluster, names))
    }
  }

  /// All events up to ``begins`` have happened.
  mutating func arm(_ world: borrowing World) {
    isArmed = true
    switch subject {
    case .request(var life):
      life.begin(world.clusters[cluster.index])
      subject = .request(life)
    case .pod(var life):
      life.begin(world.clusters[cluster.index])
      subject = .pod(life)
    case .job(var life):
      life.begin(world.clusters[cluster.index])
      subject = .job(life)
    case .trainingJob(var life):
      life.begin(world.clusters[cluster.index])
      subject = .trainingJob(life)
    }
  }

  /// An event has happened.
  mutating func look(after event: WorldEvent, at now: SimTime, _ world: borrowing World) {
    switch subject {
    case .request(var life):
      // Taken out and put back, so that its arrays are not copied.
      subject = .request(RequestLife.empty)
      life.look(after: event, at: now, world.clusters[cluster.index])
      isOver = life.isOver(at: now)
      subject = .request(life)
    case .pod(var life):
      subject = .request(RequestLife.empty)
      life.look(after: event, at: now, world.clusters[cluster.index])
      isOver = life.isOver
      subject = .pod(life)
    case .job(var life):
      subject = .request(RequestLife.empty)
      life.look(after: event, at: now, world.clusters[cluster.index])
      isOver = life.isOver
      subject = .job(life)
    case .trainingJob(var life):
      subject = .request(RequestLife.empty)
      life.look(after: event, at: now, world.clusters[cluster.index])
      isOver = life.isOver
      subject = .trainingJob(life)
    }
  }

  /// What was seen until a moment, the end of the run; nil when the item never came.
  package func life(until end: SimTime) -> Life? {
    guard isArmed else { return nil }
    return switch subject {
    case .request(let life): life.told
    case .pod(let life): life.told(until: end)
    case .job(let life): life.told(until: end)
    case .trainingJob(let life): life.told(until: end)
    }
  }
}

/// Cuts a life into steps wherever what is to be said of it changes.
struct StepCutter: Sendable {
  /// What goes on, in words.
  struct State: Sendable, Hashable {
    var what: String
    var phase: Phase = .other

    enum Phase: Sendable, Hashable { case waiting, service, other }
  }

  private(set) var steps: [LifeStep] = []
  private var state: State
  private var since: SimTime

  init(_ state: State, since: SimTime) {
    self.state = state
    self.since = since
  }

  /// From now on this goes on.
  mutating func enter(_ next: State, at now: SimTime, by event: WorldEvent) {
    guard next != state else { return }
    if now > since { steps.append(step(until: now, WorldEvent.name(ofKind: event.kind))) }
    state = next
    since = now
  }

  /// The steps so far and the one that goes on.
  func all(until end: SimTime) -> [LifeStep] {
    end > since ? steps + [step(until: end, "")] : steps
  }

  private func step(until end: SimTime, _ event: String) -> LifeStep {
    LifeStep(
      start: since, end: end, what: state.what,
      phase: state.phase == .other ? nil : state.phase == .waiting ? .waiting : .service,
      event: event)
  }
}

/// Keeps the last event.
struct LastEvent: EventObserver {
  var event: WorldEvent?

  mutating func willExecute(_ event: some SimulationEvent, at time: SimTime) {
    self.event = event as? WorldEvent
  }
}
