// SPDX-License-Identifier: Apache-2.0

/// Tables as comma-separated values (RFC 4180 but for line ends, which are line feeds): a header,
/// then a line a row; an empty field is a value that does not exist.
package enum CommaSeparatedValues {
  /// The whole table.
  package static func text(_ table: ResultTable) -> String {
    var text = line(table.columns.map { quoted($0.name) })
    for row in table.rows { text += line(row.map(field)) }
    return text
  }

  private static func line(_ fields: [String]) -> String {
    fields.joined(separator: ",") + "\n"
  }

  private static func field(_ cell: ResultTable.Cell) -> String {
    switch cell {
    case .null: ""
    case .integer(let value): String(value)
    case .real(let value): value.shortestText
    case .text(let text): quoted(text)
    }
  }

  /// The text as a field: in quotes where it could be taken for more than one.
  static func quoted(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else {
      return text
    }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
