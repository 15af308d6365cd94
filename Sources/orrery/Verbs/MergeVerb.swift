// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Reporting
import Scenario

/// `orrery merge`: shards of a sweep become the sweep.
struct MergeVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Makes the folders of a sweep's shards the one folder of the whole sweep.",
    discussion: """
      The folder is that which the sweep without --shard would have written, apart from what the \
      machines did. All shards have to be of one scenario, with the same settings, run by the same \
      version. Without some points it is the folder of a sweep that was stopped (exit 6): they are \
      named, and the same sweep with --out goes on with them.

        orrery sweep mine.yaml --shard 1/2 --out one
        orrery sweep mine.yaml --shard 2/2 --out two
        orrery merge one two --out whole
      """)

  @Argument(help: "Folders of shards.")
  var folders: [String]

  @Option(help: ArgumentHelp("Folder of the sweep.", valueName: "dir"))
  var out: String

  @OptionGroup var output: OutputOptions

  @Flag(name: .shortAndLong, help: "No summary.")
  var quiet = false

  func execute() throws -> ExitStatus {
    let merge = try SweepMerge(folders)
    try merge.write(to: out)
    let missing = merge.missing
    if output.json {
      Console.write(
        .object([
          "folder": .string(out), "points": .integer(merge.results.count),
          "missing": .array(missing.map { .string($0) }),
        ]))
    } else if !quiet, missing.isEmpty {
      Console.write(SweepSummary(merge.results).text(keptIn: out))
    }
    guard missing.isEmpty else {
      Console.complain(
        "orrery: \(missing.count) of \(merge.count) points are missing: "
          + missing.joined(separator: ", ") + "; the same sweep with --out \(out) goes on with them"
      )
      return .stopped
    }
    return .worst(of: merge.results.flatMap(\.exitCodes))
  }
}
