// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Foundation
import Reporting
import Scenario

/// `orrery explain`: which resource holds a figure back?
struct ExplainVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Relieves each resource in turn, with the same luck, and ranks what that gains.",
    discussion: """
      A full queue or a busy disk only suggests a bottleneck; the proof is to run again with that one \
      resource twice as fast or large. A resource binds when the figure gains 10 % by that and luck \
      does not explain it: a third or more, or out of proportion to the speed (against what it gains \
      when relieved once more), so that it was a queue. What gains in proportion only serves.

        orrery explain mine.yaml \\
          --tier quick \\
          --set cluster.nodePools.gpu.count=650 \\
          --figure 'p99(etcd_request_duration_seconds{operation="update"})'

      With --request, --pod or --job one life is told step by step instead. Pods and jobs are called \
      after their workload, by number: trainer-0, trainer-1, ...

        orrery explain mine.yaml --request slowest
        orrery explain mine.yaml --request 'slowest:kubelet PATCH nodes'
        orrery explain mine.yaml --pod trainer-17

      With --sensitivity each number of the scenario that the run reads is made 20 % smaller and \
      larger in turn. The folder of a kept result is explained without any run, as far as its time \
      accounts go.

        orrery explain mine.yaml --sensitivity --knobs 'cluster.etcd'
        orrery explain Results/runs/mine
      """)

  @OptionGroup var scenario: ScenarioOptions

  @Option(
    help: ArgumentHelp(
      "What to explain, as in 'expect'; without it the first figure that has a better side.",
      valueName: "figure"))
  var figure: String?

  @Option(help: "How many times as fast or large a relieved resource is.")
  var factor = 2.0

  @Flag(
    help: "Relieve the first resource that binds for good, look again, and so on: the ladder.")
  var ladder = false

  @Option(help: "Rungs of the ladder at most.")
  var rungs = 6

  @Option(help: "Replications of each run.")
  var replications = 5

  @Option(
    help: ArgumentHelp("Open the time accounts above this percentile.", valueName: "pXX"))
  var at = "p99"

  @OptionGroup var turns: SensitivityOptions
  @OptionGroup var lives: LifeOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard factor > 1, factor <= 1_000 else {
      throw ValidationError("--factor must be above 1, and 1,000 at most.")
    }
    guard replications >= 2 else {
      throw ValidationError("--replications must be at least 2: luck needs to be told apart.")
    }
    try scenario.requireOneVariant(for: "explain")
  }

  func execute() throws -> ExitStatus {
    let percentile = try Percentile(at)
    if ComparedSources.isSaved(scenario.path) { return try explainKept(at: percentile) }
    let document = try scenario.load()
    StopSignal.listen()
    if let question = lives.question { return try tell(question, of: document) }
    if turns.sensitivity { return try turnKnobs(of: document) }
    let explainer = Explainer(
      factor: factor, percentile: percentile, runner: scenario.runner, read: Self.onlyPoint)
    let found = try explainer.ladder(
      document, figure: figure, tier: scenario.points.tier,
      overrides: scenario.overrides + ["run.replications=\(replications)"],
      variant: scenario.variant, most: ladder ? rungs : 1
    ) { resource in
      scenario.say("relieving \(resource)")
    }
    let summaries = found.map { ExplanationSummary($0.outcome, factor: factor) }
    if output.json {
      Console.write(ladder ? .array(summaries.map(\.json)) : summaries[0].json)
    } else if ladder {
      Console.write(LadderSummary(found, factor: factor).text())
    } else {
      Console.write(summaries[0].text())
    }
    return .success
  }

  /// The one point of a live result, as it would be kept.
  @Sendable static func onlyPoint(_ result: ExperimentResult) throws -> SavedResult {
    let saved = try SavedExperiment(result)
    guard saved.points.count == 1 else {
      throw CommandFailure.badOption(
        "--set", reason: "the scenario has a sweep; set its axes to one value each")
    }
    return saved.points[0]
  }

  /// Says of a kept result what needs no run.
  private func explainKept(at percentile: Percentile) throws -> ExitStatus {
    guard lives.question == nil, !turns.sensitivity, !ladder, figure == nil else {
      throw CommandFailure.badOption(
        scenario.path, reason: "is a kept result; what needs runs is asked of its scenario")
    }
    let kept = try KeptExplanation(
      try SavedExperiment(reading: scenario.path), at: percentile)
    if output.json {
      Console.write(kept.json)
    } else {
      Console.write(kept.text())
    }
    return .success
  }
}
