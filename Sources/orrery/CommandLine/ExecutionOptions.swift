// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Foundation
import Scenario

/// How runs are carried out and watched.
struct ExecutionOptions: ParsableArguments {
  @Option(help: "Runs side by side; changes no result.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Flag(name: .shortAndLong, help: "No progress and no summary.")
  var quiet = false

  func validate() throws {
    guard threads > 0 else { throw ValidationError("--threads must be at least 1.") }
  }

  /// Runs a scenario, with progress on a terminal, until its end or a signal.
  func run(
    _ document: ScenarioDocument, tier: Tier, overrides: [String], variants: [String]?,
    options: RunOptions
  ) throws(ExperimentError) -> ExperimentResult {
    let line = ProgressLine(
      title: ScenarioPaths.name(of: document.file), isQuiet: quiet)
    defer { line?.clear() }
    var progress: (@Sendable (RunProgress) -> Void)?
    if let line { progress = { line.show($0) } }
    let runner = ExperimentRunner(
      options: options, cancellation: StopSignal.cancellation, progress: progress)
    return try runner.run(document, tier: tier, overrides: overrides, variants: variants)
  }
}
