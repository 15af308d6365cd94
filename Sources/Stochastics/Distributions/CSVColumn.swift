// SPDX-License-Identifier: Apache-2.0

/// One column of numbers read from CSV text, whose first record is the header.
struct CSVColumn {
  /// The numbers, in the order of the file.
  private(set) var values: [Double] = []

  /// Reads the column called `name`.
  init(text: String, name: String) throws(CSVError) {
    var records = CSVRecords(text: text)
    guard let header = try records.next() else {
      throw .noHeader
    }
    guard let column = header.fields.firstIndex(of: name) else {
      throw .noSuchColumn(
        name: name, columns: header.fields, nearest: nearest(to: name, in: header.fields))
    }
    while let record = try records.next() {
      guard record.fields.count == header.fields.count else {
        throw .fieldCount(
          line: record.line, found: record.fields.count, expected: header.fields.count)
      }
      let field = record.fields[column]
      guard let value = Double(field), value.isFinite else {
        throw .notANumber(line: record.line, column: name, field: field)
      }
      guard value >= 0 else {
        throw .negative(line: record.line, column: name, field: field)
      }
      values.append(value)
    }
    guard !values.isEmpty else {
      throw .noRecords
    }
  }
}

/// Why a column of numbers could not be read from CSV text. Lines are counted from 1.
package enum CSVError: Error, Sendable, Hashable {
  /// The text is empty.
  case noHeader
  /// There is a header, but nothing below it.
  case noRecords
  /// No column has this name; `nearest` is the most similar one, if any is.
  case noSuchColumn(name: String, columns: [String], nearest: String?)
  /// A record has more or fewer fields than the header.
  case fieldCount(line: Int, found: Int, expected: Int)
  /// A field of the column is not a finite number.
  case notANumber(line: Int, column: String, field: String)
  /// A number of the column is below zero, which no duration or size is.
  case negative(line: Int, column: String, field: String)
  /// The quote opened in this line is never closed.
  case quoteNotClosed(line: Int)
  /// A quote stands inside an unquoted field, or text follows a closing quote.
  case strayQuote(line: Int)

  /// The line of the text to show with the message.
  package var line: Int? {
    switch self {
    case .noHeader, .noRecords: nil
    case .noSuchColumn: 1
    case .fieldCount(let line, _, _), .notANumber(let line, _, _), .negative(let line, _, _),
      .quoteNotClosed(let line), .strayQuote(let line):
      line
    }
  }
}

extension CSVError: CustomStringConvertible {
  /// One plain sentence without a full stop.
  package var description: String {
    switch self {
    case .noHeader:
      "the CSV text is empty; its first line must name the columns"
    case .noRecords:
      "the CSV text has a header but no values"
    case .noSuchColumn(let name, let columns, let nearest):
      "there is no column \(name)"
        + (nearest.map { "; did you mean \($0)?" }
          ?? "; there are \(columns.joined(separator: ", "))")
    case .fieldCount(let line, let found, let expected):
      "line \(line) has \(found) fields where the header has \(expected)"
    case .notANumber(let line, let column, let field):
      "line \(line): \(column) is \"\(field)\", which is not a finite number"
    case .negative(let line, let column, let field):
      "line \(line): \(column) is \(field), but must not be negative"
    case .quoteNotClosed(let line):
      "line \(line): the quote is never closed"
    case .strayQuote(let line):
      "line \(line): a field with quotes must be quoted as a whole, its inner quotes doubled"
    }
  }
}
