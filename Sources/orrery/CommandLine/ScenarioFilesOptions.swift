// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments

/// Many scenarios, and how they are run: for verbs that run each of them as it is.
struct ScenarioFilesOptions: ParsableArguments {
  @Argument(help: "Scenario files, or folders to search for them.")
  var paths: [String]

  @Option(help: ArgumentHelp("Replaces run.seed of every scenario.", valueName: "n"))
  var seed: Int?

  @OptionGroup var output: OutputOptions
  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var profiles: ProfileOptions

  func validate() throws {
    if let seed, seed < 0 { throw ValidationError("--seed must not be negative.") }
  }

  /// The files, each once.
  var files: [String] {
    get throws(CommandFailure) { try ScenarioPaths.files(in: paths) }
  }

  var library: ScenarioLibrary { profiles.library }
}
