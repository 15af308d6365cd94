// SPDX-License-Identifier: Apache-2.0
package import Experiments
package import Scenario

extension Comparison {
  /// Everything the table shows, for machines.
  package var json: JSONValue {
    .object([
      "orrery": .integer(ResultDocument.version),
      "paired": .boolean(isPaired),
      "level": .number(Self.level),
      "points": .array(points.map(\.json)),
      "figures": .array(figures.map(\.json)),
      "knobs": .array(
        knobs.map {
          .object([
            "path": .string($0.path),
            "values": .array($0.values.map { $0.map { .string($0) } ?? .null }),
          ])
        }),
    ])
  }
}

extension Comparison.Point {
  fileprivate var json: JSONValue {
    let cost = MachineCost(of: result)
    return .object([
      "name": .string(name), "scenario": .string(result.scenario),
      "variant": .string(result.variant), "fingerprint": .string(result.fingerprint),
      "replications": .integer(result.replications),
      "costPerHour": cost.perHour > 0 ? .number(cost.perHour) : .null,
    ])
  }
}

extension ComparedFigure {
  fileprivate var json: JSONValue {
    .object([
      "name": .string(name), "unit": .string(unit), "rate": .boolean(isRate),
      "better": better.map { .string($0.rawValue) } ?? .null,
      "cells": .array(
        cells.map { cell in
          .object([
            "value": .optional(cell.value), "difference": .optional(cell.difference),
            "share": .optional(cell.share(of: cells[0].value)),
            "interval": cell.interval?.json ?? .null, "p": .optional(cell.probability),
            "verdict": .string(cell.verdict.rawValue),
          ])
        }),
    ])
  }
}
