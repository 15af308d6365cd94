// SPDX-License-Identifier: Apache-2.0
import Reporting

/// A table with a line of titles above it.
struct TextTable {
  enum Alignment { case left, right }

  private var table: Reporting.TextTable
  private(set) var isEmpty = true

  /// - Parameter columns: the titles; an empty one is a column without a title.
  init(_ columns: [(title: String, alignment: Alignment)]) {
    table = Reporting.TextTable(columns.map { $0.alignment == .left ? .left : .right })
    table.add(columns.map(\.title))
  }

  /// Columns that are all aligned to the left.
  init(_ titles: String...) {
    self.init(titles.map { ($0, .left) })
  }

  /// Adds a row; missing cells at its end are empty.
  mutating func add(_ cells: String...) { add(cells) }

  mutating func add(_ cells: [String]) {
    isEmpty = false
    table.add(cells)
  }

  /// The lines, without a line end after the last.
  var text: String { table.lines().joined(separator: "\n") }
}
