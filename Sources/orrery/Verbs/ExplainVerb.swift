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
    let document = try scenario.load()
    StopSignal.listen()
    let explainer = Explainer(
      factor: factor,
      runner: scenario.runner
    ) { result in
      let saved = try SavedExperiment(result)
      guard saved.points.count == 1 else {
        throw CommandFailure.badOption(
          "--set", reason: "the scenario has a sweep; set its axes to one value each")
      }
      return saved.points[0]
    }
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
}
