// SPDX-License-Identifier: Apache-2.0
package import Experiments
package import Scenario

/// A check as one JSON document, for machines.
package struct CheckDocument {
  private let outcome: CheckOutcome

  package init(_ outcome: CheckOutcome) {
    self.outcome = outcome
  }

  package var json: JSONValue {
    .object([
      "tier": .string(outcome.tier),
      "exitCode": .integer(Int(outcome.exitCode.rawValue)),
      "experiments": .array(outcome.experiments.map(\.json)),
      "regressions": .array(
        (outcome.baseline?.regressions.map(\.json) ?? [])
          + (outcome.speed?.regressions.map(\.json) ?? [])),
      "failures": .array(
        outcome.scenarios.compactMap { scenario in
          scenario.failure.map {
            .object(["scenario": .string(scenario.name), "message": .string($0.message)])
          }
        }),
      "golden": .array(outcome.scenarios.compactMap(golden)),
      "figures": outcome.baseline.map { .array($0.rows.map(\.json)) },
      "notes": outcome.baseline.map { .array($0.notes.map { .string($0) }) },
      "speed": outcome.speed.map { .array($0.rows.map(\.json)) },
      "speedNotJudged": outcome.speed?.obstacle.map { .string($0) },
    ])
  }

  private func golden(_ scenario: CheckOutcome.Scenario) -> JSONValue? {
    scenario.golden.map {
      .object([
        "scenario": .string(scenario.name), "isUnchanged": .boolean($0.isUnchanged),
        "changes": .array($0.changes.map { .string($0) }),
      ])
    }
  }
}

extension ExperimentVerdict {
  fileprivate var json: JSONValue {
    .object([
      "id": .string(id), "scenario": .string(scenario), "verdict": .string(verdict.rawValue),
      "reasons": .array(
        reasons.map {
          .object([
            "id": .string($0.id), "that": .string($0.that),
            "simulated": .string($0.finding.text), "because": .string($0.finding.reason),
          ])
        }),
    ])
  }
}

extension BaselineComparison.Row {
  fileprivate var json: JSONValue {
    .object([
      "scenario": .string(scenario), "point": .string(point), "figure": .string(now.name),
      "outcome": .string(outcome.rawValue), "worse": .string(now.worse.rawValue),
      "baseline": .optional(baseline.mean), "now": .optional(now.mean),
      "change": .optional(change), "band": .optional(band), "bandShare": .optional(bandShare),
      "cannotSee10Percent": .boolean(cannotSee), "isPaired": .boolean(isPaired),
      "pValue": .optional(pValue),
      "replications": .array([.integer(baseline.values.count), .integer(now.values.count)]),
    ])
  }
}

extension SpeedComparison.Row {
  fileprivate var json: JSONValue {
    .object([
      "scenario": .string(scenario), "figure": "events per CPU-second",
      "outcome": .string(outcome.rawValue),
      "baseline": .optional(baseline?.eventsPerSecond), "now": .number(now.eventsPerSecond),
      "change": .optional(change), "bandShare": .optional(band),
    ])
  }
}
