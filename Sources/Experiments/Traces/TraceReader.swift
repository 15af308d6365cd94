// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Foundation
import Stochastics

/// Reads the arrival times of a trace block by block: a CSV file with a header and a column `time`
/// in seconds, in order; other columns are skipped over.
///
/// Memory is one block and one buffer, whatever the length of the file. Fields may be quoted; a row
/// is one line.
struct TraceReader {
  /// Longer lines are taken for something that is no trace.
  static let longestLine = 1 << 20
  private static let bufferBytes = 1 << 16

  let file: String
  /// Rows handed out so far.
  private(set) var rows = 0
  private let handle: FileHandle
  private var buffer: [UInt8] = []
  private var position = 0
  private var isAtEnd = false
  private var line = 0
  private var columns = 0
  private var timeColumn = 0
  private var last: (time: SimTime, text: String) = (.zero, "0")

  init(file: String) throws(TraceError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder),
      !isFolder.boolValue, let handle = FileHandle(forReadingAtPath: file)
    else { throw TraceError(file: file, line: nil, fault: .unreadable) }
    self.file = file
    self.handle = handle
    guard let header = try nextRecord() else {
      throw TraceError(file: file, line: nil, fault: .noHeader)
    }
    guard let column = header.firstIndex(of: "time") else {
      throw failure(.noTimeColumn(found: header))
    }
    columns = header.count
    timeColumn = column
  }

  /// The next rows, at most `count` of them; empty at the end of the trace.
  mutating func block(of count: Int) throws(TraceError) -> [SimTime] {
    var times: [SimTime] = []
    times.reserveCapacity(count)
    while times.count < count, let fields = try nextRecord() {
      guard fields.count == columns else {
        throw failure(.fieldCount(found: fields.count, expected: columns))
      }
      times.append(try time(fields[timeColumn]))
    }
    rows += times.count
    return times
  }

  /// Passes over rows that were handed out before a checkpoint.
  mutating func skip(_ count: Int) throws(TraceError) {
    var left = count
    while left > 0 {
      let skipped = try block(of: min(left, 4_096)).count
      guard skipped > 0 else { return }
      left -= skipped
    }
  }

  private mutating func time(_ text: String) throws(TraceError) -> SimTime {
    guard let seconds = Double(text), seconds.isFinite, seconds >= 0 else {
      throw failure(.notATime(text))
    }
    let time = SimTime.zero + SimDuration(roundingSeconds: seconds)
    guard time >= last.time else { throw failure(.goesBack(time: text, before: last.text)) }
    last = (time, text)
    return time
  }

  private func failure(_ fault: TraceError.Fault) -> TraceError {
    TraceError(file: file, line: line, fault: fault)
  }

  // MARK: Lines

  /// The fields of the next line that is not blank; nil at the end.
  private mutating func nextRecord() throws(TraceError) -> [String]? {
    while let bytes = try nextLine() {
      line += 1
      guard String(validating: bytes, as: UTF8.self) != nil else { throw failure(.notUTF8) }
      var records = CSVRecords(bytes: bytes)
      do throws(CSVError) {
        if let record = try records.next() { return record.fields }
      } catch {
        if case .strayQuote = error { throw failure(.strayQuote) }
        throw failure(.quoteNotClosed)
      }
    }
    return nil
  }

  /// The bytes up to the next line feed, without it and a carriage return before it.
  private mutating func nextLine() throws(TraceError) -> [UInt8]? {
    while true {
      if let end = buffer[position...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { position = end + 1 }
        return Self.withoutReturn(buffer[position..<end])
      }
      if isAtEnd {
        defer { position = buffer.count }
        return position < buffer.count ? Self.withoutReturn(buffer[position...]) : nil
      }
      try fill()
    }
  }

  private static func withoutReturn(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    Array(bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes)
  }

  private mutating func fill() throws(TraceError) {
    buffer.removeFirst(position)
    position = 0
    guard buffer.count <= Self.longestLine else {
      line += 1
      throw failure(.lineTooLong(limit: Self.longestLine))
    }
    let part: Data?
    do {
      part = try handle.read(upToCount: Self.bufferBytes)
    } catch {
      throw TraceError(file: file, line: nil, fault: .unreadable)
    }
    if let part, !part.isEmpty { buffer.append(contentsOf: part) } else { isAtEnd = true }
  }
}
