// SPDX-License-Identifier: Apache-2.0

/// The name of an entry of a named map or list elsewhere in the scenario (a disk type, a pool).
///
/// The entry's existence is checked while reading, so a part may look it up without a fallback.
package struct Reference: Hashable, Sendable, Codable {
  package let name: String

  package init(_ name: String) {
    self.name = name
  }
}

/// What a `Reference` may point at.
package struct ReferenceTarget: Hashable, Sendable {
  /// Dotted path of the named map or list from the root of the scenario, such as `disks` or
  /// `cluster.nodePools`.
  package let path: String
  /// Words that are accepted although no entry has that name (`none`, `any`).
  package let specialNames: [String]

  package init(_ path: String, or specialNames: [String] = []) {
    self.path = path
    self.specialNames = specialNames
  }

  /// The names that exist in this scenario, in file order.
  func names(in root: ScenarioNode) -> [String] {
    var node: ScenarioNode? = root
    for element in path.split(separator: ".") { node = node?[String(element)] }
    switch node?.content {
    case .mapping(let entries)?: return entries.map(\.key)
    case .list(let members)?: return members.compactMap(\.memberName)
    case .scalar?, nil: return []
    }
  }
}

extension Reference: KnobValue {
  package static var kind: KnobKind { .reference }
  package static var placeholder: Reference { Reference("") }
  package var rendered: String { name.quotedForYAML }

  package static func read(
    _ node: ScenarioNode, in context: ValueContext
  ) throws(ValueProblem) -> Reference {
    guard case .scalar(let text, _) = node.content, !text.isEmpty else {
      throw ValueProblem(.wrongShape(found: node.shapeName, kind: kind), at: node.location)
    }
    guard let target = context.target, let known = context.known,
      !target.specialNames.contains(text)
    else { return Reference(text) }
    guard known.set.contains(text) else {
      let choices = known.names + target.specialNames
      throw ValueProblem(
        .unknownReference(
          found: text, namespace: target.path,
          nearest: NearestName.of(text, among: choices),
          known: choices),
        at: node.location)
    }
    return Reference(text)
  }
}
