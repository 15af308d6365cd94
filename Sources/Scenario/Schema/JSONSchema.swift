// SPDX-License-Identifier: Apache-2.0

/// Makes the JSON Schema (draft 2020-12) of scenario files from the declarations, so that editors
/// complete and check while one types.
///
/// The schema accepts what the reader accepts as far as a schema can tell: shapes, keys, units,
/// choices and the ranges of plain numbers. Ranges of values with units, references and rules across
/// knobs are left to `orrery validate`.
package struct JSONSchema {
  /// Sections nest at most this deep; a type that contains itself is cut off here.
  private static let deepest = 24

  /// The schema of a scenario file for the model `root`.
  package static func of(_ root: any Configurable.Type) -> JSONValue {
    let declaration = ScenarioRoot(model: root).declaration
    let section = JSONSchema().section(declaration, help: declaration.help, depth: 0)
    guard case .object(let members) = section else { return section }
    return .object(
      [
        .init(key: "$schema", value: "https://json-schema.org/draft/2020-12/schema"),
        .init(key: "title", value: "Orrery scenario"),
      ] + members)
  }

  private func section(
    _ declaration: SectionDeclaration, help: String, depth: Int, isNamed: Bool = false
  ) -> JSONValue {
    guard depth < Self.deepest else { return .object([.init(key: "type", value: "object")]) }
    var properties: [JSONValue.Member] = []
    if isNamed {
      properties.append(
        .init(key: "name", value: .object(["type": "string", "minLength": 1])))
    }
    for member in declaration.members {
      properties.append(.init(key: member.name, value: schema(member, depth: depth)))
    }
    // Likewise a profile may state which of the alternatives it is; two at once are always wrong.
    let alternatives: [JSONValue] = declaration.alternatives.flatMap { names in
      names.indices.flatMap { first in
        names[(first + 1)...].map { second in
          .object([
            "not": .object(["required": .array([.string(names[first]), .string(second)])])
          ])
        }
      }
    }
    // A knob that a file leaves out may be stated by a profile, so a single file can only be held
    // to its names and its version.
    let required: [JSONValue] =
      isNamed ? ["name"] : depth == 0 ? [.string(DocumentHeader.version.name)] : []
    return .object([
      "type": "object",
      "description": .string(help),
      "properties": .object(properties),
      "required": required.isEmpty ? nil : .array(required),
      "allOf": alternatives.isEmpty ? nil : .array(alternatives),
      "additionalProperties": false,
    ])
  }

  private func schema(_ member: MemberDeclaration, depth: Int) -> JSONValue {
    switch member.shape {
    case .knob(let knob):
      return self.knob(knob, help: member.help)
    case .section(let declaration, _):
      return nullable(section(declaration(), help: member.help, depth: depth + 1))
    case .namedList(let declaration):
      return .object([
        "type": "array", "description": .string(member.help),
        "items": section(
          declaration(), help: declaration().help, depth: depth + 1, isNamed: true),
      ])
    case .list(let declaration):
      return .object([
        "type": "array", "description": .string(member.help),
        "items": section(declaration(), help: declaration().help, depth: depth + 1),
      ])
    case .namedMap(let declaration, _):
      return .object([
        "type": "object", "description": .string(member.help),
        "additionalProperties": nullable(
          section(declaration(), help: declaration().help, depth: depth + 1)),
      ])
    case .language(let form):
      return language(form, help: member.help)
    }
  }

  private func nullable(_ schema: JSONValue) -> JSONValue {
    .object(["anyOf": .array([schema, .object(["type": "null"])])])
  }

  private func language(_ form: LanguageForm, help: String) -> JSONValue {
    let assignments: JSONValue = .object(["type": "object"])
    switch form {
    case .profileNames:
      return .object([
        "description": .string(help),
        "anyOf": .array([
          .object(["type": "string"]),
          .object(["type": "array", "items": .object(["type": "string"])]),
        ]),
      ])
    case .assignments:
      return .object(["type": "object", "description": .string(help)])
    case .axes:
      return .object([
        "type": "object", "description": .string(help),
        "additionalProperties": .object(["type": "array", "minItems": 1]),
      ])
    case .variants:
      return .object([
        "type": "object", "description": .string(help), "additionalProperties": assignments,
      ])
    }
  }

  private func knob(_ knob: KnobDeclaration, help: String) -> JSONValue {
    var about = help
    if let range = knob.rangeText { about += " Range: \(range)." }
    if let target = knob.target { about += " Names an entry of '\(target.path)'." }
    var members: [JSONValue.Member] = [.init(key: "description", value: .string(about))]
    if let value = knob.defaultValue { members += defaultMember(value, kind: knob.kind) }
    if case .object(let shape) = KindSchema(knob: knob).schema(knob.kind) { members += shape }
    return .object(members)
  }

  private func defaultMember(_ value: String, kind: KnobKind) -> [JSONValue.Member] {
    let json: JSONValue? =
      switch kind {
      case .integer: Int(value).map(JSONValue.integer)
      case .number: Double(value).map(JSONValue.number)
      case .boolean: .boolean(value == "true")
      case .optional where value == "null": .null
      case .list, .mapping, .optional: nil
      case .fraction: Double(value).map(JSONValue.number)
      default: .string(value)
      }
    return json.map { [.init(key: "default", value: $0)] } ?? []
  }
}

extension KnobDeclaration {
  /// `1 to 1000`; nil when any value is fine.
  package var rangeText: String? {
    guard let low, let high else { return nil }
    return "\(low) to \(high)"
  }
}
