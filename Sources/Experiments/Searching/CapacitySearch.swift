// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// How far a knob can go while all objectives hold.
///
/// The ends are tried first, then the middle of what is left, until the two neighbours are closer than
/// the tolerance. What holds at one value is taken to hold on the whole side of it. Where the interval
/// of an objective contains its bound, more replications are run until it does not, up to a limit.
package struct CapacitySearch: Sendable {
  /// Which end of the range is the good one.
  package enum Direction: String, Sendable, Hashable, CaseIterable, Codable {
    /// The largest value at which the objectives hold.
    case largest
    case smallest
  }

  /// One value that was tried.
  package struct Trial: Sendable {
    package let value: Double
    package let replications: Int
    package let objectives: [ExpectationResult]
    package let bottlenecks: [Bottleneck]

    package var verdict: Verdict { Verdict.worst(of: objectives.map(\.verdict)) }
    /// What the search goes by: with too few replications to tell, nothing has been shown to hold.
    package var holds: Bool { verdict == .met }
  }

  /// What was found.
  package struct Outcome: Sendable {
    package let range: SearchRange
    package let direction: Direction
    /// In the order in which they were tried.
    package let trials: [Trial]
    /// The last value that holds; nil when not even the good end does.
    package let holding: Trial?
    /// The nearest one that does not; nil when the whole range holds.
    package let failing: Trial?
  }

  package let range: SearchRange
  package let direction: Direction
  /// The largest distance of the two neighbours, as a share of the value.
  package let tolerance: Double
  package let replications: ClosedRange<Int>
  package let runner: ExperimentRunner

  package init(
    _ range: SearchRange, direction: Direction, tolerance: Double,
    replications: ClosedRange<Int>, runner: ExperimentRunner
  ) {
    self.range = range
    self.direction = direction
    self.tolerance = tolerance
    self.replications = replications
    self.runner = runner
  }

  /// - Parameters:
  ///   - overrides: texts of `--set`.
  ///   - progress: called after each trial.
  package func run(
    _ document: ScenarioDocument, objectives: [Expectation], tier: Tier, overrides: [String],
    variant: String, progress: (Trial) -> Void
  ) throws(ExperimentError) -> Outcome {
    var trials: [Trial] = []
    func attempt(_ value: Double) throws(ExperimentError) -> Trial {
      var count = replications.lowerBound
      while true {
        let trial = try self.trial(
          value, count, document, objectives, tier: tier, overrides: overrides, variant: variant)
        if trial.verdict != .cannotTell || count >= replications.upperBound {
          trials.append(trial)
          progress(trial)
          return trial
        }
        count = min(2 * count, replications.upperBound)
      }
    }
    let (good, bad) =
      direction == .largest ? (range.lower, range.upper) : (range.upper, range.lower)
    func outcome(_ holding: Trial?, _ failing: Trial?) -> Outcome {
      Outcome(
        range: range, direction: direction, trials: trials, holding: holding, failing: failing)
    }
    var holding = try attempt(good)
    guard holding.holds else { return outcome(nil, holding) }
    var failing = try attempt(bad)
    guard !failing.holds else { return outcome(failing, nil) }
    while !isNarrow(holding.value, failing.value) {
      let trial = try attempt(range.middle(holding.value, failing.value))
      if trial.holds { holding = trial } else { failing = trial }
    }
    return outcome(holding, failing)
  }

  private func isNarrow(_ a: Double, _ b: Double) -> Bool {
    let distance = abs(a - b)
    return range.isWhole && distance <= 1 || distance <= tolerance * max(abs(a), abs(b))
  }

  private func trial(
    _ value: Double, _ count: Int, _ document: ScenarioDocument, _ objectives: [Expectation],
    tier: Tier, overrides: [String], variant: String
  ) throws(ExperimentError) -> Trial {
    let set = overrides + ["\(range.path)=\(range.text(value))", "run.replications=\(count)"]
    let points: [ScenarioPoint]
    do {
      points = try document.points(tier: tier, overrides: set, variants: [variant])
    } catch {
      throw .scenario(error)
    }
    let result = try runner.run(document, points: points)
    let evaluator = ExpectationEvaluator(points: result.points)
    return Trial(
      value: value, replications: count,
      objectives: objectives.map { evaluator.judge($0, experiment: nil) },
      bottlenecks: result.points[0].bottlenecks)
  }
}
