// SPDX-License-Identifier: Apache-2.0

/// A dotted path from the root of a scenario to a knob or section: `cluster.nodePools.gpu.count`.
///
/// Members of named lists and maps go by name, members of other lists by position. An element that
/// holds a dot, a quote, an equals sign or a space is written in double quotes:
/// `disks."a.b".size`.
package struct KnobPath: Hashable, Sendable, Codable {
  package let elements: [String]

  package init(elements: [String] = []) {
    self.elements = elements
  }

  /// Parses a path. Cost: linear.
  package init(parsing text: String) throws(PathProblem) {
    var elements: [String] = []
    var rest = text[...]
    while true {
      let start = rest.startIndex
      func problem(_ words: String) -> PathProblem {
        PathProblem(.syntax(words), column: text[..<start].unicodeScalars.count)
      }
      let isQuoted = rest.first == "\""
      let body = isQuoted ? rest.dropFirst() : rest
      let element = body.prefix { $0 != (isQuoted ? "\"" : ".") }
      rest = body[element.endIndex...]
      if isQuoted {
        guard !rest.isEmpty else { throw problem("the quote is not closed") }
        rest.removeFirst()
        guard rest.isEmpty || rest.first == "." else {
          throw problem("a dot has to follow the quote")
        }
      } else {
        guard !element.contains("\"") else { throw problem("a quote stands inside an element") }
        guard !element.contains(" ") else { throw problem("an element holds a space") }
      }
      guard !element.isEmpty else { throw problem("an element is empty") }
      elements.append(String(element))
      guard !rest.isEmpty else { break }
      rest.removeFirst()
    }
    self.elements = elements
  }

  package func appending(_ element: String) -> KnobPath {
    KnobPath(elements: elements + [element])
  }

  /// Whether this path leads to `other` or to something above it.
  func isPrefix(of other: KnobPath) -> Bool {
    other.elements.starts(with: elements)
  }
}

extension KnobPath: CustomStringConvertible {
  package var description: String {
    elements.map { element in
      let needsQuotes = element.unicodeScalars.contains { ". =\"".unicodeScalars.contains($0) }
      return needsQuotes ? "\"\(element)\"" : element
    }
    .joined(separator: ".")
  }
}

/// Why a path is wrong, and how many scalars into it.
package struct PathProblem: Error, Hashable, Sendable {
  package let fault: PathFault
  package let column: Int

  init(_ fault: PathFault, column: Int = 0) {
    self.fault = fault
    self.column = column
  }
}
