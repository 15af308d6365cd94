// SPDX-License-Identifier: Apache-2.0

/// All that a check has found.
package struct CheckOutcome: Sendable {
  /// What became of one scenario.
  package struct Scenario: Sendable {
    /// Its name, the same wherever the check is started.
    package let name: String
    /// In the order of their first expectation; none when it could not be run.
    package let experiments: [ExperimentVerdict]
    /// Nil when it could not be run.
    package let record: CheckRecord?
    /// Nil without a golden summary, or when none was asked for.
    package let golden: GoldenComparison?
    /// Why it could not be run, in words, and the exit code that follows.
    package let failure: Failure?

    package init(
      name: String, experiments: [ExperimentVerdict], record: CheckRecord,
      golden: GoldenComparison? = nil
    ) {
      self.name = name
      self.experiments = experiments
      self.record = record
      self.golden = golden
      failure = nil
    }

    package init(name: String, failure: Failure) {
      self.name = name
      experiments = []
      record = nil
      golden = nil
      self.failure = failure
    }
  }

  package struct Failure: Sendable, Hashable {
    package let message: String
    package let exitCode: ExitCode

    package init(message: String, exitCode: ExitCode) {
      self.message = message
      self.exitCode = exitCode
    }
  }

  package let tier: String
  /// Whether an experiment that cannot tell counts.
  package let isStrict: Bool
  /// In the order of the check.
  package let scenarios: [Scenario]
  package let baseline: BaselineComparison?
  package let speed: SpeedComparison?
  /// The bands of what is saved as a baseline; nil when nothing is.
  package let savedBands: BaselineComparison?

  package init(
    tier: String, isStrict: Bool, scenarios: [Scenario], baseline: BaselineComparison? = nil,
    speed: SpeedComparison? = nil, savedBands: BaselineComparison? = nil
  ) {
    self.tier = tier
    self.isStrict = isStrict
    self.scenarios = scenarios
    self.baseline = baseline
    self.speed = speed
    self.savedBands = savedBands
  }

  package var experiments: [ExperimentVerdict] { scenarios.flatMap(\.experiments) }

  /// Scenarios that do not behave as their golden summaries say.
  package var changed: [Scenario] { scenarios.filter { $0.golden?.isUnchanged == false } }

  package func exitCode(of verdict: Verdict) -> ExitCode {
    verdict == .cannotTell && !isStrict ? .success : verdict.exitCode
  }

  /// How the check ends. A change of behaviour that nobody has accepted counts as worse than the
  /// baseline, whatever it changed.
  package var exitCode: ExitCode {
    let codes =
      scenarios.compactMap { $0.failure?.exitCode } + experiments.map { exitCode(of: $0.verdict) }
      + [baseline?.exitCode, speed?.exitCode, changed.isEmpty ? nil : .worseThanBaseline]
      .compactMap { $0 }
    return .worst(of: codes)
  }
}
