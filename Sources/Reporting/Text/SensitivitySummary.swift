// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Measurement
package import Scenario

/// How much a figure depends on each knob, for people and for machines.
package struct SensitivitySummary {
  private let outcome: Sensitivity.Outcome

  package init(_ outcome: Sensitivity.Outcome) { self.outcome = outcome }

  // MARK: For people

  package func text() -> String {
    [
      [head], effects, names(outcome.withoutInfluence, "turned, without any influence:"),
      names(outcome.idle, "not turned, because no mechanism of theirs was at work:"),
      names(outcome.unturnable, "not turned, because 20 % make no other number that is allowed:"),
    ].filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private var head: String {
    let value =
      QuantityText.text(outcome.figure.value, in: MetricUnit(symbol: outcome.figure.unit))
      + (outcome.figure.rate ? "/s" : "")
    return "\(outcome.figure.name) is \(value); each knob 20 % down and up, under the same luck "
      + "(\(QuantityText.number(Double(outcome.runs))) runs)"
  }

  private var effects: [String] {
    guard !outcome.effects.isEmpty else { return ["nothing moved it"] }
    var table = TextTable([.left, .left, .right, .left, .right, .left])
    table.add(["knob", "value", "down", "95 %", "up", "95 %"])
    for effect in outcome.effects {
      table.add([effect.path, effect.value] + effect.turns.flatMap(cells))
    }
    return table.lines(indent: "  ")
      + ["  (in brackets: luck explains it, or one replication cannot tell)"]
  }

  private func cells(_ turn: Sensitivity.Turn?) -> [String] {
    guard let turn else { return ["-", ""] }
    let share = Self.percent(turn.share)
    let scale = abs(outcome.figure.value)
    return [
      turn.isSure || turn.share == 0 ? share : "(\(share))",
      turn.cell.interval.map {
        "\(Self.percent($0.lower / scale)) to \(Self.percent($0.upper / scale))"
      } ?? "",
    ]
  }

  /// Knobs of one section in one line.
  private func names(_ paths: [String], _ title: String) -> [String] {
    guard !paths.isEmpty else { return [] }
    var sections: [(name: String, knobs: [String])] = []
    for path in paths {
      let parts = path.split(separator: ".")
      let section = parts.dropLast().joined(separator: ".")
      let knob = parts.last.map(String.init) ?? path
      if let index = sections.firstIndex(where: { $0.name == section }) {
        sections[index].knobs.append(knob)
      } else {
        sections.append((section, [knob]))
      }
    }
    return [title] + sections.map { "  \($0.name): " + $0.knobs.joined(separator: ", ") }
  }

  private static func percent(_ share: Double) -> String {
    (share > 0 ? "+" : "") + QuantityText.number((share * 1_000).rounded() / 10) + "%"
  }

  // MARK: For machines

  package var json: JSONValue {
    .object([
      "orrery": .integer(ResultDocument.version), "figure": .string(outcome.figure.name),
      "value": .number(outcome.figure.value),
      "factors": .array(Sensitivity.factors.map { .number($0) }),
      "runs": .integer(outcome.runs),
      "knobs": .array(
        outcome.effects.map { effect in
          .object([
            "path": .string(effect.path), "value": .string(effect.value),
            "turns": .array(effect.turns.map { $0.map(turn) ?? .null }),
          ])
        }),
      "withoutInfluence": .array(outcome.withoutInfluence.map { .string($0) }),
      "idle": .array(outcome.idle.map { .string($0) }),
      "unturnable": .array(outcome.unturnable.map { .string($0) }),
    ])
  }

  private func turn(_ turn: Sensitivity.Turn) -> JSONValue {
    .object([
      "set": .string(turn.value), "value": .optional(turn.cell.value),
      "effect": .number(turn.share), "interval": turn.cell.interval?.json ?? .null,
      "sure": .boolean(turn.isSure),
    ])
  }
}
