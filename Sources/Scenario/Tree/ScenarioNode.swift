// SPDX-License-Identifier: Apache-2.0

/// One node of a scenario: what YAML says, freed of anchors and aliases, each value with its origin.
///
/// The tree is what profiles are merged in and what variants, sweeps and `--set` overlay; a
/// configuration is read from it at the end.
package struct ScenarioNode: Sendable, Hashable {
  /// What a node holds.
  package enum Content: Sendable, Hashable {
    /// A scalar's text; `quoted` tells `"no"` from `no` where it matters (only for null).
    case scalar(String, quoted: Bool)
    case list([ScenarioNode])
    case mapping([Entry])
  }

  /// A key and its value.
  package struct Entry: Sendable, Hashable {
    package var key: String
    package var keyOrigin: Provenance
    package var value: ScenarioNode
  }

  package var content: Content
  package var origin: Provenance

  package init(_ content: Content, origin: Provenance) {
    self.content = content
    self.origin = origin
  }

  /// A plain (unquoted) scalar.
  package static func plain(_ text: String, origin: Provenance) -> ScenarioNode {
    ScenarioNode(.scalar(text, quoted: false), origin: origin)
  }

  package var location: SourceLocation { origin.location }

  /// The entries of a mapping; nil for anything else. A null stands for an empty mapping nowhere.
  package var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// The value at `key`, if this is a mapping that has it. Cost: linear in the entries.
  package subscript(key: String) -> ScenarioNode? {
    entries?.first { $0.key == key }?.value
  }

  /// The key and value at `key`, if this is a mapping that has it.
  func entry(_ key: String) -> Entry? {
    entries?.first { $0.key == key }
  }

  /// The text of the `name` key: what makes a mapping a member of a named list.
  package var memberName: String? {
    if case .scalar(let text, _)? = self["name"]?.content { text } else { nil }
  }

  /// YAML 1.2's null in its plain forms. A quoted `"null"` is a text.
  package var isNull: Bool {
    if case .scalar(let text, quoted: false) = content {
      return text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
    }
    return false
  }

  /// The same tree with every origin replaced.
  func stamped(_ transform: (Provenance) -> Provenance) -> ScenarioNode {
    let stampedContent: Content
    switch content {
    case .scalar: stampedContent = content
    case .list(let members): stampedContent = .list(members.map { $0.stamped(transform) })
    case .mapping(let entries):
      stampedContent = .mapping(
        entries.map {
          Entry(
            key: $0.key, keyOrigin: transform($0.keyOrigin), value: $0.value.stamped(transform))
        })
    }
    return ScenarioNode(stampedContent, origin: transform(origin))
  }
}
