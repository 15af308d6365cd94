// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A table of expected values: CSV without quotes, the first line names the columns.
///
/// Unlike the reader of empirical samples in Stochastics it keeps whole rows, text and absent
/// values included, because a row of an oracle is one case with its answer.
package struct OracleTable: Sendable {
  /// One case.
  package struct Row: Sendable {
    /// The line in the file, counted from 1.
    package let line: Int
    private let fields: [String: String]

    init(line: Int, fields: [String: String]) {
      self.line = line
      self.fields = fields
    }

    /// The field as it is written, nil if it is empty.
    ///
    /// - Throws: ``Failure/noColumn(_:)``.
    package func text(_ column: String) throws(Failure) -> String? {
      guard let field = fields[column] else { throw .noColumn(column) }
      return field.isEmpty ? nil : field
    }

    /// The field as a number, nil if it is empty or `nan`.
    ///
    /// - Throws: ``Failure/noColumn(_:)`` and ``Failure/notANumber(line:column:)``.
    package func number(_ column: String) throws(Failure) -> Double? {
      guard let field = try text(column) else { return nil }
      guard let number = Double(field) else { throw .notANumber(line: line, column: column) }
      return number.isNaN ? nil : number
    }
  }

  /// Why a table cannot be used.
  package enum Failure: Error, Hashable {
    /// There is not even a header.
    case empty
    /// A line has more or fewer fields than the header.
    case fieldCount(line: Int)
    /// No column has this name.
    case noColumn(String)
    /// A field that should be a number is none.
    case notANumber(line: Int, column: String)
  }

  /// The cases in the order of the file.
  package let rows: [Row]

  /// Reads a file.
  ///
  /// - Throws: ``Failure``, and what Foundation throws for a file that cannot be read as UTF-8.
  package init(contentsOf file: URL) throws {
    try self.init(text: String(contentsOf: file, encoding: .utf8))
  }

  /// Reads a text.
  package init(text: String) throws(Failure) {
    // Not at "\n": to Swift, the "\r\n" of some files is one other character.
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map {
      line in
      line.trimmingCharacters(in: .whitespaces).split(
        separator: ",", omittingEmptySubsequences: false
      ).map(String.init)
    }
    guard let header = lines.first, header != [""] else { throw .empty }
    var rows: [Row] = []
    for (index, fields) in lines.enumerated().dropFirst() where fields != [""] {
      guard fields.count == header.count else { throw .fieldCount(line: index + 1) }
      rows.append(
        Row(
          line: index + 1,
          fields: Dictionary(zip(header, fields), uniquingKeysWith: { first, _ in first })))
    }
    self.rows = rows
  }
}
