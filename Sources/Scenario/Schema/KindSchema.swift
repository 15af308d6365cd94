// SPDX-License-Identifier: Apache-2.0

import Stochastics

/// The schema of one kind of value.
struct KindSchema {
  let knob: KnobDeclaration

  private static let number = #"-?[0-9]+(\.[0-9]+)?"#

  func schema(_ kind: KnobKind) -> JSONValue {
    switch kind {
    case .bytes: return quantity(units: ByteCount.units.units.map(\.symbol))
    case .byteRate: return quantity(units: ByteRate.units.units.map(\.symbol))
    case .rate: return quantity(pattern: #"^\#(Self.number) *(/ *(s|min|m|h|d))$"#)
    case .duration: return quantity(pattern: "^\(Self.durationPattern)$")
    case .fraction:
      return .object([
        "anyOf": .array([
          .object(["type": "number", "minimum": 0, "maximum": 1]),
          .object(["type": "string", "pattern": .string("^\(Self.number) *%$")]),
        ])
      ])
    case .integer:
      return .object([
        "type": "integer", "minimum": knob.low.flatMap { Int($0) }.map(JSONValue.integer),
        "maximum": knob.high.flatMap { Int($0) }.map(JSONValue.integer),
      ])
    case .number:
      return .object([
        "type": "number", "minimum": knob.low.flatMap { Double($0) }.map(JSONValue.number),
        "maximum": knob.high.flatMap { Double($0) }.map(JSONValue.number),
      ])
    case .boolean: return .object(["type": "boolean"])
    case .text:
      // A plain `no`, `123` or `1.5` in a text stays a text.
      return .object(["type": .array(["string", "number", "boolean"])])
    case .choice(let words): return .object(["enum": .array(words.map { .string($0) })])
    case .reference: return .object(["type": .array(["string", "number"])])
    case .durationDistribution:
      return distribution(constant: "^(0|\(Self.durationPattern))$")
    case .numberDistribution: return distribution(constant: "^\(Self.number)$")
    case .list(let element): return .object(["type": "array", "items": schema(element)])
    case .mapping(let value):
      return .object(["type": "object", "additionalProperties": schema(value)])
    case .optional(let wrapped):
      return .object(["anyOf": .array([schema(wrapped), .object(["type": "null"])])])
    }
  }

  private static var durationPattern: String {
    let units = "(ns|us|µs|ms|s|m|h|d)"
    return #"-?[0-9]+(\.[0-9]+)? *\#(units)( *[0-9]+(\.[0-9]+)? *\#(units))*"#
  }

  private func quantity(units: [String]) -> JSONValue {
    quantity(pattern: "^\(Self.number) *(\(units.joined(separator: "|")))$")
  }

  /// A text with a unit, or the number 0.
  private func quantity(pattern: String) -> JSONValue {
    .object([
      "anyOf": .array([
        .object(["type": "string", "pattern": .string(pattern)]), .object(["const": 0]),
      ])
    ])
  }

  private func distribution(constant: String) -> JSONValue {
    let families = DistributionFamily.allCases.map(\.rawValue)
    let call = #"^(\#(families.joined(separator: "|"))) *\(.*\)$"#
    let sections = DistributionFamily.allCases.map { family in
      JSONValue.Member(
        key: family.rawValue,
        value: .object([
          "type": "object", "description": .string(family.summary),
          "required": .array(family.parameters.map { .string($0.name) }),
          "properties": .object(
            family.parameters.map {
              .init(key: $0.name, value: .object(["description": .string($0.summary)]))
            }),
          "additionalProperties": false,
        ]))
    }
    return .object([
      "anyOf": .array([
        .object(["type": "number"]),
        .object(["type": "string", "pattern": .string(constant)]),
        .object(["type": "string", "pattern": .string(call)]),
        .object([
          "type": "object", "minProperties": 1, "maxProperties": 1,
          "properties": .object(sections), "additionalProperties": false,
        ]),
      ])
    ])
  }
}
