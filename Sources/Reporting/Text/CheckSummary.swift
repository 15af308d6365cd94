// SPDX-License-Identifier: Apache-2.0
package import Experiments

/// What a check has found, as a text for people.
package struct CheckSummary {
  private let outcome: CheckOutcome

  package init(_ outcome: CheckOutcome) {
    self.outcome = outcome
  }

  /// One scenario, ending without a newline: a line for each experiment, below it what decided it
  /// when it is not met, and what differs from the golden summary.
  package static func lines(_ scenario: CheckOutcome.Scenario) -> String {
    var lines = scenario.experiments.flatMap { experiment in
      ["\(experiment.verdict.rawValue): \(experiment.id) (\(experiment.scenario))"]
        + experiment.reasons.map { "  \($0.id): \($0.explanation)" }
    }
    if let golden = scenario.golden, !golden.isUnchanged {
      lines.append("changed: \(scenario.name) is not what its golden summary says")
      lines += golden.changes.map { "  \($0)" }
    }
    return lines.joined(separator: "\n")
  }

  /// What follows after the last scenario, ending without a newline.
  package var text: String {
    let parts = [[CheckWording.verdicts(outcome)], golden, baseline, speed, saved]
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n")
  }

  private var golden: [String] {
    CheckWording.golden(outcome).map { [$0] } ?? []
  }

  private var baseline: [String] {
    guard let comparison = outcome.baseline else { return [] }
    var lines = [CheckWording.baseline(comparison)]
    let tested = comparison.rows.filter { $0.band != nil }
    if !tested.isEmpty {
      var table = TextTable([.left, .left, .left, .right, .right, .right, .right, .left])
      table.add(["scenario", "point", "figure", "baseline", "now", "change", "band", ""])
      for row in tested {
        table.add([
          row.scenario, row.point, row.now.name, row.baseline.text(row.baseline.mean),
          row.now.text(row.now.mean), CheckWording.change(row), CheckWording.band(row),
          CheckWording.remark(row),
        ])
      }
      lines += [""] + table.lines()
    }
    return lines + blindness(of: comparison) + (comparison.notes.isEmpty ? [] : [""])
      + comparison.notes
  }

  private var saved: [String] {
    guard let bands = outcome.savedBands else { return [] }
    let tested = bands.rows.filter { $0.band != nil }
    var lines = [
      "as a baseline: \(CheckWording.plural(tested.count, "figure")) with a band, the smallest "
        + "change that other seeds would show"
    ]
    if !tested.isEmpty {
      var table = TextTable([.left, .left, .left, .right, .right, .left])
      table.add(["scenario", "point", "figure", "mean", "band", ""])
      for row in tested {
        table.add([
          row.scenario, row.point, row.now.name, row.now.text(row.now.mean),
          CheckWording.band(row), CheckWording.remark(row),
        ])
      }
      lines += [""] + table.lines()
    }
    return lines + blindness(of: bands)
  }

  /// What a comparison cannot see, and why.
  private func blindness(of comparison: BaselineComparison) -> [String] {
    var lines: [String] = []
    if !comparison.blind.isEmpty {
      let tested = comparison.rows.count { $0.band != nil }
      lines += [
        "",
        "\(comparison.blind.count) of \(CheckWording.plural(tested, "figure")) cannot see 10 %: "
          + "luck moves them by more; more replications help (--replications)",
      ]
    }
    if !comparison.withoutBand.isEmpty {
      lines += ["", "one replication: no band; run with more (--replications):"]
      lines += comparison.withoutBand.map { "  \($0)" }
    }
    let valueless = comparison.rows.filter { $0.outcome == .noValue }
    if !valueless.isEmpty {
      lines += ["", "not compared, because a replication has no value:"]
      lines += valueless.map { "  \($0.scenario): \($0.point): \($0.now.name)" }
    }
    return lines
  }

  private var speed: [String] {
    guard let speed = outcome.speed, !speed.rows.isEmpty else { return [] }
    var lines = ["speed of the simulator" + (speed.obstacle.map { ", not judged: \($0)" } ?? "")]
    var table = TextTable([.left, .right, .right, .right, .right, .left])
    table.add(["scenario", "baseline events/CPU-s", "now", "change", "band", ""])
    for row in speed.rows {
      table.add([
        row.scenario,
        row.baseline.map { QuantityText.number($0.eventsPerSecond.rounded()) } ?? "-",
        QuantityText.number(row.now.eventsPerSecond.rounded()),
        row.change.map(CheckWording.signedPercent) ?? "-",
        row.band.map(CheckWording.percent) ?? "-",
        row.outcome == .same || row.outcome == .notJudged ? "" : row.outcome.rawValue,
      ])
    }
    lines += table.lines()
    lines.append("(change: after division by a fixed piece of work timed beside each run)")
    return lines
  }
}

extension ExperimentVerdict {
  /// The expectations that decided a verdict of missed or cannot-tell.
  var reasons: [ExpectationResult] {
    guard verdict == .missed || verdict == .cannotTell else { return [] }
    return expectations.filter { $0.verdict == verdict }
  }
}

extension ExpectationResult {
  /// What was expected, what came out, and why that is no plain verdict.
  var explanation: String {
    [that, finding.text, finding.reason].filter { !$0.isEmpty }.joined(separator: "; ")
  }
}
