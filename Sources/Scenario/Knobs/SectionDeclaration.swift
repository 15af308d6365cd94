// SPDX-License-Identifier: Apache-2.0

/// A configuration type that can be read from a section of a scenario.
///
/// A conforming type lists its knobs and parts once, as static constants and in `declaration`, and
/// reads them in `init`. It may record problems across knobs with `SectionReader.fail`; it always
/// returns a value, since reading goes on after an error to find the next.
package protocol Configurable: Sendable {
  /// What the section may contain. Everything else in a file is an unknown key.
  static var declaration: SectionDeclaration { get }

  /// Reads the section. Must not trap on any content.
  init(_ reader: inout SectionReader)
}

/// What a section of a scenario may contain.
///
///     package static let declaration = SectionDeclaration("etcd", help: "One etcd cluster.") {
///       quotaBackendBytes
///       members
///       OneOf { disk; diskModel }
///     }
package struct SectionDeclaration: Sendable {
  /// The kind of thing the section describes; names it in the schema and in the reference.
  package let name: String
  /// One sentence.
  package let help: String
  /// In the order of the reference page, alternatives included.
  package let members: [MemberDeclaration]
  /// Groups of members of which exactly one has to be present.
  package let alternatives: [[String]]

  private let index: [String: Int]

  package init(
    _ name: String, help: String, @DeclarationBuilder members: () -> [any SectionMember]
  ) {
    self.init(name, help: help, members: members())
  }

  init(_ name: String, help: String, members: [any SectionMember]) {
    self.name = name
    self.help = help
    self.members = members.flatMap(\.declarations)
    self.alternatives = members.compactMap(\.alternative)
    var index: [String: Int] = [:]
    for (position, member) in self.members.enumerated() {
      let previous = index.updateValue(position, forKey: member.name)
      precondition(previous == nil, "'\(member.name)' is declared twice in '\(name)'")
    }
    self.index = index
  }

  /// The member called `name`.
  package subscript(name: String) -> MemberDeclaration? {
    index[name].map { members[$0] }
  }

  /// The names of all members, in order.
  package var memberNames: [String] { members.map(\.name) }
}

/// Anything that may stand in a declaration: a knob, a subsection, a list, a map, a group of
/// alternatives.
package protocol SectionMember: Sendable {
  /// What it adds to the section; a group adds several.
  var declarations: [MemberDeclaration] { get }
  /// The names of which exactly one has to be present, if this is such a group.
  var alternative: [String]? { get }
}

extension SectionMember {
  package var alternative: [String]? { nil }
}

/// Collects the members of a declaration.
@resultBuilder
package enum DeclarationBuilder {
  package static func buildExpression(_ member: some SectionMember) -> [any SectionMember] {
    [member]
  }

  package static func buildExpression(
    _ members: [any SectionMember]
  ) -> [any SectionMember] { members }

  package static func buildBlock(_ members: [any SectionMember]...) -> [any SectionMember] {
    members.flatMap { $0 }
  }
}

/// A member of a section with its type erased: what the checker, the schema and the reference see.
package struct MemberDeclaration: Sendable {
  /// What stands below the key.
  package enum Shape: Sendable {
    case knob(KnobDeclaration)
    /// One section; `isOptional` when its absence means something.
    case section(@Sendable () -> SectionDeclaration, isOptional: Bool)
    /// A YAML list of sections, each with a unique `name`.
    case namedList(@Sendable () -> SectionDeclaration)
    /// A YAML mapping from names to sections; entries inherit from the entry `inheriting`.
    case namedMap(@Sendable () -> SectionDeclaration, inheriting: String?)
    /// A YAML list of sections without names, addressed by position from 0.
    case list(@Sendable () -> SectionDeclaration)
    /// A part of the language itself with a form of its own.
    case language(LanguageForm)
  }

  package let name: String
  package let help: String
  package let shape: Shape
}

/// A knob with its type erased.
package struct KnobDeclaration: Sendable, Hashable {
  package let kind: KnobKind
  /// As a scenario would state it; nil for a required knob.
  package let defaultValue: String?
  /// Bounds as a scenario would state them; nil when there are none.
  package let low: String?
  package let high: String?
  /// Whether the bounds were declared for this knob, rather than being those of its type.
  package let hasDeclaredRange: Bool
  package let source: String
  /// What a reference may point at.
  package let target: ReferenceTarget?
}

extension Knob: SectionMember {
  package var declarations: [MemberDeclaration] {
    let knob = KnobDeclaration(
      kind: Value.kind, defaultValue: defaultValue?.rendered, low: limits?.low,
      high: limits?.high, hasDeclaredRange: limits?.isDeclared ?? false, source: source,
      target: target)
    return [MemberDeclaration(name: name, help: help, shape: .knob(knob))]
  }
}
