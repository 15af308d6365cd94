// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Reporting
import Scenario

/// Which knobs are turned.
struct SensitivityOptions: ParsableArguments {
  @Flag(help: "Make each number that the run reads 20 % smaller and larger; sorted by effect.")
  var sensitivity = false

  @Option(
    help: ArgumentHelp(
      "Turn only knobs with this in their path; '*' stands for anything.", valueName: "pattern"))
  var knobs: String?

  func validate() throws {
    if knobs != nil, !sensitivity { throw ValidationError("--knobs goes with --sensitivity.") }
  }
}

extension ExplainVerb {
  /// Turns each knob a little.
  func turnKnobs(of document: ScenarioDocument) throws -> ExitStatus {
    let quiet = scenario.execution.quiet
    let isWatched = !quiet && Console.errorIsTerminal
    defer { if isWatched { Console.show("\r\u{1B}[K") } }
    let found = try Sensitivity(runner: scenario.runner, read: Self.onlyPoint).run(
      document, figure: figure, matching: turns.knobs.map { KnobPattern($0) },
      tier: scenario.points.tier, overrides: scenario.overrides, variant: scenario.variant,
      replications: replications
    ) { knobs, first, most in
      guard !quiet else { return }
      Console.complain(
        "\(knobs) knobs: \(first) runs show which have any influence, then up to \(most) measure it"
      )
    } progress: { done, all in
      if isWatched { Console.show("\rrun \(done) of \(all)\u{1B}[K") }
    }
    let summary = SensitivitySummary(found)
    if output.json {
      Console.write(summary.json)
    } else {
      Console.write(summary.text())
    }
    return .success
  }
}
