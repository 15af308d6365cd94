// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Reporting
import Scenario

/// `orrery compare`: several points beside the first.
struct CompareVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares scenarios, variants or saved results with the first one.",
    discussion: """
      A scenario is run, five times at least; a folder that 'orrery run' wrote is read. One scenario \
      alone compares its variants with its base, several compare their bases. Runs with equal seeds \
      are compared pair by pair, so that both sides see the same luck. A difference is called better \
      or worse (for what has no good side: higher or lower) only if all verdicts together are wrong \
      with a probability of at most 5 %.

        orrery compare mine.yaml --tier quick
        orrery compare Results/runs/before Results/runs/after --markdown
        orrery compare a.yaml b.yaml --figure 'p99(etcd_request_duration_seconds)'
      """)

  @Argument(help: "Scenario files, and folders of earlier runs; the first is compared with.")
  var sources: [String]

  @OptionGroup var points: PointOptions
  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var profiles: ProfileOptions

  @Option(help: "Replications of each point; without it as the scenario says, and at least 5.")
  var replications: Int?

  @Option(help: "Seed of the scenarios that are run.")
  var seed: Int?

  @Option(
    name: .customLong("figure"),
    help: ArgumentHelp(
      "Compare this figure only, as the table prints it; may be repeated.", valueName: "name"))
  var figures: [String] = []

  @Flag(help: "Compare every series, not only what expectations speak of.")
  var all = false

  @Flag(help: "Print Markdown, fit for a pull-request comment.")
  var markdown = false

  @Option(
    help: ArgumentHelp(
      "Also write the comparison as one HTML file for people, without network.",
      valueName: "file"))
  var html: String?

  @Flag(help: "Exit with 4 when anything is worse.")
  var failIfWorse = false

  func validate() throws {
    if let replications, replications < 1 {
      throw ValidationError("--replications must be at least 1.")
    }
    if let seed, seed < 0 { throw ValidationError("--seed must not be negative.") }
    if all, !figures.isEmpty { throw ValidationError("--all and --figure exclude each other.") }
  }

  func execute() throws -> ExitStatus {
    let report = html.map(ReportFile.init)
    try report?.check()
    StopSignal.listen()
    let compared = try ComparedSources(
      profiles: profiles, points: points, execution: execution, seed: seed,
      replications: replications, figures: figures
    ).compared(sources)
    guard compared.count > 1 else {
      throw CommandFailure.badOption(
        sources.joined(separator: " "),
        reason: "only one point is there; name another scenario, variant or saved result")
    }
    let comparison = Comparison(compared, selecting: try selection(among: compared))
    try report?.write(ComparisonReport(comparison).text)
    if output.json {
      Console.write(comparison.json)
    } else {
      let table = ComparisonTable(comparison)
      Console.write(markdown ? table.markdown() : table.text())
    }
    return failIfWorse && comparison.isAnythingWorse ? .worseThanBaseline : .success
  }

  private func selection(among compared: [Comparison.Point]) throws -> FigureSelection {
    guard !figures.isEmpty else { return all ? .all : .asked }
    for figure in figures
    where !compared.contains(where: { FigureSelection.has(figure, in: $0.result) }) {
      let names = FigureSelection.names(in: compared[0].result)
      let nearest = NearestName.of(figure, among: names)
      throw CommandFailure.badOption(
        "--figure",
        reason: "no point has '\(figure)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
    }
    return .named(figures)
  }
}
