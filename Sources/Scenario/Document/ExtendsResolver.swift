// SPDX-License-Identifier: Apache-2.0

/// Lays the profiles that a file extends below it.
struct ExtendsResolver {
  /// Profiles extend profiles at most this deep.
  static let deepest = 16
  /// One scenario reads at most this many files, repetitions included.
  static let mostFiles = 256

  let library: ProfileLibrary
  let root: ScenarioRoot
  private var cache: [ProfileLibrary.Found: ScenarioNode] = [:]
  private var files = 0
  private var diagnostics: [Diagnostic] = []

  init(library: ProfileLibrary, root: ScenarioRoot) {
    self.library = library
    self.root = root
  }

  /// The tree of a file with everything it extends below it.
  mutating func resolve(
    _ node: ScenarioNode, file: String
  ) throws(ScenarioError) -> ScenarioNode {
    let tree = merge(node, file: file, chain: [.file(file)])
    guard diagnostics.isEmpty else { throw ScenarioError(diagnostics) }
    return tree
  }

  private mutating func merge(
    _ node: ScenarioNode, file: String, chain: [ProfileLibrary.Found]
  ) -> ScenarioNode {
    guard let extends = node.entry("extends"), !extends.value.isNull else { return node }
    var below: ScenarioNode?
    for name in names(in: extends.value) {
      guard let profile = load(name, from: file, chain: chain) else { continue }
      below = below?.merged(with: profile, as: .section(root.declaration)) ?? profile
    }
    return below?.merged(with: node, as: .section(root.declaration)) ?? node
  }

  private mutating func names(in node: ScenarioNode) -> [(text: String, at: SourceLocation)] {
    let members: [ScenarioNode]
    switch node.content {
    case .scalar: members = [node]
    case .list(let list): members = list
    case .mapping: members = [node]
    }
    var names: [(text: String, at: SourceLocation)] = []
    for member in members {
      if case .scalar(let text, _) = member.content, !text.isEmpty {
        names.append((text, member.location))
      } else {
        report(
          .wrongShape(
            found: member.shapeName, expected: "the name of a profile, or a list of them"),
          at: member.location)
      }
    }
    return names
  }

  private mutating func load(
    _ name: (text: String, at: SourceLocation), from file: String, chain: [ProfileLibrary.Found]
  ) -> ScenarioNode? {
    guard let found = library.find(name.text, besides: file) else {
      report(
        .unknownProfile(
          name.text,
          nearest: NearestName.of(name.text, among: library.names(besides: file)),
          searched: library.places(besides: file)),
        at: name.at)
      return nil
    }
    guard !chain.contains(found) else {
      let circle = chain[(chain.firstIndex(of: found) ?? 0)...] + [found]
      report(.extendsCycle(circle.map(\.file)), at: name.at)
      return nil
    }
    guard chain.count <= Self.deepest else {
      report(.extendsTooDeep(limit: Self.deepest), at: name.at)
      return nil
    }
    if let known = cache[found] { return known }
    files += 1
    guard files <= Self.mostFiles else {
      report(.extendsTooDeep(limit: Self.mostFiles), at: name.at)
      return nil
    }
    let tree = read(found, namedAt: name.at).map { node in
      merge(node, file: found.file, chain: chain + [found]).withoutOwnKeys
    }
    if let tree { cache[found] = tree }
    return tree
  }

  private mutating func read(
    _ profile: ProfileLibrary.Found, namedAt place: SourceLocation
  ) -> ScenarioNode? {
    let text: String
    do {
      text = try library.text(of: profile)
    } catch {
      report(error.problem, at: SourceLocation(file: profile.file))
      return nil
    }
    var reader = YAMLReader(file: profile.file, isProfile: true)
    do {
      let node = try reader.read(text)
      return node
    } catch {
      diagnostics += error.diagnostics
      return nil
    }
  }

  private mutating func report(_ problem: Diagnostic.Problem, at location: SourceLocation) {
    let diagnostic = Diagnostic(problem, at: location)
    if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
  }
}

extension ScenarioNode {
  /// Without the keys that a file keeps to itself.
  fileprivate var withoutOwnKeys: ScenarioNode {
    guard let entries else { return self }
    return ScenarioNode(
      .mapping(entries.filter { !DocumentHeader.ownKeys.contains($0.key) }), origin: origin)
  }
}
