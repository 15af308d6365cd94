// SPDX-License-Identifier: Apache-2.0
import ClusterModel
package import Scenario

/// How much a figure moves when each numeric knob is a little smaller or larger, under the same luck.
///
/// A knob is turned only where the run has read it: parts tell which of their knobs had no mechanism at
/// work. A turn whose first replication goes exactly as before has no influence and is not run again.
package struct Sensitivity: Sendable {
  /// By what each knob is multiplied.
  package static let factors = [0.8, 1.2]

  /// One knob turned one way.
  package struct Turn: Sendable, Hashable {
    /// As it was set: whole numbers are rounded.
    package let value: String
    package let cell: ComparedFigure.Cell
    /// Change as a share of the figure as it is.
    package let share: Double
    /// Whether the interval of the difference leaves zero out.
    package let isSure: Bool
  }

  package struct Effect: Sendable, Hashable {
    package let path: String
    package let value: String
    /// In the order of ``factors``; nil where the value cannot be had.
    package let turns: [Turn?]

    /// The larger of the changes, whichever way.
    package var size: Double { turns.compactMap { $0.map { abs($0.share) } }.max() ?? 0 }
  }

  package struct Outcome: Sendable {
    package let base: SavedResult
    package let figure: SavedResult.Figure
    /// Largest first.
    package let effects: [Effect]
    /// Turned, and nothing changed.
    package let withoutInfluence: [String]
    /// Not turned: no mechanism of theirs was at work in the run.
    package let idle: [String]
    /// Not turned: 20 % less or more of them is the same number, or is refused.
    package let unturnable: [String]
    /// Runs made, those of the base included.
    package let runs: Int
  }

  private let runner: ExperimentRunner
  private let read: @Sendable (ExperimentResult) throws -> SavedResult

  /// - Parameter read: how a result is read; Reporting knows.
  package init(
    runner: ExperimentRunner, read: @escaping @Sendable (ExperimentResult) throws -> SavedResult
  ) {
    self.runner = runner
    self.read = read
  }

  private struct Turning: Sendable {
    let knob: Int
    let factor: Int
    let path: String
    /// What to try, the first that the scenario's rules accept.
    let values: [String]

    func override(_ value: String) -> String { "\(path)=\(value)" }
  }

  /// What came of a first try.
  private struct Trial: Sendable {
    let value: String
    let isMoving: Bool
  }

  /// - Parameters:
  ///   - figure: in the way of `expect`; nil for the first that has a better side.
  ///   - overrides: texts of `--set`.
  ///   - replications: of each run.
  ///   - forecast: gets the number of knobs, that of the runs that find out which have any influence,
  ///     and that of the further ones if all of them had.
  ///   - progress: gets how many runs of a stage are done, out of how many; from any thread.
  package func run(
    _ document: ScenarioDocument, figure name: String?, matching pattern: KnobPattern?,
    tier: Tier, overrides: [String], variant: String, replications: Int,
    forecast: (_ knobs: Int, _ first: Int, _ most: Int) -> Void,
    progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void
  ) throws -> Outcome {
    let asked = try name.map { try document.asking([$0]) } ?? document
    let several = overrides + ["run.replications=\(replications)"]
    let single = overrides + ["run.replications=1"]
    @Sendable func result(_ overrides: [String], _ runner: ExperimentRunner) throws -> SavedResult {
      try read(try runner.run(asked, tier: tier, overrides: overrides, variants: [variant]))
    }
    let base = try result(several, runner)
    let figure = try Explainer.figure(name, in: base)
    let first = try result(single, runner)
    let idle = try idleKnobs(asked, tier: tier, overrides: single, variant: variant)

    let knobs = base.configuration.filter { knob in
      !knob.path.hasPrefix("run.") && (pattern?.matches(knob.path) ?? true)
        && Self.factors.contains { KnobScale.scaled(knob.value, by: $0) != nil }
    }
    let tried = knobs.filter { !idle.contains($0.path) }
    let turnings = tried.enumerated().flatMap { index, knob in
      Self.factors.enumerated().compactMap { position, factor -> Turning? in
        let values = [false, true].compactMap {
          KnobScale.scaled(knob.value, by: factor, keepingWhole: $0)
        }.filter { Self.isOther($0, than: knob.value) }
        guard !values.isEmpty else { return nil }
        return Turning(knob: index, factor: position, path: knob.path, values: values)
      }
    }
    forecast(tried.count, turnings.count, turnings.count * replications)

    // One thread each, and as many of them side by side.
    var options = runner.options
    options.threads = 1
    let alone = ExperimentRunner(options: options, cancellation: runner.cancellation)
    let trials = try sideBySide(turnings.count, progress) { index -> Trial? in
      let turning = turnings[index]
      for value in turning.values {
        do {
          let trial = try result(single + [turning.override(value)], alone)
          return Trial(
            value: value,
            isMoving: trial.fingerprint != first.fingerprint
              || !Explainer.same(figure, first, trial))
        } catch ExperimentError.scenario {
          continue
        }
      }
      return nil
    }
    let moving = turnings.indices.compactMap { place in
      trials[place].flatMap { $0.isMoving ? (place, $0.value) : nil }
    }
    let turns = try sideBySide(moving.count, progress) { index -> Turn? in
      let (place, value) = moving[index]
      let turned = try result(several + [turnings[place].override(value)], alone)
      return Self.turn(value, base, turned, figure)
    }

    var effects: [Effect] = []
    var (without, unturnable): ([String], [String]) = ([], [])
    for (index, knob) in tried.enumerated() {
      let mine = turnings.indices.filter { turnings[$0].knob == index }
      var sides: [Turn?] = Self.factors.map { _ in nil }
      for place in mine {
        if let position = moving.firstIndex(where: { $0.0 == place }) {
          sides[turnings[place].factor] = turns[position]
        }
      }
      if sides.contains(where: { $0 != nil }) {
        effects.append(Effect(path: knob.path, value: knob.value, turns: sides))
      } else if mine.contains(where: { trials[$0] != nil }) {
        without.append(knob.path)
      } else {
        unturnable.append(knob.path)
      }
    }
    return Outcome(
      base: base, figure: figure,
      effects: effects.enumerated().sorted {
        ($1.element.size, $0.offset) < ($0.element.size, $1.offset)
      }.map(\.element),
      withoutInfluence: without, idle: knobs.map(\.path).filter(idle.contains),
      unturnable: unturnable,
      runs: replications + 2 + turnings.count + moving.count * replications)
  }

  /// Whether it is another number: rounding may have kept it.
  private static func isOther(_ value: String, than old: String) -> Bool {
    guard let a = WrittenAmount(value), let b = WrittenAmount(old) else { return value != old }
    return a.number != b.number || a.unit != b.unit
  }

  private static func turn(
    _ value: String, _ base: SavedResult, _ turned: SavedResult, _ figure: SavedResult.Figure
  ) -> Turn? {
    let comparison = Comparison(
      [.init(name: "base", result: base), .init(name: value, result: turned)],
      selecting: .named([figure.name]))
    guard let cell = comparison.figures.first?.cells.last else { return nil }
    let isSure = cell.interval.map { $0.lower > 0 || $0.upper < 0 } ?? false
    return Turn(
      value: value, cell: cell, share: cell.share(of: figure.value) ?? 0, isSure: isSure)
  }

  /// Numeric or not, the knobs that the run does not read, of all that it has.
  private func idleKnobs(
    _ document: ScenarioDocument, tier: Tier, overrides: [String], variant: String
  ) throws -> Set<String> {
    let points = try document.points(tier: tier, overrides: overrides, variants: [variant])
    let plan = try RunPlan(document, points: points, options: runner.options)
    let meter = RunMeter(
      runs: 1, total: plan.simulatedTime(.scratch), cancellation: runner.cancellation, report: nil)
    let replication = runner.replication(
      plan.tasks[0], of: plan, meter, keepingIn: nil,
      stated: plan.points[0].resolved.entries.map(\.path))
    guard let result = try replication.execute(from: .scratch) else {
      throw ExperimentError.stopped(finishedRuns: 0, runs: 1, checkpoints: nil)
    }
    return Set(result.unusedKnobs.map(\.description))
  }

  /// Does the tasks on all threads; the first error in their order is thrown.
  private func sideBySide<Output: Sendable>(
    _ count: Int, _ progress: @escaping @Sendable (Int, Int) -> Void,
    _ task: @Sendable (Int) throws -> Output
  ) throws -> [Output] {
    let cancellation = runner.cancellation
    return try SideBySide.inOrder(
      count, threads: runner.options.threads,
      { index -> Result<Output, any Error> in
        guard !cancellation.isCancelled else {
          return .failure(
            ExperimentError.stopped(finishedRuns: index, runs: count, checkpoints: nil))
        }
        return Result { try task(index) }
      }, deliver: { index, _ in progress(index + 1, count) }
    ).map { try $0.get() }
  }
}
