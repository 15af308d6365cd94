// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// Which resources hold a figure back, found by relieving each in turn under the same luck.
///
/// Utilisation and waiting only suggest a bottleneck. Here each candidate is made ``factor`` times as
/// fast or large and the scenario is run again with the same seeds; what the figure gains, with the
/// interval of the paired difference, is the resource's effect. A candidate whose first replication goes
/// exactly as before has no influence and is not run again.
package struct Explainer: Sendable {
  // The three shares below are our own choice, made with the planted bottlenecks in view.

  /// An effect below this share of the figure binds nothing.
  package static let leastEffect = 0.1
  /// From this share on a resource binds although nobody queues for it: it is most of the figure.
  package static let ownEffect = 1.0 / 3
  /// A service that only takes its time gains in proportion to its speed. Where the first relief's part
  /// of what two of them gain is further from its proportion than this, it was a queue: it is gone with
  /// the first, or only with the second.
  private static let disproportion = 0.1

  /// What one candidate does.
  package struct Effect: Sendable, Hashable {
    package let relief: Relief
    /// Of the figure with the resource relieved, beside the figure as it is.
    package let cell: ComparedFigure.Cell
    /// Change as a share of the figure as it is; below zero is less.
    package let share: Double
    /// What the resource is to the figure.
    package let role: Role
  }

  /// What a resource is to a figure.
  package enum Role: String, Sendable, Hashable {
    /// It holds the figure back: queues for it, or its own time is most of the figure.
    case binds
    /// Faster, it gains in proportion: time that the work takes, without a queue.
    case serves
    /// It gains little, or luck may explain it.
    case minor
  }

  package struct Outcome: Sendable {
    package let base: SavedResult
    package let figure: SavedResult.Figure
    /// Largest gain first; only candidates with some influence.
    package let effects: [Effect]

    /// Resources that hold the figure back, most first.
    package var binding: [Effect] {
      effects.filter { $0.role == .binds && !$0.relief.isLoad }
    }

    /// Candidates under which nothing at all changes.
    package let withoutInfluence: [Relief]
    /// Where the time of each class goes, above the percentile that was asked for.
    package let opened: [OpenedAccount]
  }

  /// Why nothing can be explained.
  package enum Problem: Error, Sendable, Hashable, CustomStringConvertible {
    case noFigure(String?, nearest: String?)

    package var description: String {
      switch self {
      case .noFigure(nil, _):
        "--figure: error: the scenario asks for no figure that has a better side; name one"
      case .noFigure(let name?, let nearest):
        "--figure: error: the run has no '\(name)'"
          + (nearest.map { "; did you mean '\($0)'?" } ?? "")
      }
    }
  }

  package let factor: Double
  /// Where time accounts are opened.
  package let percentile: Percentile
  package let runner: ExperimentRunner
  /// How a result is read; Reporting knows.
  package let read: @Sendable (ExperimentResult) throws -> SavedResult

  package init(
    factor: Double, percentile: Percentile, runner: ExperimentRunner,
    read: @escaping @Sendable (ExperimentResult) throws -> SavedResult
  ) {
    self.factor = factor
    self.percentile = percentile
    self.runner = runner
    self.read = read
  }

  /// One rung of a ladder: what held the figure back, and what was done about it.
  package struct Rung: Sendable {
    package let outcome: Outcome
    /// The resource that is relieved for good from here on; nil when nothing binds.
    package let relieved: Relief?
  }

  /// Explains, relieves the first resource for good, and looks again, until nothing binds.
  ///
  /// - Parameters:
  ///   - most: rungs at most.
  ///   - ladderFactor: by how much what was found is relieved for good: enough not to be found again.
  package func ladder(
    _ document: ScenarioDocument, figure: String?, tier: Tier, overrides: [String],
    variant: String, most: Int, ladderFactor: Double = 10, progress: (String) -> Void
  ) throws -> [Rung] {
    var rungs: [Rung] = []
    var kept = overrides
    while rungs.count < most {
      let outcome = try run(
        document, figure: figure, tier: tier, overrides: kept, variant: variant,
        progress: progress)
      let relieved = outcome.binding.first.flatMap { first in
        Relief.all(in: outcome.base.configuration, factor: ladderFactor)
          .first { $0.resource == first.relief.resource }
      }
      rungs.append(Rung(outcome: outcome, relieved: relieved))
      guard let relieved else { break }
      kept += relieved.overrides
    }
    return rungs
  }

  /// - Parameters:
  ///   - figure: in the way of `expect`; nil for the first that has a better side. Less is better where
  ///     neither side is.
  ///   - overrides: texts of `--set`; `run.replications` among them.
  ///   - progress: called with each candidate before it is run.
  package func run(
    _ document: ScenarioDocument, figure name: String?, tier: Tier, overrides: [String],
    variant: String, progress: (String) -> Void
  ) throws -> Outcome {
    let asked = try name.map { try document.asking([$0]) } ?? document
    func live(_ further: [String]) throws -> ExperimentResult {
      try runner.run(asked, tier: tier, overrides: overrides + further, variants: [variant])
    }
    func result(_ further: [String]) throws -> SavedResult { try read(try live(further)) }
    let unchanged = try live([])
    let base = try read(unchanged)
    let opened = OpenedAccount.all(in: unchanged.points[0], at: percentile)
    let figure = try Self.figure(name, in: base)
    let first = try result(["run.replications=1"])
    var reliefs: [Relief] = []
    var without: [Relief] = []
    for relief in Relief.all(in: base.configuration, factor: factor) {
      progress(relief.resource)
      let trial = try result(relief.overrides + ["run.replications=1"])
      if trial.fingerprint == first.fingerprint, Self.same(figure, first, trial) {
        without.append(relief)
      } else {
        reliefs.append(relief)
      }
    }
    var points = [Comparison.Point(name: "base", result: base)]
    for relief in reliefs {
      progress(relief.resource)
      points.append(.init(name: relief.resource, result: try result(relief.overrides)))
    }
    guard points.count > 1 else {
      return Outcome(
        base: base, figure: figure, effects: [], withoutInfluence: without, opened: opened)
    }
    let comparison = Comparison(points, selecting: .named([figure.name]))
    let sign: Double = figure.better == .higher ? -1 : 1
    let twice = Relief.all(in: base.configuration, factor: factor * factor)
    let effects = try zip(reliefs, comparison.figures[0].cells.dropFirst()).map { relief, cell in
      let share = cell.share(of: figure.value) ?? 0
      let isLuck = cell.verdict == .cannotTell || cell.verdict == .same
      return Effect(
        relief: relief, cell: cell, share: share,
        role: isLuck
          ? .minor
          : try role(of: relief, gaining: -sign * share) {
            guard let more = twice.first(where: { $0.resource == relief.resource }),
              let value = FigureSelection.named([figure.name])
                .figures(of: try result(more.overrides)).first?.value
            else { return nil }
            return -sign * (value - figure.value) / abs(figure.value)
          })
    }
    return Outcome(
      base: base, figure: figure,
      effects: effects.enumerated().sorted {
        (sign * $0.element.share, $0.offset) < (sign * $1.element.share, $1.offset)
      }.map(\.element),
      withoutInfluence: without, opened: opened)
  }

  /// - Parameter further: the gain when relieved once more.
  private func role(
    of relief: Relief, gaining gain: Double, further: () throws -> Double?
  ) rethrows -> Role {
    if gain < Self.leastEffect { return .minor }
    if gain >= Self.ownEffect { return .binds }
    // Of a time S within the figure the first relief takes S (1 - 1/f), both take S (1 - 1/f²).
    let proportional = factor / (factor + 1)
    guard let both = try further(), both > 0 else { return .binds }
    return abs(gain / both / proportional - 1) > Self.disproportion ? .binds : .serves
  }

  /// The figure of a name; without one the first that has a better side.
  static func figure(
    _ name: String?, in base: SavedResult
  ) throws(Problem) -> SavedResult.Figure {
    guard let name else {
      guard let figure = base.figures?.first(where: { $0.better != nil && $0.value != 0 }) else {
        throw .noFigure(nil, nearest: nil)
      }
      return figure
    }
    guard let figure = FigureSelection.named([name]).figures(of: base).first else {
      throw .noFigure(
        name, nearest: NearestName.of(name, among: FigureSelection.names(in: base)))
    }
    return figure
  }

  static func same(
    _ figure: SavedResult.Figure, _ one: SavedResult, _ other: SavedResult
  ) -> Bool {
    let selection = FigureSelection.named([figure.name])
    return selection.figures(of: one).first?.value == selection.figures(of: other).first?.value
  }
}
