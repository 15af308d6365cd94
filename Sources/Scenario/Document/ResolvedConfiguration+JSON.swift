// SPDX-License-Identifier: Apache-2.0

extension ResolvedConfiguration {
  /// The values with their origins, for `plan --resolved --json` and the `configuration` of
  /// `result.json`.
  package var json: JSONValue {
    .array(entries.map(\.json))
  }
}

extension ResolvedConfiguration.Entry {
  fileprivate var json: JSONValue {
    let place = provenance.location
    return .object([
      "path": .string(path.description),
      "value": .string(value),
      "from": .string(provenance.kind),
      "source": .string(place.file),
      "line": place.line == 0 ? nil : .integer(place.line),
      "column": place.line == 0 ? nil : .integer(place.column),
    ])
  }
}

extension Diagnostic {
  /// For `validate --json`.
  package var json: JSONValue {
    .object([
      "severity": .string(severity.rawValue), "code": .string(code),
      "file": .string(location.file),
      "line": location.line == 0 ? nil : .integer(location.line),
      "column": location.line == 0 ? nil : .integer(location.column),
      "message": .string(message), "expected": expected.map { .string($0) },
      "hint": hint.map { .string($0) },
    ])
  }
}
