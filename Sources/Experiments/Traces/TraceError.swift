// SPDX-License-Identifier: Apache-2.0

/// Why a trace cannot be read, with its place.
package struct TraceError: Error, Sendable, Hashable {
  package enum Fault: Sendable, Hashable {
    case unreadable
    case noHeader
    case noTimeColumn(found: [String])
    case lineTooLong(limit: Int)
    case notUTF8
    case quoteNotClosed
    case strayQuote
    case fieldCount(found: Int, expected: Int)
    case notATime(String)
    case goesBack(time: String, before: String)
  }

  package let file: String
  /// Counted from 1; nil when it is about the whole file.
  package let line: Int?
  package let fault: Fault
}

extension TraceError: CustomStringConvertible {
  package var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return "\(place): \(fault.words)"
  }
}

extension TraceError.Fault {
  fileprivate var words: String {
    switch self {
    case .unreadable: "the trace cannot be read"
    case .noHeader: "the trace is empty; its first line has to name the columns"
    case .noTimeColumn(let found):
      "the trace has no column 'time'; its columns are \(found.joined(separator: ", "))"
    case .lineTooLong(let limit): "the line is longer than \(limit) bytes"
    case .notUTF8: "the line is not UTF-8"
    case .quoteNotClosed: "a quote is not closed in this line"
    case .strayQuote: "a field with quotes has to be quoted as a whole, its inner quotes doubled"
    case .fieldCount(let found, let expected): "\(found) fields where the header has \(expected)"
    case .notATime(let text): "'\(text)' is no time in seconds, zero or later"
    case .goesBack(let time, let before):
      "the time \(time) lies before \(before) of the row above; a trace is in order of time"
    }
  }
}
