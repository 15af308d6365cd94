// SPDX-License-Identifier: Apache-2.0
package import Experiments

/// A check as Markdown for the summary page of a CI job: what went wrong first, everything else
/// folded away.
package struct CheckMarkdown {
  private let outcome: CheckOutcome

  package init(_ outcome: CheckOutcome) {
    self.outcome = outcome
  }

  /// The document, with a newline at its end.
  package var text: String {
    let parts = [heading, failures, experiments, golden, baseline, speed]
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }

  private var heading: [String] {
    let verdict =
      switch outcome.exitCode {
      case .success: "passed"
      case .internalError, .badInput: "could not be done"
      case .missed: "expectations missed"
      case .worseThanBaseline: "worse than the baseline"
      case .cannotTell: "cannot tell"
      case .stopped: "stopped"
      }
    return [
      "## orrery check: \(verdict)", "",
      "Tier \(outcome.tier), \(CheckWording.verdicts(outcome)).",
    ]
  }

  private var failures: [String] {
    outcome.scenarios.compactMap { scenario in
      scenario.failure.map {
        "- **\(MarkdownTable.plain(scenario.name))**: \(MarkdownTable.plain($0.message))"
      }
    }
  }

  private var experiments: [String] {
    let shown = outcome.experiments.filter { !$0.reasons.isEmpty }
    guard !shown.isEmpty else { return [] }
    var table = MarkdownTable(["experiment", "scenario", "verdict", "why"])
    for experiment in shown {
      for reason in experiment.reasons {
        table.add([
          MarkdownTable.plain(reason.id), MarkdownTable.plain(experiment.scenario),
          experiment.verdict.rawValue,
          [
            MarkdownTable.code(reason.that), MarkdownTable.plain(reason.finding.text),
            MarkdownTable.plain(reason.finding.reason),
          ].filter { !$0.isEmpty }.joined(separator: "; "),
        ])
      }
    }
    return table.lines
  }

  private var golden: [String] {
    guard let sentence = CheckWording.golden(outcome) else { return [] }
    var lines = ["### Golden summaries", "", sentence.capitalizedFirst + "."]
    guard !outcome.changed.isEmpty else { return lines }
    var table = MarkdownTable(["scenario", "change"])
    for scenario in outcome.changed {
      for change in scenario.golden?.changes ?? [] {
        table.add([MarkdownTable.plain(scenario.name), MarkdownTable.plain(change)])
      }
    }
    lines += [""] + table.lines
    return lines
  }

  private var baseline: [String] {
    guard let comparison = outcome.baseline else { return [] }
    var lines = [
      "### Against the baseline", "", CheckWording.baseline(comparison).capitalizedFirst + ".",
    ]
    let changed = comparison.regressions + comparison.improvements
    if !changed.isEmpty { lines += [""] + table(changed) }
    let tested = comparison.rows.filter { $0.band != nil }
    if tested.count > changed.count {
      lines += folded("All \(CheckWording.plural(tested.count, "figure"))", table(tested))
    }
    if !comparison.blind.isEmpty {
      lines += folded(
        "\(CheckWording.plural(comparison.blind.count, "figure")) cannot see 10 %",
        table(comparison.blind))
    }
    if !comparison.withoutBand.isEmpty {
      lines += folded(
        "\(CheckWording.plural(comparison.withoutBand.count, "scenario")) with one replication: "
          + "no band; run with more",
        comparison.withoutBand.map { "- \(MarkdownTable.plain($0))" })
    }
    if !comparison.notes.isEmpty {
      lines += folded(
        "Not on both sides", comparison.notes.map { "- \(MarkdownTable.plain($0))" })
    }
    return lines
  }

  private func table(_ rows: [BaselineComparison.Row]) -> [String] {
    var table = MarkdownTable(
      ["scenario", "point", "figure", "baseline", "now", "change", "band", ""],
      rightAligned: [3, 4, 5, 6])
    for row in rows {
      table.add([
        MarkdownTable.plain(row.scenario), MarkdownTable.plain(row.point),
        MarkdownTable.code(row.now.name), row.baseline.text(row.baseline.mean),
        row.now.text(row.now.mean), CheckWording.change(row), CheckWording.band(row),
        row.outcome == .worse ? "**worse**" : CheckWording.remark(row),
      ])
    }
    return table.lines
  }

  private var speed: [String] {
    guard let speed = outcome.speed, !speed.rows.isEmpty else { return [] }
    var table = MarkdownTable(
      ["scenario", "baseline events/CPU-s", "now", "change", "band", ""],
      rightAligned: [1, 2, 3, 4])
    for row in speed.rows {
      table.add([
        MarkdownTable.plain(row.scenario),
        row.baseline.map { QuantityText.number($0.eventsPerSecond.rounded()) } ?? "-",
        QuantityText.number(row.now.eventsPerSecond.rounded()),
        row.change.map(CheckWording.signedPercent) ?? "-",
        row.band.map(CheckWording.percent) ?? "-",
        row.outcome == .slower ? "**slower**" : row.outcome == .faster ? "faster" : "",
      ])
    }
    let obstacle = speed.obstacle.map { ["", "Not judged: \(MarkdownTable.plain($0))."] } ?? []
    return ["### Speed of the simulator"] + obstacle + [""] + table.lines
  }

  private func folded(_ title: String, _ lines: [String]) -> [String] {
    ["", "<details><summary>\(title)</summary>", ""] + lines + ["", "</details>"]
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
