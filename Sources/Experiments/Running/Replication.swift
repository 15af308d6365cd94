// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import DiscreteEvents
import Measurement
import Scenario

/// One run of one point: from its start, a warm state or a checkpoint to its result.
struct Replication {
  /// Where it begins.
  enum Start {
    case scratch
    /// A state at the end of the warm-up, with new luck unless it is the first replication.
    case warm(Checkpoint, reseeded: Bool)
    case resumed(Checkpoint)
  }

  let configuration: WorldConfiguration
  let stated: [KnobPath]
  let run: RunSettings
  let seed: UInt64
  let traceFiles: [String?]
  let traceBlockRows: Int
  /// The nodes are looked at in the first replication of a point; others differ by their luck only.
  let isSurveyed: Bool
  let meter: RunMeter
  /// Whether the measuring window is cut into batches, for intervals of a single run.
  let cutsBatches: Bool
  /// How often, and where to, the state is kept.
  let checkpointEvery: SimDuration?
  let keep: (Checkpoint) throws(ExperimentError) -> Void

  private var warmUpEnd: SimTime { .zero + run.warmUp }
  private var end: SimTime { .zero + run.duration }

  /// Runs to the end. Nil when it was cancelled.
  func execute(from start: Start) throws(ExperimentError) -> ReplicationResult? {
    var life: LifeRecorder?
    return try execute(from: start, recording: &life)
  }

  /// Runs to the end, watched by a recorder. Nil when it was cancelled.
  ///
  /// - Parameter atEnd: sees the world after the last event.
  func execute(
    from start: Start, recording life: inout LifeRecorder?,
    atEnd: (borrowing World) -> Void = { _ in }
  ) throws(ExperimentError) -> ReplicationResult? {
    let cpu = HostClock.threadCPUSeconds
    let wall = HostClock.wallSeconds
    var feed = try traceFeed(for: start)
    var simulation = begin(start)
    var watch = RunWatch(survey: survey(of: simulation, from: start), life: life)
    defer { life = watch.life }
    var isMeasuring = run.warmUp == .zero
    if case .resumed(let checkpoint) = start { isMeasuring = checkpoint.isMeasuring }
    if !isMeasuring {
      guard try advance(&simulation, to: warmUpEnd, &feed, &watch, isMeasuring: false)
      else { return nil }
      simulation.openWindow()
      isMeasuring = true
    }
    watch.batches = beginBatches(start, simulation)
    while let next = watch.nextBatchEnd {
      guard try advance(&simulation, to: next, &feed, &watch, isMeasuring: true)
      else { return nil }
      watch.closeBatches(of: simulation.world)
    }
    guard try advance(&simulation, to: end, &feed, &watch, isMeasuring: true) else { return nil }
    atEnd(simulation.world)
    simulation.sumUp()
    return ReplicationResult(
      seed: seed, fingerprint: simulation.fingerprint, events: simulation.events,
      cpuSeconds: HostClock.threadCPUSeconds - cpu, wallSeconds: HostClock.wallSeconds - wall,
      end: simulation.now, clusters: simulation.records(watch.batches),
      unusedKnobs: simulation.knobsWithoutInfluence(among: stated), nodes: watch.survey)
  }

  /// Runs the warm-up alone, for replications that share it. Nil when it was cancelled.
  func warmUp() throws(ExperimentError) -> Checkpoint? {
    var feed = try traceFeed(for: .scratch)
    var simulation = begin(.scratch)
    var watch = RunWatch(survey: survey(of: simulation, from: .scratch))
    guard try advance(&simulation, to: warmUpEnd, &feed, &watch, isMeasuring: false)
    else { return nil }
    return Checkpoint(
      simulation: simulation.save(), isMeasuring: false, traces: feed.positions, batches: [],
      survey: watch.survey)
  }

  /// One recorder a cluster, or none.
  private func beginBatches(
    _ start: Start, _ simulation: borrowing ClusterSimulation
  ) -> [BatchRecorder] {
    guard cutsBatches, warmUpEnd < end else { return [] }
    if case .resumed(let checkpoint) = start, checkpoint.isMeasuring { return checkpoint.batches }
    return simulation.world.clusters.map { _ in BatchRecorder(from: warmUpEnd, to: end) }
  }

