// SPDX-License-Identifier: Apache-2.0

/// A part of a result as rows of cells, for programs that think in tables.
package struct ResultTable: Sendable, Hashable {
  package enum Cell: Sendable, Hashable {
    case null
    case integer(Int)
    case real(Double)
    case text(String)

    package static func optional(_ value: Double?) -> Cell { value.map { .real($0) } ?? .null }
    package static func optional(_ value: Int?) -> Cell { value.map { .integer($0) } ?? .null }
    package static func optional(_ value: String?) -> Cell { value.map { .text($0) } ?? .null }
  }

  package enum Kind: Sendable, Hashable {
    case integer, real, text
    /// The value of a knob: a number where it looks like one, else text such as `10ms`.
    case knob
  }

  package struct Column: Sendable, Hashable {
    package let name: String
    package let kind: Kind

    package init(_ name: String, _ kind: Kind) {
      self.name = name
      self.kind = kind
    }
  }

  package let columns: [Column]
  /// Each with as many cells as there are columns.
  package private(set) var rows: [[Cell]] = []

  package init(_ columns: [Column]) {
    self.columns = columns
  }

  mutating func add(_ cells: [Cell]) {
    precondition(cells.count == columns.count, "a row has a cell for each column")
    rows.append(cells)
  }

  /// The same with more columns in front, whose cells are looked up by the first cell of each row.
  func prefixed(by prefix: [Column], _ cells: (Cell) -> [Cell]) -> ResultTable {
    var table = ResultTable(columns.prefix(1) + prefix + columns.dropFirst())
    for row in rows { table.add(row.prefix(1) + cells(row[0]) + row.dropFirst()) }
    return table
  }
}
