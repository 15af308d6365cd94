// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Scenario

/// One scenario, and how it is run: for verbs that ask many runs of it.
struct ScenarioOptions: ParsableArguments {
  @Argument(help: "The scenario.")
  var path: String

  @OptionGroup var points: PointOptions

  @Option(help: ArgumentHelp("Replaces run.seed.", valueName: "n"))
  var seed: Int?

  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var profiles: ProfileOptions

  func validate() throws {
    if let seed, seed < 0 { throw ValidationError("--seed must not be negative.") }
  }

  /// Reads the scenario.
  func load() throws -> ScenarioDocument {
    guard let file = try ScenarioPaths.files(in: [path]).first else {
      throw CommandFailure.noScenarios(in: path)
    }
    return try profiles.library.load(file)
  }

  /// The overrides, with `--seed` as one of them.
  var overrides: [String] { points.overrides(seed: seed) }

  /// The variant that is looked at, for verbs that look at one.
  var variant: String { points.variants.first ?? Variant.base }

  /// Refuses more variants than one.
  func requireOneVariant(for verb: String) throws {
    guard points.variants.count <= 1 else {
      throw ValidationError("\(verb) looks at one --variant at a time.")
    }
  }

  /// Runs that stop at a signal.
  var runner: ExperimentRunner {
    ExperimentRunner(
      options: RunOptions(threads: execution.threads), cancellation: StopSignal.cancellation)
  }

  /// Tells a person at a terminal how far it is.
  func say(_ text: String) {
    if !execution.quiet, Console.errorIsTerminal { Console.complain(text) }
  }
}
