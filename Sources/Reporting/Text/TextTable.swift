// SPDX-License-Identifier: Apache-2.0

/// Rows of text in columns, for terminals and monospaced mail.
package struct TextTable {
  package enum Alignment: Sendable { case left, right }

  private let alignments: [Alignment]
  private let gap: String
  private var rows: [[String]] = []

  /// - Parameter alignments: one a column; a row may have fewer cells.
  package init(_ alignments: [Alignment], gap: String = "  ") {
    self.alignments = alignments
    self.gap = gap
  }

  package mutating func add(_ cells: [String]) { rows.append(cells) }

  /// One line a row, without blanks at its end, each led by `indent`.
  package func lines(indent: String = "") -> [String] {
    let widths = alignments.indices.map { column in
      rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = zip(row, zip(alignments, widths)).map { cell, column in
        let padding = String(repeating: " ", count: column.1 - cell.count)
        return column.0 == .left ? cell + padding : padding + cell
      }
      let line = indent + cells.joined(separator: gap)
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
