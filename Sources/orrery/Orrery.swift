// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments

/// The command line: one file a verb under `Verbs`; no modelling here.
struct Orrery: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "orrery",
    abstract: "Simulates Kubernetes GPU clusters: a scenario goes in, what it felt like comes out.",
    discussion: """
      A first run:

        orrery new mine.yaml
        orrery run mine.yaml

      \(ExitStatus.help)
      """,
    version: Release.version,
    subcommands: [
      RunVerb.self, CheckVerb.self, CompareVerb.self, SweepVerb.self, MergeVerb.self,
      SearchVerb.self, ExplainVerb.self,
      PlanVerb.self, ValidateVerb.self, SchemaVerb.self, ListVerb.self, NewVerb.self,
      ReportVerb.self, ExportVerb.self, BenchVerb.self,
    ])
}

/// A subcommand that says how it ended.
protocol Verb: ParsableCommand {
  /// Does the work; what is wrong with the input is thrown.
  mutating func execute() throws -> ExitStatus
}

extension Verb {
  mutating func run() throws {
    throw ExitCode(try execute().rawValue)
  }
}

@main
enum Main {
  static func main() {
    exit(EntryPoint.run(Array(CommandLine.arguments.dropFirst())))
  }

  private static func exit(_ status: ExitStatus) -> Never {
    Orrery.exit(withError: ExitCode(status.rawValue))
  }
}
