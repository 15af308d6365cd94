// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
import Measurement
package import Scenario

/// A world that runs: the model's face to the floors above.
///
/// The model never reads a file: a workload with a trace asks for its next block through the closure
/// that drives `run`.
package struct ClusterSimulation: ~Copyable {
  var simulation: Simulation<World>
  /// Machine, disk and image types that nothing in this world uses, and knobs without a mechanism.
  private let unreferencedTypes: [KnobPath]
  var fingerprintObserver = FingerprintObserver()
  /// When the measuring window was opened.
  package private(set) var windowStart: SimTime = .zero

  /// Builds the world of a scenario point.
  ///
  /// - Parameters:
  ///   - configuration: read and checked.
  ///   - seed: all random streams are derived from it and from component names.
  package init(_ configuration: WorldConfiguration, seed: UInt64) {
    var clusters: [Cluster] = []
    for index in configuration.clusters.indices {
      var builder = ClusterBuilder(id: ClusterID(index), in: configuration, seed: seed)
      clusters.append(builder.build())
    }
    let cloud = Cloud(configuration.cloud, pools: configuration.cloudPools, seed: seed)
    let registries = Registries(
      configuration.registries.map(\.value), gateways: configuration.natGateways.count,
      clusters: clusters.count)
    simulation = Simulation(World(clusters: clusters, cloud: cloud, registries: registries))
    unreferencedTypes = configuration.unreferencedTypes + configuration.knobsWithoutMechanism
    isStarted = false
  }

  private init(
    simulation: consuming Simulation<World>, fingerprint: FingerprintObserver,
    windowStart: SimTime, isStarted: Bool, unreferencedTypes: [KnobPath]
  ) {
    self.simulation = simulation
    self.unreferencedTypes = unreferencedTypes
    fingerprintObserver = fingerprint
    self.windowStart = windowStart
    self.isStarted = isStarted
  }

  private var isStarted: Bool

  package var now: SimTime { simulation.now }
  /// Events executed so far.
  package var events: UInt64 { simulation.agenda.executedCount }
  /// Events on the agenda.
  package var pendingEvents: Int { simulation.agenda.pendingCount }
  /// Hash over the executed events.
  package var fingerprint: UInt64 { fingerprintObserver.fingerprint }
  package var world: World { simulation.model }

  /// Starts the clocks; supplies the first block of each trace before.
  package mutating func start(refill: (TraceRequest) -> [SimTime] = { _ in [] }) {
    precondition(!isStarted, "a simulation starts once")
    isStarted = true
    supply(refill)
    simulation.model.start(&simulation.agenda)
  }

  /// Runs until a moment, or until `shouldStop` says so; it is asked every few thousand events.
  ///
  /// - Returns: whether the moment was reached.
  package mutating func run(
    until end: SimTime, refill: (TraceRequest) -> [SimTime] = { _ in [] },
    shouldStop: () -> Bool = { false }
  ) -> Bool {
    if !isStarted { start(refill: refill) }
    supply(refill)
    if !simulation.model.hasTraces {
      return runSlices(until: end, shouldStop)
    }
    while let next = simulation.peekTime(), next <= end {
      _ = simulation.step(observer: &fingerprintObserver)
      supply(refill)
      if simulation.agenda.executedCount % 4096 == 0, shouldStop() { return false }
    }
    simulation.run(until: end, observer: &fingerprintObserver)
    return true
  }

  private mutating func runSlices(until end: SimTime, _ shouldStop: () -> Bool) -> Bool {
    while true {
      let slice = 65_536
      let executed = simulation.run(
        until: end, atMost: slice, observer: &fingerprintObserver)
      if executed < slice {
        simulation.run(until: end, observer: &fingerprintObserver)
        return true
      }
      if shouldStop() { return false }
    }
  }

  /// Gives every trace that has run low its next block.
  mutating func supply(_ refill: (TraceRequest) -> [SimTime]) {
    while let request = simulation.model.traceRequest {
      simulation.model.refill(request, refill(request))
    }
  }

  // MARK: Measuring

  /// The warm-up is over.
  package mutating func openWindow() {
    windowStart = now
    simulation.model.openWindow(at: now)
  }

  /// Brings figures that are computed only now and then up to date; before reading them.
  package mutating func sumUp() {
    simulation.model.sumUp(since: windowStart, at: now)
  }

  /// A survey of this world's nodes, to be fed at each of its moments.
  package func makeSurvey(duration: SimDuration) -> NodeSurvey {
    NodeSurvey(of: simulation.model, duration: duration)
  }

  /// Writes down what the nodes are like now.
  package func look(for survey: inout NodeSurvey) { survey.look(at: simulation.model) }

  /// The knobs among those stated whose mechanism never came into play in this run.
  package func knobsWithoutInfluence(among stated: [KnobPath]) -> [KnobPath] {
    var idle = IdleKnobs()
    for cluster in simulation.model.clusters { cluster.addIdleKnobs(to: &idle) }
    simulation.model.cloud.addIdleKnobs(to: &idle)
    simulation.model.registries.addIdleKnobs(to: &idle)
    simulation.model.addIdleMachineKnobs(to: &idle)
    for section in unreferencedTypes { idle.add(section: section, unless: false) }
    return idle.among(stated)
  }

  // MARK: Fork and resume

  /// An independent copy with the same past.
  package func fork() -> ClusterSimulation {
    ClusterSimulation(
      simulation: simulation.fork(), fingerprint: fingerprintObserver, windowStart: windowStart,
      isStarted: isStarted, unreferencedTypes: unreferencedTypes)
  }

  /// Replaces the luck of all components from here on.
  package mutating func reseed(_ seed: UInt64) { simulation.model.reseed(seed) }

  /// Everything the simulation knows, to be stored and resumed with the same bytes.
  package func save() -> SavedSimulation {
    SavedSimulation(
      world: simulation.model, agenda: simulation.agenda.snapshot(),
      fingerprint: fingerprintObserver, windowStart: windowStart, isStarted: isStarted,
      unreferencedTypes: unreferencedTypes)
  }

  /// Goes on where a run was saved.
  package init(resuming saved: SavedSimulation) {
    self.init(
      simulation: Simulation(saved.world, agenda: Agenda(saved.agenda)),
      fingerprint: saved.fingerprint, windowStart: saved.windowStart,
      isStarted: saved.isStarted, unreferencedTypes: saved.unreferencedTypes)
  }
}

/// A stored simulation.
package struct SavedSimulation: Codable, Sendable {
  var world: World
  var agenda: Agenda<WorldEvent>.Snapshot
  var fingerprint: FingerprintObserver
  var windowStart: SimTime
  var isStarted: Bool
  var unreferencedTypes: [KnobPath]
}

/// A workload that wants the next block of its trace.
package struct TraceRequest: Hashable, Sendable {
  package let cluster: ClusterID
  package let workload: WorkloadID
}
