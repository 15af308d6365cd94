// SPDX-License-Identifier: Apache-2.0

// Every sentence that a scenario's author gets to read is in this file.

extension Diagnostic {
  /// A short stable name of the kind of finding, for machines.
  package var code: String {
    switch problem {
    case .fileMissing: "file-missing"
    case .fileIsDirectory: "file-is-directory"
    case .fileUnreadable: "file-unreadable"
    case .fileTooLarge: "file-too-large"
    case .notUTF8: "not-utf8"
    case .emptyDocument: "empty-document"
    case .severalDocuments: "several-documents"
    case .malformedYAML: "malformed-yaml"
    case .duplicateKey: "duplicate-key"
    case .keyNotScalar: "key-not-scalar"
    case .tooDeep: "too-deep"
    case .tooManyNodes: "too-many-values"
    case .tooManyAliases: "too-many-aliases"
    case .aliasInKey: "alias-in-key"
    case .badMergeKey: "bad-merge-key"
    case .unsupportedVersion: "unsupported-version"
    case .unknownKey: "unknown-key"
    case .missingKey: "missing-key"
    case .noValue: "no-value"
    case .wrongShape: "wrong-shape"
    case .duplicateName: "duplicate-name"
    case .badName: "bad-name"
    case .reservedName: "reserved-name"
    case .exactlyOne: "exactly-one"
    case .badValue: "bad-value"
    case .suspiciousUnit: "suspicious-unit"
    case .unknownProfile: "unknown-profile"
    case .extendsCycle: "extends-cycle"
    case .extendsTooDeep: "extends-too-deep"
    case .badPath: "bad-path"
    case .badAssignment: "bad-assignment"
    case .unknownVariant: "unknown-variant"
    case .emptyAxis: "empty-axis"
    case .tooManyPoints: "too-many-points"
    case .overlappingPaths: "overlapping-paths"
    case .expectation: "expectation"
    case .rule: "rule"
    }
  }

  /// What is wrong, without a full stop, on one line whatever the file holds.
  package var message: String { Self.printable(words) }

  private var words: String {
    switch problem {
    case .fileMissing: "there is no such file"
    case .fileIsDirectory: "this is a directory, not a file"
    case .fileUnreadable: "the file cannot be read"
    case .fileTooLarge(let limit): "the file is larger than \(limit >> 20) MiB"
    case .notUTF8(let offset): "byte \(offset) is not UTF-8"
    case .emptyDocument: "the file is empty"
    case .severalDocuments: "a second document starts here"
    case .malformedYAML(let problem): "not YAML: \(problem)"
    case .duplicateKey(let key, let line): "key '\(key)' is here twice, first in line \(line)"
    case .keyNotScalar: "a key is a list or mapping"
    case .tooDeep(let limit): "values are nested more than \(limit) levels deep"
    case .tooManyNodes(let limit): "the file holds more than \(limit) values, aliases expanded"
    case .tooManyAliases(let limit): "the file uses more than \(limit) aliases"
    case .aliasInKey: "a key is an alias"
    case .badMergeKey: "'<<' merges something that is not a mapping"
    case .unsupportedVersion(let found): "format version '\(found)' is not known"
    case .unknownKey(let key, let section, _, _): "unknown key '\(key)'\(Self.within(section))"
    case .missingKey(let key, let section): "key '\(key)' is missing\(Self.within(section))"
    case .noValue(let key): "'\(key)' has no value"
    case .wrongShape(let found, _): "found \(found)"
    case .duplicateName(let name, let section):
      "the name '\(name)' is here twice\(Self.within(section))"
    case .badName(let name): "'\(name)' is not a name"
    case .reservedName(let name): "'\(name)' is the scenario as written and cannot be redefined"
    case .exactlyOne(let names, let found, let section):
      if found.isEmpty {
        "none of \(Self.list(names, "and")) is here\(Self.within(section))"
      } else {
        "\(Self.list(found, "and")) exclude each other\(Self.within(section))"
      }
    case .badValue(let key, let fault): "\(key): \(fault.message)"
    case .suspiciousUnit(let found, let means, _): "'\(found)' is \(means)"
    case .unknownProfile(let name, _, _): "there is no profile '\(name)'"
    case .extendsCycle(let names):
      "'extends' goes in a circle: \(names.joined(separator: " -> "))"
    case .extendsTooDeep(let limit): "'extends' goes more than \(limit) files deep"
    case .badPath(let path, let reason): Self.pathMessage(path, reason)
    case .badAssignment(let text): "'\(text)' does not set anything"
    case .unknownVariant(let name, _, _): "there is no variant '\(name)'"
    case .emptyAxis(let path): "the sweep over '\(path)' has no values"
    case .tooManyPoints(let count, let limit):
      "the sweep has \(count) points, more than \(limit)"
    case .overlappingPaths(let one, let other): "'\(one)' and '\(other)' set the same thing"
    case .expectation(let fault): fault.message
    case .rule(let message, _): message
    }
  }

