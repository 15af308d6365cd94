// SPDX-License-Identifier: Apache-2.0
package import Experiments
package import Scenario

/// The document `result.json`: everything a run has shown, for machines.
///
/// Keys are in a fixed order and numbers are written in the shortest form that reads back as the same
/// value, so equal results have equal bytes, apart from what the machine did: `engine.cpuSeconds`,
/// `engine.wallSeconds`, `engine.eventsPerSecond` and `engine.peakResidentBytes`.
package struct ResultDocument {
  /// Version of the format; raised when the meaning of a key changes or a key goes away.
  package static let version = 1

  private let result: ExperimentResult

  package init(_ result: ExperimentResult) {
    self.result = result
  }

  /// The document of one point, with the expectations given.
  package func json(
    of point: PointResult, expectations: [ExpectationResult], others: [JSONValue]? = nil
  ) -> JSONValue {
    .object([
      "orrery": .integer(Self.version),
      "program": .string(Release.version),
      "scenario": .string(result.scenario),
      "title": result.title.map { .string($0) },
      "source": result.source.map(\.json),
      "variant": .string(point.variant),
      "coordinates": point.coordinates.json,
      "tier": .string(point.run.tier.rawValue),
      "seed": .integer(point.run.seed),
      "replications": .integer(point.replications.count),
      "seeds": .array(point.replications.map { .string(String($0.seed)) }),
      "fingerprint": .string(point.fingerprint.hexadecimal),
      "simulatedSeconds": .number(point.simulatedSeconds),
      "warmUpSeconds": .number(point.warmUpSeconds),
      "engine": point.engine.json,
      "expectations": .array(expectations.map(\.json)),
      "points": others.map { .array($0) },
      "metrics": .array(point.metrics.map(\.json)),
      "accounts": .array(point.accounts.map(\.json)),
      "littlesLaw": .array(point.stations.map(\.json)),
      "bottlenecks": .array(point.bottlenecks.map(\.json)),
      "calibrated": .array(point.calibrated.map(\.json)),
      "unusedKnobs": .array(point.unusedKnobs.map { .string($0.description) }),
      "warnings": .array((result.warnings + point.warnings).map { .string($0) }),
      "configuration": point.configuration.json,
    ])
  }

  /// The document that stands for the whole experiment: the first point, all expectations, and where
  /// the other points are when there are several.
  package var json: JSONValue {
    let others = result.points.count > 1 ? result.points.map(\.reference) : nil
    return json(of: result.points[0], expectations: result.expectations, others: others)
  }
}

extension PointResult {
  /// Where this point's document is in the folder of a run with several points.
  package var file: String { (folder + ["result.json"]).joined(separator: "/") }

  /// The folders above it: the variant, then the coordinates.
  var folder: [String] {
    let coordinates = coordinates.map { "\($0.path.elements.last ?? "")=\($0.value)" }
    return ([variant] + (coordinates.isEmpty ? [] : [coordinates.joined(separator: ",")]))
      .map(\.asFileName)
  }

  fileprivate var reference: JSONValue {
    .object([
      "variant": .string(variant), "coordinates": coordinates.json,
      "fingerprint": .string(fingerprint.hexadecimal), "file": .string(file),
    ])
  }
}

extension [ScenarioPoint.Coordinate] {
  var json: JSONValue {
    .object(members: map { ($0.path.description, .string($0.value)) })
  }
}
