// SPDX-License-Identifier: Apache-2.0

/// A place in a scenario file, as editors understand it: `file:line:column`, counted from 1.
///
/// A place that is not in a file (the command line, a missing file) has line 0 and renders as its
/// `file` text alone.
package struct SourceLocation: Hashable, Sendable {
  /// The path as the user gave it, `profile:NAME` for an embedded profile, or `--set ...`.
  package let file: String
  /// Line, from 1; 0 when the place has no line.
  package let line: Int
  /// Column in Unicode scalars, from 1; 0 when the place has no column.
  package let column: Int

  package init(file: String, line: Int = 0, column: Int = 0) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// The place `columns` further to the right on the same line.
  func advanced(by columns: Int) -> SourceLocation {
    line == 0 ? self : SourceLocation(file: file, line: line, column: column + columns)
  }
}

extension SourceLocation: CustomStringConvertible {
  package var description: String { line == 0 ? file : "\(file):\(line):\(column)" }
}

extension SourceLocation: Comparable {
  package static func < (lhs: SourceLocation, rhs: SourceLocation) -> Bool {
    (lhs.file, lhs.line, lhs.column) < (rhs.file, rhs.line, rhs.column)
  }
}
