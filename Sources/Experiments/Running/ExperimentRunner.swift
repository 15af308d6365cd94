// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import DiscreteEvents
package import Scenario

/// Runs the points of a scenario, each as often as it has replications, side by side on threads.
///
/// Every run has its own world and its own seed, and results are put together by index, so the
/// number of threads changes nothing but the time it takes.
package struct ExperimentRunner: Sendable {
  package let options: RunOptions
  package let cancellation: Cancellation
  /// Called from any of the threads, a few times a second at most.
  package let progress: (@Sendable (RunProgress) -> Void)?
  /// Shared with experiments that run beside this one; nil when it has the threads to itself.
  private let gate: RunGate?

  package init(
    options: RunOptions = RunOptions(), cancellation: Cancellation = Cancellation(),
    progress: (@Sendable (RunProgress) -> Void)? = nil, gate: RunGate? = nil
  ) {
    self.options = options
    self.cancellation = cancellation
    self.progress = progress
    self.gate = gate
  }

  /// Runs a scenario.
  ///
  /// - Parameters:
  ///   - overrides: texts of `--set`.
  ///   - variants: the variants to run; nil for all of them.
  package func run(
    _ document: ScenarioDocument, tier: Tier = .full, overrides: [String] = [],
    variants: [String]? = nil
  ) throws(ExperimentError) -> ExperimentResult {
    let points: [ScenarioPoint]
    do {
      points = try document.points(tier: tier, overrides: overrides, variants: variants)
    } catch {
      throw .scenario(error)
    }
    return try run(document, points: points)
  }

  /// Runs some points of a scenario.
  package func run(
    _ document: ScenarioDocument, points: [ScenarioPoint]
  ) throws(ExperimentError) -> ExperimentResult {
    let plan = try RunPlan(document, points: points, options: options)
    var runs = try perform(plan)
    func result(_ warnings: [String] = []) -> ExperimentResult {
      ExperimentResult(
        document,
        points: zip(plan.points, runs).map { planned, replications in
          PointResult(
            planned.point, configuration: planned.resolved, calibrated: document.calibrated,
            replications: replications)
        }, warnings: warnings)
    }
    guard let precision = options.precision else { return result() }
    while true {
      let count = runs.map(\.count).max() ?? 0
      let check = PrecisionCheck(result().points, of: document, precision)
      guard let next = check.replications(after: count) else { return result(check.warnings) }
      let more = try perform(plan.further(count..<next))
      runs = zip(runs, more).map(+)
    }
  }

  private func perform(_ plan: RunPlan) throws(ExperimentError) -> [[ReplicationResult]] {
    let stores = try checkpointStores(plan)
    let meter = RunMeter(
      runs: plan.tasks.count, total: plan.simulatedTime(options.replicationStart),
      cancellation: cancellation, report: progress)
    let warm = try warmStates(plan, meter)
    let results = try SideBySide.map(plan.tasks.count, threads: options.threads) {
      (index) throws(ExperimentError) -> ReplicationResult? in
      guard !cancellation.isCancelled else { return nil }
      let task = plan.tasks[index]
      let replication = replication(task, of: plan, meter, keepingIn: stores.write)
      let result = try passing { () throws(ExperimentError) -> ReplicationResult? in
        try replication.execute(from: try start(task, warm: warm[task.point], stores.read))
      }
      if result != nil { meter.finishRun() }
      return result
    }
    let finished = results.compactMap { $0 }
    guard finished.count == plan.tasks.count else {
      throw .stopped(
        finishedRuns: finished.count, runs: plan.tasks.count,
        checkpoints: options.checkpoints?.directory)
    }
    return plan.grouped(finished)
  }

  /// Does the work when there is a place for it.
  private func passing<Value>(
    _ work: () throws(ExperimentError) -> Value
  ) throws(ExperimentError) -> Value {
    guard let gate else { return try work() }
    return try gate.pass(work)
  }

  func replication(
    _ task: RunPlan.Task, of plan: RunPlan, _ meter: RunMeter, keepingIn store: CheckpointStore?,
    stated: [KnobPath]? = nil
  ) -> Replication {
    let planned = plan.points[task.point]
    return Replication(
      configuration: planned.configuration, stated: stated ?? planned.resolved.stated,
      run: planned.point.run, seed: planned.seed(ofReplication: task.replication),
      traceFiles: planned.traceFiles, traceBlockRows: options.traceBlockRows,
      isSurveyed: task.replication == 0, meter: meter,
      cutsBatches: planned.point.run.replications == 1 && options.precision == nil,
      checkpointEvery: store == nil ? nil : options.checkpoints?.every
    ) { (checkpoint) throws(ExperimentError) in
      do throws(CheckpointError) {
        try store?.save(checkpoint, point: task.point, replication: task.replication)
      } catch {
        throw .checkpoint(error)
      }
    }
  }

  // MARK: Where runs begin

  /// The state at the end of the warm-up for each point whose replications start there.
  private func warmStates(
    _ plan: RunPlan, _ meter: RunMeter
  ) throws(ExperimentError) -> [Checkpoint?] {
    guard options.replicationStart == .warmUp else { return plan.points.map { _ in nil } }
    return try SideBySide.map(plan.points.count, threads: options.threads) {
      (index) throws(ExperimentError) -> Checkpoint? in
      guard plan.points[index].point.run.warmUp > .zero, !cancellation.isCancelled else {
        return nil
      }
      let task = RunPlan.Task(point: index, replication: 0)
      return try passing { () throws(ExperimentError) -> Checkpoint? in
        try replication(task, of: plan, meter, keepingIn: nil).warmUp()
      }
    }
  }

  private func start(
    _ task: RunPlan.Task, warm: Checkpoint?, _ store: CheckpointStore?
  ) throws(ExperimentError) -> Replication.Start {
    do throws(CheckpointError) {
      if let store,
        let checkpoint = try store.load(point: task.point, replication: task.replication)
      {
        return .resumed(checkpoint)
      }
    } catch {
      throw .checkpoint(error)
    }
    return warm.map { .warm($0, reseeded: task.replication > 0) } ?? .scratch
  }

  private func checkpointStores(
    _ plan: RunPlan
  ) throws(ExperimentError) -> (read: CheckpointStore?, write: CheckpointStore?) {
    let manifest = plan.manifest(options)
    let read = options.resumeDirectory.map(CheckpointStore.init)
    let write = options.checkpoints.map { CheckpointStore(directory: $0.directory) }
    do throws(CheckpointError) {
      try read?.check(manifest)
      try write?.begin(manifest)
    } catch {
      throw .checkpoint(error)
    }
    return (read, write)
  }
}
