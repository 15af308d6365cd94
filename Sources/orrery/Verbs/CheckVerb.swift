// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Reporting
import Scenario

/// `orrery check`.
struct CheckVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Runs all scenarios of a folder and gives a verdict for each experiment.",
    discussion: """
      For CI. An experiment's verdict is the worst of its expectations: missed, cannot-tell, met; \
      fitted and not-applicable count only when nothing else is there. Nothing is written without \
      --out.
      """)

  @Argument(help: "Scenario files, or folders to search for them.")
  var paths: [String]

  @Option(help: "The size to run: full as written, quick for CI, long where time does not matter.")
  var tier: Tier = .full

  @Flag(help: "Exit with 5 when an experiment cannot tell.")
  var strict = false

  @Option(help: ArgumentHelp("Also write each result, into a folder below this.", valueName: "dir"))
  var out: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var profiles: ProfileOptions

  func execute() throws -> ExitStatus {
    let files = try ScenarioPaths.files(in: paths)
    let folders = try out.map { try ResultFolders(files: files, out: $0) }
    StopSignal.listen()
    var statuses: [ExitStatus] = []
    var experiments: [CheckedExperiment] = []
    for file in files {
      do {
        let result = try execution.run(
          profiles.library.load(file), tier: tier, overrides: [], variants: nil,
          options: RunOptions(threads: execution.threads))
        try folders?[file].write(result)
        let checked = CheckedExperiment.all(of: result)
        experiments += checked
        statuses += checked.map { $0.exitStatus(isStrict: strict) }
        if !output.json, !execution.quiet { checked.forEach { Console.write($0.line) } }
      } catch {
        statuses.append(EntryPoint.report(error))
        if statuses.last == .stopped { break }
      }
    }
    if output.json {
      Console.write(
        .object([
          "tier": .string(tier.rawValue),
          "experiments": .array(experiments.map(\.json)),
          // Nothing to compare with: baselines are not read yet.
          "regressions": .array([]),
        ]))
    } else if !execution.quiet {
      Console.write(CheckedExperiment.summary(experiments))
    }
    return .worst(of: statuses)
  }
}
