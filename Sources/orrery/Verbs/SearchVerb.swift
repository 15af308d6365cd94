// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Foundation
import Reporting
import Scenario

extension CapacitySearch.Direction: ExpressibleByArgument {}

/// `orrery search`: how far does it go?
struct SearchVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Finds the largest or smallest value of a knob at which all objectives hold.",
    discussion: """
      Tries both ends of the range and then the middle of what is left. Where an objective's interval \
      contains its bound, it runs more replications, up to --most-replications; what still cannot be \
      told does not hold. What binds at the first value that does not is found as 'orrery explain' \
      does, by relieving each resource there. Exits with 3 when not even the good end holds.

        orrery search mine.yaml \\
          --tier quick \\
          --over cluster.nodePools.gpu.count=100..4000 \\
          --objective 'p99(etcd_request_duration_seconds{operation=update}) < 100ms'
      """)

  @OptionGroup var scenario: ScenarioOptions

  @Option(
    help: ArgumentHelp("The knob and its range: path=from..to.", valueName: "path=from..to"))
  var over: String

  @Option(
    name: .customLong("objective"),
    help: ArgumentHelp(
      "What has to hold, as in 'expect'; may be repeated. Without it the scenario's expectations.",
      valueName: "comparison"))
  var objectives: [String] = []

  @Option(help: "largest or smallest value that holds.")
  var find: CapacitySearch.Direction = .largest

  @Option(help: "How close the answer is, as a share of it.")
  var tolerance = 0.01

  @Option(help: "Replications of a first try.")
  var replications = 5

  @Option(help: "Most replications of a try.")
  var mostReplications = 40

  @Option(
    help: ArgumentHelp(
      "Also write what was found as one HTML file for people, without network.",
      valueName: "file"))
  var html: String?

  @Flag(inversion: .prefixedNo, help: "Find out what binds beyond the value found.")
  var explain = true

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard tolerance > 0, tolerance < 1 else {
      throw ValidationError("--tolerance must be between 0 and 1.")
    }
    guard replications >= 1, mostReplications >= replications else {
      throw ValidationError("--most-replications must not be below --replications.")
    }
    try scenario.requireOneVariant(for: "search")
  }

  func execute() throws -> ExitStatus {
    let range = try SearchRange(parsing: over)
    let document = try scenario.load()
    let variant = scenario.variant
    let asked =
      objectives.isEmpty
      ? document.expectations.filter { $0.variants.contains(variant) }
      : try document.objectives(objectives, on: [variant])
    guard !asked.isEmpty else {
      throw CommandFailure.badOption(
        "--objective", reason: "the scenario expects nothing of '\(variant)'; state an objective")
    }
    let report = html.map(ReportFile.init)
    try report?.check()
    StopSignal.listen()
    let search = CapacitySearch(
      range, direction: find, tolerance: tolerance,
      replications: replications...mostReplications,
      runner: scenario.runner)
    let outcome = try search.run(
      document, objectives: asked, tier: scenario.points.tier, overrides: scenario.overrides,
      variant: variant
    ) { trial in
      scenario.say("\(range.text(trial.value)): \(trial.verdict.rawValue)")
    }
    try report?.write(
      SearchReport(
        outcome, scenario: document.title ?? document.file, variant: variant
      ).text)
    let summary = SearchSummary(
      outcome, explained: try explanation(of: outcome, asked, document))
    if output.json {
      Console.write(summary.json)
    } else {
      Console.write(summary.text())
    }
    return outcome.holding == nil ? .missed : .success
  }

  /// What holds the missed objective's figure back where the search found it missed.
  private func explanation(
    of outcome: CapacitySearch.Outcome, _ asked: [Expectation], _ document: ScenarioDocument
  ) throws -> ExplanationSummary? {
    guard explain, let failing = outcome.failing,
      let figure = failing.bindingFigure(among: asked)
    else { return nil }
    let factor = 2.0
    let explainer = try Explainer(
      factor: factor, percentile: Percentile("p99"), runner: scenario.runner
    ) {
      try SavedExperiment($0).points[0]
    }
    let found = try explainer.run(
      document, figure: figure, tier: scenario.points.tier,
      overrides: scenario.overrides + [
        "\(outcome.range.path)=\(outcome.range.text(failing.value))",
        "run.replications=\(replications)",
      ], variant: scenario.variant
    ) { scenario.say("relieving \($0)") }
    return ExplanationSummary(found, factor: factor)
  }
}
