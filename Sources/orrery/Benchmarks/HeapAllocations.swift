// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Counts heap allocations exactly: runs this very program under valgrind, once with few and once
/// with three times as many events, and takes the difference, so that start-up and warm-up cancel.
///
/// The C library has no such counter, and its figures of bytes in use do not see what is given back
/// at once.
enum HeapAllocations {
  /// Where valgrind is; nil when it is not installed.
  static var valgrind: String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
    return folders.map { "\($0)/valgrind" }.first(where: FileManager.default.isExecutableFile)
  }

  /// Allocations for each event between `events` and `3 * events`; nil when valgrind is missing.
  ///
  /// - Parameter arguments: of a command that executes `--events N` events after a warm-up.
  static func perEvent(_ arguments: [String], events: Int) throws(CommandFailure) -> Double? {
    guard let valgrind else { return nil }
    let few = try count(valgrind, arguments + ["--events", String(events)])
    let many = try count(valgrind, arguments + ["--events", String(3 * events)])
    return Double(many - few) / Double(2 * events)
  }

  /// Allocations of one run of this program.
  private static func count(
    _ valgrind: String, _ arguments: [String]
  ) throws(CommandFailure) -> Int {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: valgrind)
    process.arguments = ["--leak-check=no", "--undef-value-errors=no", ownPath] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardError = pipe
    do {
      try process.run()
    } catch {
      throw .broken("valgrind does not start: \(error.localizedDescription)")
    }
    let report = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard let count = allocations(in: report) else {
      throw .broken("valgrind says nothing about the heap:\n\(report)")
    }
    return count
  }

  private static var ownPath: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
  }

  /// The number before "allocs" in "total heap usage: 1,234 allocs, 1,200 frees, ...".
  static func allocations(in report: String) -> Int? {
    guard let usage = report.range(of: "total heap usage: ") else { return nil }
    return Int(report[usage.upperBound...].prefix { $0 != " " }.filter { $0 != "," })
  }
}
