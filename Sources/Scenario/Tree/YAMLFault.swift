// SPDX-License-Identifier: Apache-2.0

import Yams

/// Translates the parser's errors into diagnostics with the right place.
struct YAMLFault {
  let file: String
  let text: String

  func diagnostics(of error: YamlError) -> [Diagnostic] {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _):
      let told = context.map { "\($0.text.trimmedWords), " } ?? ""
      return [at(mark, .malformedYAML(told + problem))]
    case .composer(_, let problem, let mark, _):
      if problem.contains("another document") { return [at(mark, .severalDocuments)] }
      return [at(mark, .malformedYAML(problem))]
    case .reader(let problem, let offset, _, _):
      return [Diagnostic(.malformedYAML(problem), at: place(ofCharacter: offset ?? 0))]
    case .duplicatedKeysInMapping(let keys, let context):
      return keys.map { duplicate($0, firstAt: context.mark) }
    default:
      return [
        Diagnostic(.malformedYAML("\(error)"), at: SourceLocation(file: file, line: 1, column: 1))
      ]
    }
  }

  private func at(_ mark: Mark, _ problem: Diagnostic.Problem) -> Diagnostic {
    Diagnostic(problem, at: SourceLocation(file: file, line: mark.line, column: mark.column))
  }

  private func place(ofCharacter offset: Int) -> SourceLocation {
    var line = 1
    var column = 1
    for character in text.prefix(offset) {
      if character.isNewline {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    return SourceLocation(file: file, line: line, column: column)
  }

  /// The parser only says where the first of several equal keys stands. The second is found in the
  /// text: in a block mapping at the same column, in a flow mapping the next time the key occurs.
  private func duplicate(_ key: String, firstAt mark: Mark) -> Diagnostic {
    let second = secondOccurrence(of: key, after: mark)
    return Diagnostic(
      .duplicateKey(key, firstLine: mark.line),
      at: second ?? SourceLocation(file: file, line: mark.line, column: mark.column))
  }

  private func secondOccurrence(of key: String, after mark: Mark) -> SourceLocation? {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard lines.indices.contains(mark.line - 1) else { return nil }
    var places: [SourceLocation] = []
    for line in lines.indices[(mark.line - 1)...] {
      for column in columns(of: key, in: lines[line])
      where line > mark.line - 1 || column >= mark.column {
        places.append(SourceLocation(file: file, line: line + 1, column: column))
      }
    }
    // The first place is this very key, which need not be the one that the parser names.
    guard let first = places.first else { return nil }
    let before = lines[first.line - 1].unicodeScalars.prefix(first.column - 1)
    let isBlock = before.allSatisfy { " -?".unicodeScalars.contains($0) }
    let later = places.dropFirst()
    guard isBlock else { return later.first }
    let aligned = later.first { place in
      place.column == first.column
        && lines[place.line - 1].unicodeScalars.prefix(place.column - 1).allSatisfy { $0 == " " }
    }
    return aligned ?? later.first
  }

  /// Columns, from 1, at which `key` stands as a key.
  private func columns(of key: String, in line: Substring) -> [Int] {
    let scalars = Array(line.unicodeScalars)
    let wanted = Array(key.unicodeScalars)
    guard !wanted.isEmpty, scalars.count > wanted.count else { return [] }
    var found: [Int] = []
    for start in 0..<(scalars.count - wanted.count)
    where scalars[start..<(start + wanted.count)].elementsEqual(wanted) {
      var before = start
      var after = start + wanted.count
      if before > 0, scalars[before - 1] == "\"" || scalars[before - 1] == "'",
        after < scalars.count, scalars[after] == scalars[before - 1]
      {
        before -= 1
        after += 1
      }
      while after < scalars.count, scalars[after] == " " { after += 1 }
      let opens = before == 0 || " {,[-".unicodeScalars.contains(scalars[before - 1])
      if opens, after < scalars.count, scalars[after] == ":" { found.append(before + 1) }
    }
    return found
  }
}

extension String {
  /// Without white space at either end.
  var trimmedWords: String { String(self[...].trimmed) }
}