  /// What would have been right; completes "expected ...".
  package var expected: String? { expectedWords.map(Self.printable) }

  private var expectedWords: String? {
    switch problem {
    case .severalDocuments: "one document a file"
    case .keyNotScalar, .aliasInKey: "a plain word as the key"
    case .badMergeKey: "a mapping or a list of mappings"
    case .unsupportedVersion: "'orrery: 1'"
    case .unknownKey(_, _, let nearest, let known):
      nearest == nil && !known.isEmpty ? Self.choices(known) : nil
    case .wrongShape(_, let expected): expected
    case .badName: "a word that is not empty"
    case .exactlyOne(let names, _, _): "exactly one of \(Self.list(names, "or"))"
    case .badValue(_, let fault): fault.expected
    case .unknownProfile(_, let nearest, let searched):
      nearest == nil ? "a file in \(Self.list(searched, "or"))" : nil
    case .badPath(_, .unknownElement(_, _, let nearest, let known)):
      nearest == nil && !known.isEmpty ? Self.choices(known) : nil
    case .badAssignment: "path=value, such as cluster.nodePools.gpu.count=800"
    case .unknownVariant(_, let nearest, let known):
      nearest == nil ? Self.choices(known) : nil
    case .emptyAxis: "a list of values"
    case .expectation(let fault): fault.expected
    default: nil
    }
  }

  /// What was probably meant, or what to do.
  package var hint: String? { hintWords.map(Self.printable) }

  private var hintWords: String? {
    switch problem {
    case .fileIsDirectory: "name a .yaml file in it"
    case .unknownKey(_, _, let nearest?, _), .unknownProfile(_, let nearest?, _),
      .badPath(_, .unknownElement(_, _, let nearest?, _)), .unknownVariant(_, let nearest?, _):
      "did you mean '\(nearest)'?"
    case .badValue(_, let fault): fault.hint
    case .suspiciousUnit(_, _, let customary): "did you mean '\(customary)'?"
    case .malformedYAML(let problem): Self.yamlHint(problem)
    case .badPath(_, .syntax): "an element that holds a dot is written in double quotes"
    case .expectation(let fault): fault.hint
    case .rule(_, let hint): hint
    default: nil
    }
  }

  /// Control characters written out, so that a file cannot break the line or colour the terminal.
  static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnprintable) else { return text }
    return text.unicodeScalars.reduce(into: "") { out, scalar in
      if isUnprintable(scalar) {
        out += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
  }

  private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .format, .privateUse, .unassigned: true
    default: false
    }
  }

  /// The parser's wording helps nobody with the commonest slips.
  private static func yamlHint(_ problem: String) -> String? {
    if problem.contains("mapping values are not allowed")
      || problem.contains("did not find expected ',' or")
    {
      return "a value that holds a colon and a space, or a comma, needs quotes"
    }
    if problem.contains("cannot start any token") {
      return "indent with spaces, and quote values that start with @, %, ` or a tab"
    }
    return nil
  }

  private static func pathMessage(_ path: String, _ reason: PathFault) -> String {
    switch reason {
    case .syntax(let problem): "'\(path)' is not a path: \(problem)"
    case .unknownElement(let element, let parent, _, _):
      "'\(path)': there is no '\(element)'\(within(parent))"
    case .pastKnob(let knob): "'\(path)' goes on below '\(knob)', which is a single value"
    case .notAKnob(let shape): "'\(path)' is \(shape), not a single value"
    }
  }

  private static func within(_ section: String) -> String {
    section.isEmpty ? " at the top level" : " in \(section)"
  }

  static func list(_ words: [String], _ conjunction: String) -> String {
    let quoted = words.map { "'\($0)'" }
    guard quoted.count > 1, let last = quoted.last else { return quoted.first ?? "nothing" }
    return "\(quoted.dropLast().joined(separator: ", ")) \(conjunction) \(last)"
  }

  /// Up to a dozen choices.
  static func choices(_ words: [String]) -> String {
    let most = 12
    guard words.count > most else { return "one of \(words.joined(separator: ", "))" }
    return "one of \(words.prefix(most).joined(separator: ", "))"
      + " and \(words.count - most) more"
  }
}
