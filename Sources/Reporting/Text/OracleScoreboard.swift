// SPDX-License-Identifier: Apache-2.0
package import Experiments

/// `Results/scoreboard/oracles.md`: measured beside simulated.
package enum OracleScoreboard {
  /// The whole page; the same reports give the same bytes.
  package static func markdown(_ reports: [OracleReport]) -> String {
    var lines = [
      "# Measured and simulated", "",
      "Made by `orrery bench oracles --data DIR --write FILE`. *Fitted* rows gave the model a constant "
        + "and say nothing about it; *n/a* rows are too uncertain to judge by. `cksum` checks the data.",
      "", "| oracle | met | missed | fitted | n/a | furthest judged |", "|---|---|---|---|---|---|",
    ]
    for report in reports {
      let worst = report.worst.map { "\($0.figure): \(ratio($0))" } ?? ""
      lines.append(
        "| \(report.oracle.name) | \(report.count(.met)) | \(report.count(.missed)) "
          + "| \(report.count(.fitted)) | \(report.count(.notApplicable)) | \(worst) |")
    }
    for report in reports { lines += section(report) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func section(_ report: OracleReport) -> [String] {
    var lines = [
      "", "## \(report.oracle.name)", "", report.oracle.title, "",
      data(of: report),
    ]
    if !report.oracle.fitted.isEmpty {
      lines += ["", "Constants were taken from:", ""] + report.oracle.fitted.map { "- \($0)" }
    }
    lines += [
      "", "| figure | unit | measured | simulated | ratio | tolerance | verdict |",
      "|---|---|---|---|---|---|---|",
    ]
    lines += report.comparisons.map { comparison in
      "| \(comparison.figure) | \(comparison.unit) | \(number(comparison.measured)) "
        + "| \(number(comparison.simulated)) | \(ratio(comparison)) "
        + "| \(tolerance(comparison.tolerance)) | \(comparison.verdict.rawValue) |"
    }
    return lines
  }

  private static func data(of report: OracleReport) -> String {
    switch report.oracle.data {
    case .file(let path): "Data: `\(path)`, cksum `\(report.digest)`."
    case .published(let source, _): "Published figures: \(source)."
    }
  }

  package static func ratio(_ comparison: OracleComparison) -> String {
    comparison.ratio.map { QuantityText.number($0) } ?? ""
  }

  private static func number(_ value: Double) -> String {
    QuantityText.number(value)
  }

  private static func tolerance(_ tolerance: OracleTolerance) -> String {
    switch tolerance {
    case .relative(let share): "± \(QuantityText.number(share * 100)) %"
    case .factor(let factor): "factor \(QuantityText.number(factor))"
    case .absolute(let distance): "± \(QuantityText.number(distance))"
    case .exact: "exact"
    }
  }
}
