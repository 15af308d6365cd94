// SPDX-License-Identifier: Apache-2.0

/// One line of the knob reference: `orrery list knobs`.
package struct KnobReference: Sendable, Hashable {
  /// Dotted path; `<name>` stands for the name of a member of a list or map, `<n>` for a position.
  package let path: String
  /// The real flag, field or sysctl.
  package let name: String
  package let kind: KnobKind
  /// As a scenario would state it; nil when it has to be stated.
  package let defaultValue: String?
  /// `low to high`; nil when any value is fine.
  package let range: String?
  package let help: String
  package let source: String

  private static let deepest = 24

  /// All knobs of a model and of the language, in the order of the declarations.
  package static func all(of root: any Configurable.Type) -> [KnobReference] {
    var result: [KnobReference] = []
    collect(ScenarioRoot(model: root).declaration, at: "", depth: 0, into: &result)
    return result
  }

  private static func collect(
    _ declaration: SectionDeclaration, at path: String, depth: Int,
    into result: inout [KnobReference]
  ) {
    guard depth < deepest else { return }
    for member in declaration.members {
      let below = path.isEmpty ? member.name : "\(path).\(member.name)"
      switch member.shape {
      case .knob(let knob):
        result.append(
          KnobReference(
            path: below, name: member.name, kind: knob.kind, defaultValue: knob.defaultValue,
            range: knob.rangeText, help: member.help, source: knob.source))
      case .section(let section, _):
        collect(section(), at: below, depth: depth + 1, into: &result)
      case .namedList(let section), .namedMap(let section, _):
        collect(section(), at: "\(below).<name>", depth: depth + 1, into: &result)
      case .list(let section):
        collect(section(), at: "\(below).<n>", depth: depth + 1, into: &result)
      case .language: break
      }
    }
  }
}
