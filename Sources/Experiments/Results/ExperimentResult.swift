// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// What a scenario has shown: all points that were run, and what became of the expectations.
package struct ExperimentResult: Sendable {
  /// The path of the scenario.
  package let scenario: String
  package let title: String?
  package let source: ExperimentSource?
  /// At least one; the base first when it was run.
  package let points: [PointResult]
  package let expectations: [ExpectationResult]
  /// What to show of the points side by side.
  package let figures: [Figure]
  /// Oddities of the scenario itself and of the expectations.
  package let warnings: [String]

  /// Judges the document's expectations on points that were run; there is at least one.
  package init(
    _ document: ScenarioDocument, points: [PointResult], warnings further: [String] = []
  ) {
    scenario = document.file
    title = document.title
    source = document.source
    self.points = points
    let evaluator = ExpectationEvaluator(points: points)
    expectations = document.expectations.map {
      evaluator.judge($0, experiment: $0.experiment ?? document.source?.experiment)
    }
    figures = Figure.all(of: points, expectations: document.asked + document.expectations)
    warnings =
      document.warnings.map(\.description)
      + SettlingCheck.warnings(for: document.expectations, points: points) + further
  }

  /// The worst verdict over all expectations; not applicable when there are none.
  package var verdict: Verdict { Verdict.worst(of: expectations.map(\.verdict)) }

  /// How a run with this result ends.
  package var exitCode: ExitCode { verdict.exitCode }
}
