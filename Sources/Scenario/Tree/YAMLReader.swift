// SPDX-License-Identifier: Apache-2.0

import Yams

/// Turns the text of one file into a tree, with bounds on everything that YAML lets grow.
struct YAMLReader {
  /// Values nest at most this deep; the deepest real scenario needs a dozen levels.
  static let deepest = 64
  /// A file, aliases expanded, has at most this many values.
  static let mostNodes = 2_000_000

  /// The name under which the file appears in diagnostics.
  let file: String
  /// Whether the file is a profile, for the provenance of its values.
  let isProfile: Bool

  private var nodes = 0

  init(file: String, isProfile: Bool) {
    self.file = file
    self.isProfile = isProfile
  }

  /// Reads the text of a file. The result is a mapping.
  mutating func read(_ text: String) throws(ScenarioError) -> ScenarioNode {
    let guarding = AliasGuard(text)
    if let line = guarding.lineOfExcess {
      throw ScenarioError([
        Diagnostic(
          .tooManyAliases(limit: AliasGuard.mostAliases),
          at: SourceLocation(file: file, line: line, column: 1))
      ])
    }
    if let disarmed = guarding.disarmedText {
      var measuring = self
      if let root = try compose(disarmed) { _ = try measuring.convert(root, depth: 0) }
    }
    let root = try compose(text)
    guard let root else { throw failure(.emptyDocument, at: nil) }
    let node = try convert(root, depth: 0)
    guard node.entries != nil else {
      guard !node.isNull else { throw failure(.emptyDocument, at: nil) }
      throw failure(
        .wrongShape(found: node.shapeName, expected: "a mapping such as 'orrery: 1'"),
        at: root.mark)
    }
    return node
  }

  private func compose(_ text: String) throws(ScenarioError) -> Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw ScenarioError(YAMLFault(file: file, text: text).diagnostics(of: error))
    } catch {
      throw failure(.malformedYAML("\(error)"), at: nil)
    }
  }

  /// Reads a single value, as it stands after `--set path=`. A text that is not YAML is a text.
  mutating func readValue(_ text: String) throws(ScenarioError) -> ScenarioNode {
    try read("value: \(text)")["value"] ?? .plain(text, origin: origin(nil))
  }

  private func location(_ mark: Mark?) -> SourceLocation {
    SourceLocation(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  private func origin(_ mark: Mark?) -> Provenance {
    isProfile ? .profile(location(mark)) : .scenario(location(mark))
  }

  private func failure(_ problem: Diagnostic.Problem, at mark: Mark?) -> ScenarioError {
    ScenarioError([Diagnostic(problem, at: location(mark))])
  }

  private mutating func convert(_ node: Node, depth: Int) throws(ScenarioError) -> ScenarioNode {
    nodes += 1
    guard nodes <= Self.mostNodes else {
      throw failure(.tooManyNodes(limit: Self.mostNodes), at: node.mark)
    }
    guard depth <= Self.deepest else {
      throw failure(.tooDeep(limit: Self.deepest), at: node.mark)
    }
    let origin = origin(node.mark)
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain || scalar.style == .any
      return ScenarioNode(.scalar(scalar.string, quoted: !isPlain), origin: origin)
    case .sequence(let sequence):
      var members: [ScenarioNode] = []
      members.reserveCapacity(sequence.count)
      for member in sequence { members.append(try convert(member, depth: depth + 1)) }
      return ScenarioNode(.list(members), origin: origin)
    case .mapping(let mapping):
      return ScenarioNode(
        .mapping(try entries(of: mapping, depth: depth)), origin: origin)
    case .alias:
      // The parser replaces aliases by what they stand for; only a builder makes this case.
      throw failure(.malformedYAML("an alias without its anchor"), at: node.mark)
    }
  }

  private mutating func entries(
    of mapping: Node.Mapping, depth: Int
  ) throws(ScenarioError) -> [ScenarioNode.Entry] {
    var entries: [ScenarioNode.Entry] = []
    var inherited: [ScenarioNode.Entry] = []
    entries.reserveCapacity(mapping.count)
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else {
        throw failure(.keyNotScalar, at: key.mark)
      }
      guard !scalar.string.hasPrefix(AliasGuard.marker) else {
        throw failure(.aliasInKey, at: key.mark)
      }
      let converted = try convert(value, depth: depth + 1)
      if scalar.string == "<<", scalar.style == .plain {
        inherited += try mergeKey(converted)
      } else {
        entries.append(
          .init(key: scalar.string, keyOrigin: origin(key.mark), value: converted))
      }
    }
    guard !inherited.isEmpty else { return entries }
    // YAML's merge key: own keys win, then earlier sources.
    var seen = Set(entries.map(\.key))
    return entries + inherited.filter { seen.insert($0.key).inserted }
  }

  private func mergeKey(_ node: ScenarioNode) throws(ScenarioError) -> [ScenarioNode.Entry] {
    switch node.content {
    case .mapping(let entries): return entries
    case .scalar where node.isDisarmedAlias: return []
    case .list(let members) where members.allSatisfy({ $0.entries != nil || $0.isDisarmedAlias }):
      return members.flatMap { $0.entries ?? [] }
    case .list, .scalar:
      throw ScenarioError([Diagnostic(.badMergeKey, at: node.location)])
    }
  }
}

extension ScenarioNode {
  /// Whether this stands for an alias, in the first parse of a file that has some.
  fileprivate var isDisarmedAlias: Bool {
    if case .scalar(let text, _) = content { text.hasPrefix(AliasGuard.marker) } else { false }
  }
}