  private func begin(_ start: Start) -> ClusterSimulation {
    switch start {
    case .scratch: return ClusterSimulation(configuration, seed: seed)
    case .resumed(let checkpoint): return ClusterSimulation(resuming: checkpoint.simulation)
    case .warm(let checkpoint, let reseeded):
      var simulation = ClusterSimulation(resuming: checkpoint.simulation)
      if reseeded { simulation.reseed(seed) }
      return simulation
    }
  }

  private func survey(
    of simulation: borrowing ClusterSimulation, from start: Start
  ) -> NodeSurvey? {
    guard isSurveyed else { return nil }
    return switch start {
    case .scratch: simulation.makeSurvey(duration: run.duration)
    case .warm(let checkpoint, _), .resumed(let checkpoint): checkpoint.survey
    }
  }

  private func traceFeed(for start: Start) throws(ExperimentError) -> TraceFeed {
    let positions: [TraceFeed.Position] =
      switch start {
      case .scratch: []
      case .warm(let checkpoint, _), .resumed(let checkpoint): checkpoint.traces
      }
    do {
      return try TraceFeed(files: traceFiles, blockRows: traceBlockRows, positions: positions)
    } catch {
      throw .trace(error)
    }
  }

  /// Wall time that a slice should take, in seconds: short enough for progress to be told in time,
  /// long enough not to be noticed.
  private static let sliceSeconds = 0.02...0.2

  /// Runs until a moment in slices of simulated time, after each of which progress is told and a
  /// checkpoint may be due. Slices do not change what happens, so their length may follow the
  /// host's clock.
  private func advance(
    _ simulation: inout ClusterSimulation, to target: SimTime, _ feed: inout TraceFeed,
    _ watch: inout RunWatch, isMeasuring: Bool
  ) throws(ExperimentError) -> Bool {
    var slice = max(run.duration / 4_096, SimDuration.milliseconds(1))
    while simulation.now < target {
      let from = simulation.now
      let events = simulation.events
      let wall = HostClock.wallSeconds
      var next = min(target, from + slice)
      if let due = checkpoint(after: from) { next = min(next, due) }
      let isDone = watch.run(&simulation, until: next, &feed) { meter.isCancelled }
      let seconds = HostClock.wallSeconds - wall
      if seconds < Self.sliceSeconds.lowerBound { slice = min(slice * 2, run.duration) }
      if seconds > Self.sliceSeconds.upperBound { slice = max(slice / 2, .milliseconds(1)) }
      if let error = feed.error { throw .trace(error) }
      meter.advance(by: simulation.now - from, events: simulation.events - events)
      guard isDone, !meter.isCancelled else { return false }
      if checkpointEvery != nil, checkpoint(after: from) == simulation.now {
        try keep(
          Checkpoint(
            simulation: simulation.save(), isMeasuring: isMeasuring, traces: feed.positions,
            batches: watch.batches, survey: watch.survey))
      }
    }
    return true
  }

  /// The first multiple of the checkpoint interval after a moment.
  private func checkpoint(after time: SimTime) -> SimTime? {
    checkpointEvery.map { every in
      .zero + every * (time.sinceStart / every + 1)
    }
  }
}

extension ClusterSimulation {
  /// What was recorded, by cluster.
  ///
  /// - Parameter batches: one recorder a cluster, or none.
  fileprivate func records(_ batches: [BatchRecorder]) -> [ClusterRecord] {
    world.clusters.enumerated().map { index, cluster in
      let series = cluster.context.instruments.snapshots(at: now)
      return ClusterRecord(
        name: cluster.name, series: series,
        batches: batches.isEmpty ? [] : batches[index].batches(of: series),
        traces: cluster.context.instruments.allTraces,
        accounts: cluster.context.accounts.profiles + cluster.context.podStarts.accounts.profiles,
        stations: cluster.occupancies.map {
          StationRecord($0, windowStart: windowStart, now: now)
        })
    }
  }
}
