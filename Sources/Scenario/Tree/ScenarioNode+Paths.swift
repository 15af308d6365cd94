// SPDX-License-Identifier: Apache-2.0

extension ScenarioNode {
  /// What a path leads to, as far as the declarations and this tree know it. Names of list members
  /// and map entries have to exist, except, with `allowingNewEntry`, the last.
  ///
  /// Cost: the lengths of the mappings and lists on the way.
  func shape(
    at path: KnobPath, from root: SectionDeclaration, allowingNewEntry: Bool = false
  ) throws(PathProblem) -> MergeShape {
    var shape = MergeShape.section(root)
    var node: ScenarioNode? = self
    var column = 0
    var walked = KnobPath()
    for (position, element) in path.elements.enumerated() {
      let isLast = position == path.elements.count - 1
      func unknown(_ known: [String]) -> PathProblem {
        PathProblem(
          .unknownElement(
            element, at: walked.description, nearest: NearestName.of(element, among: known),
            known: known),
          column: column)
      }
      switch shape {
      case .section(let declaration):
        guard let member = declaration[element] else { throw unknown(declaration.memberNames) }
        shape = .init(member.shape)
        node = node?[element]
      case .member(.namedMap(let declaration, _)):
        let names = node?.entries?.map(\.key) ?? []
        guard names.contains(element) || isLast && allowingNewEntry else { throw unknown(names) }
        shape = .section(declaration())
        node = node?[element]
      case .member(.namedList(let declaration)):
        let names = node?.members.compactMap(\.memberName) ?? []
        guard names.contains(element) || isLast && allowingNewEntry else { throw unknown(names) }
        shape = .section(declaration())
        node = node?.members.first { $0.memberName == element }
      case .member(.list(let declaration)):
        let members = node?.members ?? []
        guard let index = Int(element), members.indices.contains(index) else {
          throw unknown(members.indices.map(String.init))
        }
        shape = .section(declaration())
        node = members[index]
      case .member(.knob(let knob)):
        guard isLast, knob.kind.isMapping else {
          throw PathProblem(.pastKnob(walked.description), column: column)
        }
        shape = .free
        node = node?[element]
      case .member(.section), .member(.language), .free:
        throw PathProblem(.notAKnob("a part of the language"), column: column)
      }
      walked = walked.appending(element)
      column += KnobPath(elements: [element]).description.unicodeScalars.count + 1
    }
    return shape
  }

  /// This tree with `value` laid over what stands at `path`, which `shape(at:)` accepted: sections
  /// and maps merge, knobs are replaced, null takes away.
  func assigning(
    _ value: ScenarioNode, at path: KnobPath, from root: SectionDeclaration
  ) -> ScenarioNode {
    merged(
      with: Self.wrapped(value, in: path.elements[...], shape: .section(root), over: self),
      as: .section(root))
  }

  /// The smallest tree that has `value` at `path`, shaped so that merging puts it into place.
  private static func wrapped(
    _ value: ScenarioNode, in path: ArraySlice<String>, shape: MergeShape, over node: ScenarioNode?
  ) -> ScenarioNode {
    guard let element = path.first else { return value }
    let rest = path.dropFirst()
    switch shape {
    case .member(.namedList(let declaration)):
      let below = node?.members.first { $0.memberName == element }
      var member = wrapped(value, in: rest, shape: .section(declaration()), over: below)
      if case .mapping(let entries) = member.content {
        let name = Entry(
          key: "name", keyOrigin: value.origin,
          value: below?["name"] ?? .plain(element, origin: value.origin))
        member.content = .mapping([name] + entries.filter { $0.key != "name" })
      }
      return ScenarioNode(.list([member]), origin: value.origin)
    case .member(.list(let declaration)):
      var members = node?.members ?? []
      guard let index = Int(element), members.indices.contains(index) else { return value }
      let section = MergeShape.section(declaration())
      members[index] = members[index].merged(
        with: wrapped(value, in: rest, shape: section, over: members[index]), as: section)
      return ScenarioNode(.list(members), origin: node?.origin ?? value.origin)
    case .member(.knob):
      // One key of a knob that is a mapping: the knob is replaced as a whole.
      let others = (node?.entries ?? []).filter { $0.key != element }
      let entry = Entry(key: element, keyOrigin: value.origin, value: value)
      return ScenarioNode(
        .mapping(value.isNull ? others : others + [entry]), origin: value.origin)
    default:
      let below = wrapped(value, in: rest, shape: shape[element], over: node?[element])
      return ScenarioNode(
        .mapping([Entry(key: element, keyOrigin: value.origin, value: below)]),
        origin: node?.origin ?? value.origin)
    }
  }

  /// The members of a list; empty for anything else.
  var members: [ScenarioNode] {
    if case .list(let members) = content { members } else { [] }
  }
}

extension MergeShape {
  init(_ shape: MemberDeclaration.Shape) {
    if case .section(let declaration, _) = shape {
      self = .section(declaration())
    } else {
      self = .member(shape)
    }
  }
}
