// SPDX-License-Identifier: Apache-2.0

/// How the merge of two nodes is to be understood: the part of the declarations they belong to.
enum MergeShape {
  case section(SectionDeclaration)
  case member(MemberDeclaration.Shape)
  /// Language keys and anything undeclared: mappings merge by key, other values are replaced.
  case free
}

extension ScenarioNode {
  /// This node with `later` laid over it: sections and maps merge key by key, named lists member by
  /// member under their name (new members last), everything else is replaced. A null in `later`
  /// takes away what was there.
  func merged(with later: ScenarioNode, as shape: MergeShape) -> ScenarioNode {
    switch (content, later.content, shape) {
    case (.mapping, .mapping, .member(.knob)):
      return later
    case (.mapping(let earlier), .mapping(let added), _):
      return ScenarioNode(
        .mapping(Self.merged(earlier, with: added, as: shape)), origin: later.origin)
    case (.list(let earlier), .list(let added), .member(.namedList(let declaration))):
      return ScenarioNode(
        .list(Self.merged(earlier, with: added, as: declaration())), origin: later.origin)
    default:
      return later
    }
  }

  private static func merged(
    _ earlier: [Entry], with added: [Entry], as shape: MergeShape
  ) -> [Entry] {
    var result = earlier
    var index: [String: Int] = [:]
    for (position, entry) in earlier.enumerated() { index[entry.key] = position }
    var removed: Set<Int> = []
    for entry in added {
      guard let position = index[entry.key] else {
        index[entry.key] = result.count
        result.append(entry)
        continue
      }
      guard !entry.value.isNull else {
        if shape.allowsNull(at: entry.key) {
          result[position] = entry
        } else {
          removed.insert(position)
        }
        continue
      }
      let wasRemoved = removed.remove(position) != nil
      result[position] = Entry(
        key: entry.key, keyOrigin: entry.keyOrigin,
        value: wasRemoved
          ? entry.value : result[position].value.merged(with: entry.value, as: shape[entry.key]))
    }
    guard !removed.isEmpty else { return result }
    return result.enumerated().filter { !removed.contains($0.offset) }.map(\.element)
  }

  private static func merged(
    _ earlier: [ScenarioNode], with added: [ScenarioNode], as declaration: SectionDeclaration
  ) -> [ScenarioNode] {
    var result = earlier
    var index: [String: Int] = [:]
    for (position, member) in earlier.enumerated() {
      if let name = member.memberName, index[name] == nil { index[name] = position }
    }
    let known = index
    for member in added {
      // Twins within one file stay twins, to be reported as such.
      if let name = member.memberName, let position = known[name], index[name] == position {
        result[position] = result[position].merged(with: member, as: .section(declaration))
        index[name] = -1
      } else {
        result.append(member)
      }
    }
    return result
  }
}

extension MergeShape {
  /// The shape of what stands below `key`.
  subscript(key: String) -> MergeShape {
    switch self {
    case .section(let declaration):
      return declaration[key].map { .member($0.shape) } ?? .free
    case .member(.section(let declaration, _)):
      return declaration()[key].map { .member($0.shape) } ?? .free
    case .member(.namedMap(let declaration, _)):
      return .section(declaration())
    case .member(.knob), .member(.namedList), .member(.list), .member(.language), .free:
      return .free
    }
  }

  /// Whether a null below `key` is a value of its own: the absence of an optional thing, which a
  /// default would otherwise fill.
  func allowsNull(at key: String) -> Bool {
    if case .member(.knob(let knob)) = self[key] { knob.kind.acceptsNull } else { false }
  }
}
