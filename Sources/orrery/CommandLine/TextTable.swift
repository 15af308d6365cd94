// SPDX-License-Identifier: Apache-2.0

/// A table of plain text: columns as wide as their widest cell, two spaces between them.
struct TextTable {
  enum Alignment { case left, right }

  private let alignments: [Alignment]
  private var rows: [[String]]

  /// - Parameter columns: the titles; an empty one is a column without a title.
  init(_ columns: [(title: String, alignment: Alignment)]) {
    alignments = columns.map(\.alignment)
    rows = [columns.map(\.title)]
  }

  /// Columns that are all aligned to the left.
  init(_ titles: String...) {
    self.init(titles.map { ($0, .left) })
  }

  /// Adds a row; missing cells at its end are empty.
  mutating func add(_ cells: String...) { add(cells) }

  mutating func add(_ cells: [String]) {
    rows.append((0..<alignments.count).map { $0 < cells.count ? cells[$0] : "" })
  }

  var isEmpty: Bool { rows.count == 1 }

  /// The lines, without a line end after the last.
  var text: String {
    let widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for column in row.indices {
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        line += alignments[column] == .left ? row[column] + padding : padding + row[column]
        line += "  "
      }
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
    .joined(separator: "\n")
  }
}
