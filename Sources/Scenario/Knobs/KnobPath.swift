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
    var column = 0
    repeat {
      var element = ""
      if rest.first == "\"" {
        let quoted = rest.dropFirst().prefix { $0 != "\"" }
        guard quoted.endIndex < rest.endIndex else {
          throw PathProblem(.syntax("the quote is not closed"), column: column)
        }
        element = String(quoted)
        rest = rest[rest.index(after: quoted.endIndex)...]
        column += quoted.unicodeScalars.count + 2
        guard rest.isEmpty || rest.first == "." else {
          throw PathProblem(.syntax("a dot has to follow the quote"), column: column)
        }
      } else {
        let plain = rest.prefix { $0 != "." }
        element = String(plain)
        rest = rest[plain.endIndex...]
        column += plain.unicodeScalars.count
      }
      guard !element.isEmpty else {
        throw PathProblem(.syntax("an element is empty"), column: column)
      }
      guard
        !element.unicodeScalars.contains(where: { $0 == " " || $0.value < 32 })
          || text.contains("\"")
      else {
        throw PathProblem(.syntax("'\(element)' holds a space"), column: column)
      }
      elements.append(element)
      guard rest.first == "." else { break }
      rest.removeFirst()
      column += 1
    } while true
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
