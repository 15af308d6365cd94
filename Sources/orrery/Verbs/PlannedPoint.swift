// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Experiments
import Reporting
import Scenario

/// A point of a plan with all its values.
struct PlannedPoint {
  let point: ScenarioPoint
  let configuration: ResolvedConfiguration

  /// The variant, and where it is in the sweep.
  var name: String {
    let place = point.coordinates.map { "\($0.path)=\($0.value)" }
    return ([point.variant] + place).joined(separator: " ")
  }

  /// A value that two points do not share.
  struct Difference {
    let path: String
    /// Nil where the point does not have the knob.
    let value: String?
    let original: String?
  }

  /// Where this point's values differ from another's, in the order of the declarations.
  func differences(from other: PlannedPoint) -> [Difference] {
    let originals = Dictionary(
      other.configuration.entries.map { ($0.path, $0.value) }, uniquingKeysWith: { $1 })
    let own = Dictionary(
      configuration.entries.map { ($0.path, $0.value) }, uniquingKeysWith: { $1 })
    let changed = configuration.entries.compactMap { entry -> Difference? in
      let original = originals[entry.path]
      return original == entry.value
        ? nil
        : Difference(path: entry.path.description, value: entry.value, original: original)
    }
    let missing = other.configuration.entries.filter { own[$0.path] == nil }.map {
      Difference(path: $0.path.description, value: nil, original: $0.value)
    }
    return changed + missing
  }

  /// Every value with its origin.
  func resolvedText(isOnly: Bool) -> String {
    var table = TextTable("knob", "value", "from")
    for entry in configuration.entries {
      table.add(entry.path.description, entry.value, entry.provenance.description)
    }
    return (isOnly ? "" : "\(name):\n\n") + table.text
  }

  func json(comparedWith first: PlannedPoint, isResolved: Bool) -> JSONValue {
    .object([
      "variant": .string(point.variant),
      "coordinates": .array(
        point.coordinates.map {
          .object(["path": .string($0.path.description), "value": .string($0.value)])
        }),
      "duration": .string(point.run.duration.rendered),
      "durationSeconds": .number(point.run.duration.seconds),
      "warmUp": .string(point.run.warmUp.rendered),
      "warmUpSeconds": .number(point.run.warmUp.seconds),
      "replications": .integer(point.run.replications), "seed": .integer(point.run.seed),
      "differences": .array(
        differences(from: first).map {
          .object([
            "path": .string($0.path), "value": $0.value.map { .string($0) },
            "insteadOf": $0.original.map { .string($0) },
          ])
        }),
      "configuration": isResolved ? configuration.json : nil,
    ])
  }
}
