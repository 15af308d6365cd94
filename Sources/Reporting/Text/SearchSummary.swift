// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Measurement
package import Scenario

/// What a search has found, for people and for machines.
package struct SearchSummary {
  private let outcome: CapacitySearch.Outcome
  private let explained: ExplanationSummary?

  /// - Parameter explained: what holds the missed figure back, if it was found out.
  package init(_ outcome: CapacitySearch.Outcome, explained: ExplanationSummary? = nil) {
    self.outcome = outcome
    self.explained = explained
  }

  package func text() -> String {
    var table = TextTable([.right, .right, .left, .left])
    table.add(["value", "runs", "verdict", "decided by"])
    for trial in outcome.trials { table.add(row(trial)) }
    return ([answer] + [""] + table.lines() + [""] + binding).joined(separator: "\n")
  }

  private func row(_ trial: CapacitySearch.Trial) -> [String] {
    let decisive = trial.objectives.first { $0.verdict == trial.verdict }
    return [
      outcome.range.text(trial.value), String(trial.replications), trial.verdict.rawValue,
      decisive.map { "\($0.that): \($0.finding.text)" } ?? "",
    ]
  }

  var answer: String {
    let (range, direction) = (outcome.range, outcome.direction.rawValue)
    guard let holding = outcome.holding else {
      let end = outcome.failing.map { range.text($0.value) } ?? ""
      return "not even at \(range.path) = \(end) do all objectives hold"
    }
    guard let failing = outcome.failing else {
      return "all objectives hold in the whole range, up to \(range.path) = "
        + range.text(holding.value)
    }
    return "\(direction) \(range.path) at which all objectives hold: "
      + "\(range.text(holding.value)); at \(range.text(failing.value)) "
      + (failing.verdict == .missed ? "they do not" : "nobody can tell")
  }

  /// What is missed beyond the last value, and where the time goes there.
  private var binding: [String] {
    guard let failing = outcome.failing else { return [] }
    let missed = failing.objectives.filter { $0.verdict != .met }.map { "  \($0.that)" }
    if let explained {
      return ["what binds at \(outcome.range.text(failing.value)):", explained.text(isBrief: true)]
    }
    let waits = failing.bottlenecks.prefix(3).filter { $0.waitShare >= 0.05 }.map {
      "  \($0.resource): \(QuantityText.number(($0.waitShare * 1_000).rounded() / 10))% of the "
        + "requests' time is spent waiting for it"
    }
    return ["what binds at \(outcome.range.text(failing.value)):"] + missed + waits
  }

  package var json: JSONValue {
    let range = outcome.range
    func value(_ trial: CapacitySearch.Trial?) -> JSONValue {
      trial.map { .string(range.text($0.value)) } ?? .null
    }
    return .object([
      "orrery": .integer(ResultDocument.version), "path": .string(range.path),
      "direction": .string(outcome.direction.rawValue), "holds": value(outcome.holding),
      "fails": value(outcome.failing), "explanation": explained?.json ?? .null,
      "trials": .array(
        outcome.trials.map { trial in
          .object([
            "value": .string(range.text(trial.value)),
            "replications": .integer(trial.replications),
            "verdict": .string(trial.verdict.rawValue),
            "objectives": .array(trial.objectives.map(\.json)),
          ])
        }),
    ])
  }
}
