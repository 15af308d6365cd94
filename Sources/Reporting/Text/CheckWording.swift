// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation

/// Sentences and numbers about a check that its text, its Markdown and its JUnit file share.
enum CheckWording {
  /// `3 experiments: 2 met, 1 missed`.
  static func verdicts(_ outcome: CheckOutcome) -> String {
    let experiments = outcome.experiments
    let counts = Verdict.allCases.compactMap { verdict -> String? in
      let count = experiments.count { $0.verdict == verdict }
      return count == 0 ? nil : "\(count) \(verdict.rawValue)"
    }
    return plural(experiments.count, "experiment")
      + (counts.isEmpty ? "" : ": " + counts.joined(separator: ", "))
  }

  /// Nil when no scenario has a golden summary.
  static func golden(_ outcome: CheckOutcome) -> String? {
    let kept = outcome.scenarios.count { $0.golden != nil }
    guard kept > 0 else { return nil }
    let without = outcome.scenarios.count { $0.golden == nil && $0.failure == nil }
    let changed = outcome.changed.count
    return "golden summaries: \(kept - changed) unchanged, \(changed) changed"
      + (without > 0 ? ", \(plural(without, "scenario")) without" : "")
      + (changed > 0 ? "; if that is meant, accept it with --update-golden" : "")
  }

  static func baseline(_ comparison: BaselineComparison) -> String {
    let tested = comparison.rows.count { $0.band != nil }
    let (worse, better) = (comparison.regressions.count, comparison.improvements.count)
    let untested = comparison.rows.count - tested
    return "baseline: \(plural(tested, "figure")) judged together at a level of 0.1 %: "
      + "\(worse) worse, \(better) better, \(tested - worse - better) within their bands"
      + (untested > 0 ? "; \(untested) without a band" : "")
  }

  static func change(_ row: BaselineComparison.Row) -> String {
    if let change = row.change { return change == 0 ? "0 %" : signedPercent(change) }
    let difference = (row.now.mean ?? 0) - (row.baseline.mean ?? 0)
    return difference == 0 ? "0" : (difference > 0 ? "+" : "") + row.now.text(difference)
  }

  static func band(_ row: BaselineComparison.Row) -> String {
    guard let band = row.band else { return "-" }
    if row.isExact, band == 0 { return "exact" }
    return row.bandShare.map(percent) ?? row.now.text(band)
  }

  /// What is to be said beside a figure: that it changed, or that a change could not be seen.
  static func remark(_ row: BaselineComparison.Row) -> String {
    switch row.outcome {
    case .worse, .better: row.outcome.rawValue
    case .same, .noBand, .noValue: row.cannotSee ? "cannot see 10 %" : ""
    }
  }

  /// `+10.2 %`.
  static func signedPercent(_ share: Double) -> String {
    (share > 0 ? "+" : "") + percent(share)
  }

  /// `10.2 %`; no more digits than anyone would read.
  static func percent(_ share: Double) -> String {
    let value = share * 100
    guard value.isFinite, abs(value) < 1e6 else { return "-" }
    return String(
      format: abs(value) >= 100 ? "%.0f %%" : abs(value) >= 1 ? "%.1f %%" : "%.2g %%", value)
  }

  static func plural(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}
