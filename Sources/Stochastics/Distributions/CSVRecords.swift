// SPDX-License-Identifier: Apache-2.0

/// The records of CSV text (RFC 4180), one after the other: the one reader of CSV there is.
///
/// Fields may be quoted; inside quotes, commas and line breaks are text and a doubled quote is one
/// quote. Lines end in LF or CRLF; a byte order mark, blank lines and spaces around unquoted fields
/// are ignored.
package struct CSVRecords {
  /// The fields of one record and the line it starts in, counted from 1.
  package struct Record {
    package var line: Int
    package var fields: [String]
  }

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  private let bytes: [UInt8]
  private var position: Int
  private var line = 1

  package init(text: String) {
    self.init(bytes: Array(text.utf8))
  }

  /// Text in UTF-8: all of it, or a part that begins with a record.
  package init(bytes: [UInt8]) {
    self.bytes = bytes
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    position = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
  }

  /// The next record that is not a blank line; nil at the end of the text.
  package mutating func next() throws(CSVError) -> Record? {
    while position < bytes.count {
      let record = try readRecord()
      if record.fields != [""] {
        return record
      }
    }
    return nil
  }

  /// Reads up to and including the end of the line.
  private mutating func readRecord() throws(CSVError) -> Record {
    var record = Record(line: line, fields: [])
    while true {
      record.fields.append(try readField())
      guard position < bytes.count else {
        return record
      }
      // readField stops at a comma or at a line's end.
      let separator = bytes[position]
      position += 1
      if separator == Self.newline {
        line += 1
        return record
      }
    }
  }

  private mutating func readField() throws(CSVError) -> String {
    skipBlanks()
    if position < bytes.count, bytes[position] == Self.quote {
      return try readQuotedField()
    }
    let start = position
    while position < bytes.count, bytes[position] != Self.comma, bytes[position] != Self.newline {
      guard bytes[position] != Self.quote else {
        throw .strayQuote(line: line)
      }
      position += 1
    }
    var end = position
    while end > start, isBlank(bytes[end - 1]) {
      end -= 1
    }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private mutating func readQuotedField() throws(CSVError) -> String {
    let firstLine = line
    var content: [UInt8] = []
    position += 1
    while true {
      guard position < bytes.count else {
        throw .quoteNotClosed(line: firstLine)
      }
      let byte = bytes[position]
      position += 1
      if byte == Self.quote {
        guard position < bytes.count, bytes[position] == Self.quote else {
          break
        }
        position += 1
      } else if byte == Self.newline {
        line += 1
      }
      content.append(byte)
    }
    skipBlanks()
    if position < bytes.count, bytes[position] != Self.comma, bytes[position] != Self.newline {
      throw .strayQuote(line: line)
    }
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func skipBlanks() {
    while position < bytes.count, isBlank(bytes[position]) {
      position += 1
    }
  }

  /// A space, a tab, or the carriage return before a line feed.
  private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == Self.carriageReturn
  }
}
