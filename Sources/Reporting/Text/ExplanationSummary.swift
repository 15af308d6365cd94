// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Measurement
package import Scenario

/// What holds a figure back, for people and for machines.
package struct ExplanationSummary {
  private let outcome: Explainer.Outcome
  private let factor: Double

  package init(_ outcome: Explainer.Outcome, factor: Double) {
    self.outcome = outcome
    self.factor = factor
  }

  private var accounts: AccountSummary { AccountSummary(outcome.base, opened: outcome.opened) }

  /// - Parameter isBrief: of the time accounts only the resources.
  package func text(isBrief: Bool = false) -> String {
    let sections = isBrief ? [accounts.resources] : accounts.sections
    return ([[answer], effects, loads] + sections + [without]).filter { !$0.isEmpty }
      .map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private func number(_ value: Double) -> String {
    QuantityText.text(value, in: MetricUnit(symbol: outcome.figure.unit))
      + (outcome.figure.rate ? "/s" : "")
  }

  private var answer: String {
    let binding = outcome.binding.map(\.relief.resource)
    let least = QuantityText.number(Explainer.leastEffect * 100)
    let head = "\(outcome.figure.name) is \(number(outcome.figure.value)); "
    return head
      + (binding.isEmpty
        ? "nothing queues and no resource is most of it (below \(least) % is not looked at)"
        : "what holds it back, most first: " + binding.joined(separator: ", "))
  }

  private var effects: [String] {
    rows(
      outcome.effects.filter { !$0.relief.isLoad },
      "\(QuantityText.number(factor)) times as fast or large",
      below: "each resource relieved in turn, under the same luck:")
  }

  private var loads: [String] {
    rows(
      outcome.effects.filter(\.relief.isLoad), "1/\(QuantityText.number(factor)) of the load",
      below: "each load reduced in turn:")
  }

  private func rows(
    _ effects: [Explainer.Effect], _ head: String, below title: String
  ) -> [String] {
    guard !effects.isEmpty else { return [] }
    var table = TextTable([.left, .right, .right, .left, .left])
    table.add(["  " + head, "figure", "change", "95 %", ""])
    for effect in effects {
      let value = outcome.figure.value
      table.add([
        "  " + effect.relief.resource, effect.cell.value.map(number) ?? "-",
        Self.percent(effect.share),
        effect.cell.interval.map {
          "(\(Self.percent($0.lower / abs(value))) to \(Self.percent($0.upper / abs(value))))"
        } ?? "", effect.role == .minor ? effect.cell.verdict.rawValue : effect.role.rawValue,
      ])
    }
    return [title] + table.lines()
  }

  private var without: [String] {
    guard !outcome.withoutInfluence.isEmpty else { return [] }
    return [
      "without any influence: "
        + outcome.withoutInfluence.map(\.resource).joined(separator: ", ")
    ]
  }

  private static func percent(_ share: Double) -> String {
    (share > 0 ? "+" : "") + QuantityText.number((share * 1_000).rounded() / 10) + "%"
  }

  package var json: JSONValue {
    .object(members: causes + accounts.members)
  }

  private var causes: [(String, JSONValue)] {
    [
      ("orrery", .integer(ResultDocument.version)), ("figure", .string(outcome.figure.name)),
      ("value", .number(outcome.figure.value)), ("factor", .number(factor)),
      (
        "bottlenecks",
        .array(
          outcome.effects.map { effect in
            .object([
              "resource": .string(effect.relief.resource),
              "isLoad": .boolean(effect.relief.isLoad), "effect": .number(effect.share),
              "value": .optional(effect.cell.value),
              "interval": effect.cell.interval?.json ?? .null,
              "role": .string(effect.role.rawValue),
              "set": .array(effect.relief.overrides.map { .string($0) }),
            ])
          })
      ), ("withoutInfluence", .array(outcome.withoutInfluence.map { .string($0.resource) })),
    ]
  }
}
