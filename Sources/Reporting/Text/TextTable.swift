// SPDX-License-Identifier: Apache-2.0

/// Rows of text in columns, for terminals and monospaced mail; with a line of titles or without.
package struct TextTable {
  package enum Alignment: Sendable { case left, right }

  private let alignments: [Alignment]
  private let gap: String
  private var rows: [[String]] = []
  private var titleRows = 0

  /// - Parameter alignments: one a column; a row may have fewer cells.
  package init(_ alignments: [Alignment], gap: String = "  ") {
    self.alignments = alignments
    self.gap = gap
  }

  /// With a line of titles above; an empty one is a column without a title.
  package init(_ columns: [(title: String, alignment: Alignment)]) {
    self.init(columns.map(\.alignment))
    add(columns.map(\.title))
    titleRows = 1
  }

  /// With a line of titles above, all columns aligned to the left.
  package init(_ titles: String...) {
    self.init(titles.map { ($0, .left) })
  }

  /// Whether there is nothing below the titles.
  package var isEmpty: Bool { rows.count == titleRows }

  package mutating func add(_ cells: [String]) { rows.append(cells) }

  /// Adds a row; missing cells at its end are empty.
  package mutating func add(_ cells: String...) { add(cells) }

  /// The lines, without a line end after the last.
  package var text: String { lines().joined(separator: "\n") }

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
