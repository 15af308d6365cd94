// SPDX-License-Identifier: Apache-2.0
package import Experiments
package import Scenario

/// The document `result.json`: everything a run has shown, for machines.
///
/// Keys are in a fixed order and numbers are written in the shortest form that reads back as the
/// same value, so equal results have equal bytes, apart from what the machine did:
/// `engine.cpuSeconds`, `engine.wallSeconds`, `engine.eventsPerSecond` and
/// `engine.peakResidentBytes`.
package struct ResultDocument {
  /// Version of the format; raised when the meaning of a key changes or a key goes away.
  package static let version = SavedExperiment.version

  private let result: ExperimentResult

  package init(_ result: ExperimentResult) {
    self.result = result
  }

  /// The document of one point.
  ///
  /// - Parameters:
  ///   - expectations: those that speak of it.
  ///   - references: where all points are, if the document speaks for several.
  package func json(
    of point: PointResult, expectations: [ExpectationResult], references: [JSONValue]? = nil
  ) -> JSONValue {
    let index = result.points.firstIndex { $0.name == point.name }
    return .object([
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
      "points": references.map { .array($0) },
      "figures": index.map { index in .array(result.figures.compactMap { $0.json(at: index) }) },
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

  /// The document that stands for the whole experiment: the first point, all expectations, and
  /// where each point is when there are several.
  package var json: JSONValue {
    guard result.points.count > 1 else {
      return json(of: result.points[0], expectations: result.expectations)
    }
    let references = zip(result.points, PointFolders.names(of: result.points)).map {
      point, folder in
      JSONValue.object([
        "variant": .string(point.variant), "coordinates": point.coordinates.json,
        "fingerprint": .string(point.fingerprint.hexadecimal),
        "file": .string(folder + "/result.json"),
      ])
    }
    return json(
      of: result.points[0], expectations: result.expectations, references: references)
  }
}

extension [ScenarioPoint.Coordinate] {
  var json: JSONValue {
    .object(members: map { ($0.path.description, .string($0.value)) })
  }
}
