// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// Why an experiment has no result.
package enum ExperimentError: Error, Sendable {
  /// The scenario, or what the command line makes of it, is wrong.
  case scenario(ScenarioError)
  /// A trace cannot be read.
  case trace(TraceError)
  /// A checkpoint cannot be written, or does not fit.
  case checkpoint(CheckpointError)
  /// The user or a limit asked for the end.
  case stopped(finishedRuns: Int, runs: Int, checkpoints: String?)
}

extension ExperimentError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .scenario(let error): error.description
    case .trace(let error): error.description
    case .checkpoint(let error): error.description
    case .stopped(let finished, let runs, let checkpoints):
      "stopped after \(finished) of \(runs) runs; "
        + (checkpoints.map { "the state is kept in \($0)" } ?? "nothing is kept")
    }
  }

  /// The exit code it leads to.
  package var exitCode: ExitCode {
    switch self {
    case .scenario, .trace, .checkpoint: .badInput
    case .stopped: .stopped
    }
  }
}
