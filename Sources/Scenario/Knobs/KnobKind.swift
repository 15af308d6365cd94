// SPDX-License-Identifier: Apache-2.0

/// What a knob accepts; decides the JSON Schema, the reference page and the "expected" of an error.
package indirect enum KnobKind: Sendable, Hashable {
  case bytes
  case byteRate
  case rate
  case fraction
  case duration
  case integer
  case number
  case boolean
  case text
  case durationDistribution
  case numberDistribution
  case choice([String])
  case reference
  case list(KnobKind)
  case mapping(KnobKind)
  case optional(KnobKind)

  /// The unit as the reference page names it; nil where there is none.
  package var unit: String? {
    switch self {
    case .bytes: "bytes"
    case .byteRate: "bytes per second"
    case .rate: "per second"
    case .fraction: "fraction"
    case .duration, .durationDistribution: "duration"
    case .list(let element), .mapping(let element), .optional(let element): element.unit
    case .integer, .number, .boolean, .text, .numberDistribution, .choice, .reference: nil
    }
  }
}

extension KnobKind {
  /// Whether an explicit `null` is a value.
  var acceptsNull: Bool {
    if case .optional = self { true } else { false }
  }
}

extension KnobKind {
  /// Whether single keys of the value can be set.
  var isMapping: Bool {
    switch self {
    case .mapping: true
    case .optional(let wrapped): wrapped.isMapping
    default: false
    }
  }
}
