// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Counts heap allocations exactly: runs this very program under valgrind, once with few and once
/// with three times as many events, and takes the difference, so that start-up and warm-up cancel.
///
/// The C library has no such counter, and its figures of bytes in use do not see what is given back
/// at once.
enum HeapAllocations {
  /// Allocations for each event between `events` and `3 * events`; nil where valgrind or strip is
  /// not installed.
  ///
  /// - Parameter arguments: of a command that executes `--events N` events after a warm-up.
  static func perEvent(_ arguments: [String], events: Int) throws(CommandFailure) -> Double? {
    guard let valgrind = tool("valgrind"), let strip = tool("strip") else { return nil }
    // Debian 12's valgrind gives up on the debug information that Swift writes.
    let program =
      NSTemporaryDirectory() + "orrery-stripped-\(ProcessInfo.processInfo.processIdentifier)"
    defer { try? FileManager.default.removeItem(atPath: program) }
    _ = try errorOutput(of: strip, ["--strip-debug", "-o", program, ownPath])
    func count(_ events: Int) throws(CommandFailure) -> Int {
      let report = try errorOutput(
        of: valgrind,
        ["--leak-check=no", "--undef-value-errors=no", program] + arguments
          + ["--events", String(events)])
      guard let count = allocations(in: report) else {
        throw .broken("valgrind says nothing about the heap:\n\(report)")
      }
      return count
    }
    let few = try count(events)
    let many = try count(3 * events)
    return Double(many - few) / Double(2 * events)
  }

  /// Where a tool is; nil when it is not installed.
  private static func tool(_ name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
  }

  /// Runs a tool to its end and returns what it wrote to standard error.
  private static func errorOutput(
    of tool: String, _ arguments: [String]
  ) throws(CommandFailure) -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: tool)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardError = pipe
    do {
      try process.run()
    } catch {
      throw .broken("\(tool) does not start: \(error.localizedDescription)")
    }
    let report = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return report
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
