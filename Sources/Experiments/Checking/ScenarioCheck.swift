// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// Runs many scenarios and says which experiments came out as expected: what CI asks for.
package struct ScenarioCheck: Sendable {
  /// One scenario of a check.
  package struct Outcome: Sendable {
    package let scenario: String
    /// Why there is no result, or the experiments.
    package let result: Result<[ExperimentVerdict], ExperimentError>

    /// What it does to the exit code; with `strict`, not being able to tell counts.
    package func exitCode(strict: Bool) -> ExitCode {
      switch result {
      case .failure(let error): error.exitCode
      case .success(let experiments):
        ExitCode.worst(
          of: experiments.map(\.verdict.exitCode).map {
            $0 == .cannotTell && !strict ? .success : $0
          })
      }
    }
  }

  package let library: ScenarioLibrary
  package let runner: ExperimentRunner

  package init(library: ScenarioLibrary = ScenarioLibrary(), runner: ExperimentRunner) {
    self.library = library
    self.runner = runner
  }

  /// Runs the scenarios at the paths given, files or folders, one after the other; a scenario that
  /// cannot be run does not keep the others from running, a stop does.
  package func run(_ paths: [String], tier: Tier) -> [Outcome] {
    var outcomes: [Outcome] = []
    for file in ScenarioLibrary.files(at: paths) {
      guard !runner.cancellation.isCancelled else { break }
      outcomes.append(Outcome(scenario: file, result: result(of: file, tier: tier)))
    }
    return outcomes
  }

  private func result(
    of file: String, tier: Tier
  ) -> Result<[ExperimentVerdict], ExperimentError> {
    do throws(ExperimentError) {
      let document: ScenarioDocument
      do throws(ScenarioError) { document = try library.load(file) } catch {
        throw .scenario(error)
      }
      return .success(try runner.run(document, tier: tier).experiments)
    } catch {
      return .failure(error)
    }
  }
}
