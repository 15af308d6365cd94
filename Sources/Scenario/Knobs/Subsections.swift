// SPDX-License-Identifier: Apache-2.0

/// A section inside a section. When the file leaves it out, all its knobs have their defaults.
package struct Subsection<Part: Configurable>: SectionMember {
  package let name: String
  let help: String?

  package init(_ name: String, help: String? = nil) {
    self.name = name
    self.help = help
  }

  package var declarations: [MemberDeclaration] {
    [
      MemberDeclaration(
        name: name, help: help ?? Part.declaration.help,
        shape: .section({ Part.declaration }, isOptional: false))
    ]
  }
}

/// A section inside a section whose absence means that the thing is not there.
package struct OptionalSubsection<Part: Configurable>: SectionMember {
  package let name: String
  let help: String?

  package init(_ name: String, help: String? = nil) {
    self.name = name
    self.help = help
  }

  package var declarations: [MemberDeclaration] {
    [
      MemberDeclaration(
        name: name, help: help ?? Part.declaration.help,
        shape: .section({ Part.declaration }, isOptional: true))
    ]
  }
}

/// A YAML list of sections, each with a unique `name`, by which paths address it and under which
/// lists of profiles are merged.
package struct NamedList<Part: Configurable>: SectionMember {
  package let name: String
  let help: String?

  package init(_ name: String, help: String? = nil) {
    self.name = name
    self.help = help
  }

  package var declarations: [MemberDeclaration] {
    [
      MemberDeclaration(
        name: name, help: help ?? Part.declaration.help, shape: .namedList({ Part.declaration }))
    ]
  }
}

/// A YAML mapping from free names to sections, in file order.
package struct NamedMap<Part: Configurable>: SectionMember {
  package let name: String
  let help: String?
  let inheriting: String?

  /// - Parameter inheriting: the entry from which the other entries take the keys that they leave
  ///   out, if there is an entry of that name.
  package init(_ name: String, inheriting: String? = nil, help: String? = nil) {
    self.name = name
    self.help = help
    self.inheriting = inheriting
  }

  package var declarations: [MemberDeclaration] {
    [
      MemberDeclaration(
        name: name, help: help ?? Part.declaration.help,
        shape: .namedMap({ Part.declaration }, inheriting: inheriting))
    ]
  }
}

/// A YAML list of sections without names (steps of a timeline). Paths address members by position
/// from 0; a later file replaces the whole list.
package struct SectionList<Part: Configurable>: SectionMember {
  package let name: String
  let help: String?

  package init(_ name: String, help: String? = nil) {
    self.name = name
    self.help = help
  }

  package var declarations: [MemberDeclaration] {
    [
      MemberDeclaration(
        name: name, help: help ?? Part.declaration.help, shape: .list({ Part.declaration }))
    ]
  }
}

/// Members of which a file has to state exactly one, as a Kubernetes volume has exactly one source.
package struct OneOf: SectionMember {
  let members: [any SectionMember]

  package init(@DeclarationBuilder _ members: () -> [any SectionMember]) {
    self.members = members()
  }

  package var declarations: [MemberDeclaration] { members.flatMap(\.declarations) }
  package var alternative: [String]? { declarations.map(\.name) }
}

/// A section with the name that it has in its list or map.
package struct Named<Value: Sendable>: Sendable {
  package let name: String
  package let value: Value

  package init(name: String, value: Value) {
    self.name = name
    self.value = value
  }
}

extension Named: Equatable where Value: Equatable {}
