// SPDX-License-Identifier: Apache-2.0

/// A value to be laid over the scenario at a path.
struct Assignment: Sendable, Hashable {
  let path: KnobPath
  let value: ScenarioNode
}

/// One axis of a sweep.
package struct SweepAxis: Sendable, Hashable {
  package let path: KnobPath
  let values: [ScenarioNode]
  /// The values as written.
  package var renderedValues: [String] { values.map(\.sketch) }
}

/// An alternative to the scenario as written.
package struct Variant: Sendable, Hashable {
  /// The name of the scenario as written.
  package static let base = "base"

  package let name: String
  /// What the variant is, if its author said so.
  package let title: String?
  let assignments: [Assignment]
}

/// Reads what the language says about other values: `set`, `sweep`, `variants` and `--set`.
struct VariationReader {
  let root: SectionDeclaration
  let tree: ScenarioNode
  let session: ReadingSession

  /// A mapping from paths to values.
  func assignments(
    in entry: ScenarioNode.Entry, stamp: (SourceLocation) -> Provenance
  ) -> [Assignment] {
    guard let entries = entry.value.entries else {
      session.report(
        .wrongShape(found: entry.value.shapeName, expected: "a mapping from paths to values"),
        at: entry.value.location)
      return []
    }
    return entries.compactMap { assignment($0, stamp: stamp) }
  }

  private func assignment(
    _ entry: ScenarioNode.Entry, stamp: (SourceLocation) -> Provenance
  ) -> Assignment? {
    guard let path = path(entry.key, at: entry.keyOrigin.location, for: entry.value) else {
      return nil
    }
    return Assignment(path: path, value: entry.value.stamped { stamp($0.location) })
  }

  /// A path that exists, or nil after saying why it does not.
  func path(
    _ text: String, at location: SourceLocation, for value: ScenarioNode? = nil
  ) -> KnobPath? {
    do throws(PathProblem) {
      let path = try KnobPath(parsing: text)
      let shape = try tree.shape(
        at: path, from: root, allowingNewEntry: value?.entries != nil)
      if case .member(.language) = shape {
        throw PathProblem(.notAKnob("a part of the language"))
      }
      return path
    } catch {
      session.report(
        .badPath(text, reason: error.fault), at: location.advanced(by: error.column))
      return nil
    }
  }

  func axes(in entry: ScenarioNode.Entry) -> [SweepAxis] {
    guard let entries = entry.value.entries else {
      session.report(
        .wrongShape(
          found: entry.value.shapeName, expected: "a mapping from paths to lists of values"),
        at: entry.value.location)
      return []
    }
    var axes: [SweepAxis] = []
    for entry in entries {
      guard let path = path(entry.key, at: entry.keyOrigin.location) else { continue }
      guard case .list(let values) = entry.value.content else {
        session.report(
          .wrongShape(found: entry.value.shapeName, expected: "a list of values"),
          at: entry.value.location)
        continue
      }
      guard !values.isEmpty else {
        session.report(.emptyAxis(entry.key), at: entry.value.location)
        continue
      }
      if let other = axes.first(where: { $0.path.isPrefix(of: path) || path.isPrefix(of: $0.path) })
      {
        session.report(
          .overlappingPaths(other.path.description, path.description),
          at: entry.keyOrigin.location)
        continue
      }
      axes.append(
        SweepAxis(path: path, values: values.map { $0.stamped { .sweep($0.location) } }))
    }
    return axes
  }

  func variants(in entry: ScenarioNode.Entry) -> [Variant] {
    guard let entries = entry.value.entries else {
      session.report(
        .wrongShape(
          found: entry.value.shapeName, expected: "a mapping from variant names to values"),
        at: entry.value.location)
      return []
    }
    return entries.compactMap { entry in
      guard !entry.key.isEmpty, entry.key != Variant.base else {
        session.report(
          entry.key.isEmpty ? .badName(entry.key) : .reservedName(entry.key),
          at: entry.keyOrigin.location)
        return nil
      }
      guard let values = entry.value.entries else {
        session.report(
          .wrongShape(found: entry.value.shapeName, expected: "a mapping from paths to values"),
          at: entry.value.location)
        return nil
      }
      var title: String?
      if case .scalar(let text, _)? = entry.value["title"]?.content { title = text }
      let assignments = values.filter { $0.key != "title" }.compactMap {
        assignment($0) { .variant(entry.key, $0) }
      }
      return Variant(name: entry.key, title: title, assignments: assignments)
    }
  }

  /// One `--set path=value` of the command line.
  func commandLine(_ text: String) -> Assignment? {
    let place = SourceLocation(file: "--set \(text)")
    guard let equals = Self.equalsSign(in: text) else {
      session.report(.badAssignment(text), at: place)
      return nil
    }
    let pathText = String(text[..<equals][...].trimmed)
    let valueText = String(text[text.index(after: equals)...])
    let value: ScenarioNode
    do {
      var reader = YAMLReader(file: place.file, isProfile: false)
      value = try reader.readValue(valueText)
    } catch {
      session.report(.badAssignment(text), at: place)
      return nil
    }
    guard let path = path(pathText, at: place, for: value) else { return nil }
    return Assignment(path: path, value: value.stamped { _ in .commandLine(text) })
  }

  /// One `--vary` of the command line; nil after saying what is wrong with it.
  func axis(_ varied: VariedAxis) -> SweepAxis? {
    let assignments = varied.values.compactMap { commandLine("\(varied.path)=\($0)") }
    guard let first = assignments.first, assignments.count == varied.values.count else {
      return nil
    }
    return SweepAxis(path: first.path, values: assignments.map(\.value))
  }

  /// The first equals sign outside double quotes.
  private static func equalsSign(in text: String) -> String.Index? {
    var isQuoted = false
    for index in text.indices {
      if text[index] == "\"" { isQuoted.toggle() }
      if text[index] == "=", !isQuoted { return index }
    }
    return nil
  }
}
