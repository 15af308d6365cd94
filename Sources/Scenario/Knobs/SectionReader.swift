// SPDX-License-Identifier: Apache-2.0

/// Reads one section of a scenario against its declaration.
///
/// Every access records what it found for the resolved configuration; problems are recorded and
/// answered with the default, so that one reading finds them all.
package struct SectionReader {
  let session: ReadingSession
  let declaration: SectionDeclaration
  /// The section's mapping; nil when the file leaves it out.
  private let node: ScenarioNode?
  /// Where the section is: its key, or the nearest thing above it that exists.
  package let location: SourceLocation
  /// The dotted path of the section; members of lists and maps by name. Empty at the root.
  package let path: KnobPath
  /// The section's name in its list or map; else its key.
  package let name: String
  private var read: Set<String> = []

  /// Opens a section: checks its shape, its keys and its alternatives.
  init(
    session: ReadingSession, declaration: SectionDeclaration, node: ScenarioNode?,
    location: SourceLocation, path: KnobPath, name: String, ignoring: Set<String> = []
  ) {
    self.session = session
    self.declaration = declaration
    self.location = location
    self.path = path
    self.name = name
    if let node, node.entries == nil {
      if !node.isNull {
        session.report(
          .wrongShape(found: node.shapeName, expected: "a section with keys"), at: node.location)
      }
      self.node = nil
    } else {
      self.node = node
    }
    guard node == nil || node?.isNull == true || self.node != nil else { return }
    for entry in self.node?.entries ?? []
    where declaration[entry.key] == nil && !ignoring.contains(entry.key) {
      session.report(
        .unknownKey(
          entry.key, section: path.description,
          nearest: NearestName.of(entry.key, among: declaration.memberNames),
          known: declaration.memberNames),
        at: entry.keyOrigin.location)
    }
    for group in declaration.alternatives {
      let found = group.filter { key in self.node?[key].map { !$0.isNull } ?? false }
      if found.count != 1 {
        let second = found.dropFirst().first.flatMap { self.node?.entry($0)?.keyOrigin.location }
        session.report(
          .exactlyOne(of: group, found: found, section: path.description), at: second ?? location)
      }
    }
  }

  /// The value of a knob: stated, or its default.
  package subscript<Value>(_ knob: Knob<Value>) -> Value {
    mutating get {
      markRead(knob.name)
      let knobPath = path.appending(knob.name)
      guard let entry = node?.entry(knob.name) else {
        guard let value = knob.defaultValue else {
          session.report(
            .missingKey(knob.name, section: path.description), at: location)
          return Value.placeholder
        }
        session.resolve(
          .init(
            path: knobPath, value: value.rendered,
            provenance: .defaultValue(source: knob.source)))
        return value
      }
      return value(of: knob, from: entry, path: knobPath)
    }
  }

  private func value<Value>(
    of knob: Knob<Value>, from entry: ScenarioNode.Entry, path: KnobPath
  ) -> Value {
    let fallback = knob.defaultValue ?? Value.placeholder
    let node = entry.value
    if node.isNull, !Value.kind.acceptsNull {
      session.report(.noValue(knob.name), at: entry.keyOrigin.location)
      return fallback
    }
    do throws(ValueProblem) {
      let value = try Value.read(
        node, in: session.context(for: knob.target))
      if let limits = knob.limits, !limits.contains(value) {
        throw ValueProblem(
          .outOfRange(found: node.sketch, low: limits.low, high: limits.high))
      }
      if let problem = Value.suspicion(about: node, usual: knob.defaultValue) {
        session.warn(problem, at: node.location)
      }
      session.resolve(.init(path: path, value: value.rendered, provenance: node.origin))
      return value
    } catch {
      session.report(
        .badValue(key: knob.name, fault: error.fault), at: error.location ?? node.location)
      return fallback
    }
  }

  /// A section that is always there.
  package mutating func section<Part>(_ part: Subsection<Part>) -> Part {
    markRead(part.name)
    return open(part.name, as: Part.self, node: node?[part.name], name: part.name)
  }

  /// A section that is there when the file has it; an explicit `null` takes it away.
  package mutating func optionalSection<Part>(_ part: OptionalSubsection<Part>) -> Part? {
    markRead(part.name)
    guard let entry = node?.entry(part.name), !entry.value.isNull else { return nil }
    return open(part.name, as: Part.self, node: entry.value, name: part.name)
  }

  private func open<Part: Configurable>(
    _ key: String, as type: Part.Type, node: ScenarioNode?, name: String
  ) -> Part {
    var reader = SectionReader(
      session: session, declaration: Part.declaration, node: node,
      location: self.node?.entry(key)?.keyOrigin.location ?? location,
      path: path.appending(key), name: name)
    return reader.configuration(as: type)
  }

  /// Builds the configuration of this section.
  mutating func configuration<Part: Configurable>(as type: Part.Type) -> Part {
    let part = Part(&self)
    for member in declaration.memberNames where !read.contains(member) {
      session.unread.append(path.appending(member).description)
    }
    return part
  }

  /// The members of a list of named sections, in file order.
  package mutating func list<Part>(_ part: NamedList<Part>) -> [Named<Part>] {
    markRead(part.name)
    guard let entry = node?.entry(part.name), !entry.value.isNull else { return [] }
    guard case .list(let members) = entry.value.content else {
      session.report(
        .wrongShape(found: entry.value.shapeName, expected: "a list of sections, each with a name"),
        at: entry.value.location)
      return []
    }
    var seen: Set<String> = []
    var result: [Named<Part>] = []
    let declaration = Part.declaration
    for member in members {
      guard let name = memberName(of: member, in: part.name) else { continue }
      guard seen.insert(name).inserted else {
        session.report(
          .duplicateName(name, section: path.appending(part.name).description),
          at: member["name"]?.location ?? member.location)
        continue
      }
      var reader = SectionReader(
        session: session, declaration: declaration, node: member, location: member.location,
        path: path.appending(part.name).appending(name), name: name, ignoring: ["name"])
      result.append(Named(name: name, value: reader.configuration(as: Part.self)))
    }
    return result
  }

  /// The name of a list member, or nil after reporting that it has none.
  private func memberName(of member: ScenarioNode, in list: String) -> String? {
    guard member.entries != nil else {
      session.report(
        .wrongShape(found: member.shapeName, expected: "a section with a name"),
        at: member.location)
      return nil
    }
    guard let nameNode = member["name"] else {
      session.report(
        .missingKey("name", section: path.appending(list).description), at: member.location)
      return nil
    }
    guard let name = member.memberName, !name.isEmpty, !nameNode.isNull else {
      session.report(.badName(nameNode.sketch), at: nameNode.location)
      return nil
    }
    return name
  }

  /// The entries of a map of sections, in file order.
  package mutating func map<Part>(_ part: NamedMap<Part>) -> [Named<Part>] {
    markRead(part.name)
    guard let entry = node?.entry(part.name), !entry.value.isNull else { return [] }
    guard let entries = entry.value.entries else {
      session.report(
        .wrongShape(found: entry.value.shapeName, expected: "a mapping from names to sections"),
        at: entry.value.location)
      return []
    }
    let ancestor = part.inheriting.flatMap { name in entries.first { $0.key == name }?.value }
    let declaration = Part.declaration
    return entries.compactMap { entry in
      guard !entry.key.isEmpty else {
        session.report(.badName(entry.key), at: entry.keyOrigin.location)
        return nil
      }
      var node = entry.value
      if let ancestor, entry.key != part.inheriting, node.isNull || node.entries != nil {
        node = ancestor.merged(with: node.isNull ? ancestor : node, as: .section(declaration))
      }
      var reader = SectionReader(
        session: session, declaration: declaration, node: node,
        location: entry.keyOrigin.location, path: path.appending(part.name).appending(entry.key),
        name: entry.key)
      return Named(name: entry.key, value: reader.configuration(as: Part.self))
    }
  }

  /// The members of a list of sections without names, in file order; `name` is the position.
  package mutating func list<Part>(_ part: SectionList<Part>) -> [Part] {
    markRead(part.name)
    guard let entry = node?.entry(part.name), !entry.value.isNull else { return [] }
    guard case .list(let members) = entry.value.content else {
      session.report(
        .wrongShape(found: entry.value.shapeName, expected: "a list of sections"),
        at: entry.value.location)
      return []
    }
    let declaration = Part.declaration
    return members.enumerated().map { index, member in
      var reader = SectionReader(
        session: session, declaration: declaration, node: member, location: member.location,
        path: path.appending(part.name).appending(String(index)), name: String(index))
      return reader.configuration(as: Part.self)
    }
  }

  /// A part of the language itself, unread. Null counts as absent.
  mutating func entry(_ part: LanguagePart) -> ScenarioNode.Entry? {
    markRead(part.name)
    guard let entry = node?.entry(part.name), !entry.value.isNull else { return nil }
    return entry
  }

  /// The node of a member, unread.
  func node(of member: String) -> ScenarioNode? { node?[member] }

  /// Leaves members unread on purpose.
  mutating func skip(_ members: [String]) {
    read.formUnion(members)
  }

  /// Whether a key of this section is present, by any origin but a default.
  package func states(_ member: String) -> Bool {
    node?[member].map { !$0.isNull } ?? false
  }

  /// Records that a rule across knobs is broken, at the place where `knob` is stated (or at the
  /// section, when it is not).
  package func fail<Value>(_ knob: Knob<Value>, _ message: String, hint: String? = nil) {
    fail(knob.name, message, hint: hint)
  }

  /// Records that a rule is broken, at the member called `member`, or at the section.
  package func fail(_ member: String? = nil, _ message: String, hint: String? = nil) {
    session.report(.rule(message: message, hint: hint), at: place(of: member))
  }

  /// Records something legal but odd.
  package func warn(_ member: String? = nil, _ message: String, hint: String? = nil) {
    session.warn(.rule(message: message, hint: hint), at: place(of: member))
  }

  /// Where a member's value is stated; the section when it is not.
  package func location(of member: String) -> SourceLocation { place(of: member) }

  private func place(of member: String?) -> SourceLocation {
    member.flatMap { node?[$0]?.location } ?? node?.location ?? location
  }

  private mutating func markRead(_ member: String) {
    precondition(
      declaration[member] != nil,
      "'\(member)' is read but not listed in the declaration of '\(declaration.name)'")
    read.insert(member)
  }
}
