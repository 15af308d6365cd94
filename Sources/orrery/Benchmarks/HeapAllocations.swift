// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Counts heap allocations exactly: runs this very program under valgrind, once with few and once
/// with three times as many events, and takes the difference, so that start-up and warm-up cancel.
///
/// The C library has no such counter, and its figures of bytes in use do not see what is given back
/// at once.
enum HeapAllocations {
  /// Where valgrind is; nil when it is not installed.
  static var valgrind: String? { tool("valgrind") }

  private static func tool(_ name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
  }

  /// Allocations for each event between `events` and `3 * events`; nil when valgrind is missing.
  ///
  /// - Parameter arguments: of a command that executes `--events N` events after a warm-up.
  static func perEvent(_ arguments: [String], events: Int) throws(CommandFailure) -> Double? {
    guard let valgrind else { return nil }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("orrery-\(ProcessInfo.processInfo.processIdentifier)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let program = readableCopy(in: folder) ?? ownPath
    let few = try count(valgrind, program, arguments + ["--events", String(events)])
    let many = try count(valgrind, program, arguments + ["--events", String(3 * events)])
    return Double(many - few) / Double(2 * events)
  }

  /// This program without its debugging information, which valgrind 3.19 cannot read as Swift writes
  /// it (it gives up); nil where there is no `strip`.
  private static func readableCopy(in folder: String) -> String? {
    guard let strip = tool("strip"),
      (try? FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)) != nil
    else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: strip)
    process.arguments = ["-g", "-o", "\(folder)/orrery", ownPath]
    guard (try? process.run()) != nil else { return nil }
    process.waitUntilExit()
    return process.terminationStatus == 0 ? "\(folder)/orrery" : nil
  }

  /// Allocations of one run of this program.
  private static func count(
    _ valgrind: String, _ program: String, _ arguments: [String]
  ) throws(CommandFailure) -> Int {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: valgrind)
    process.arguments = ["--leak-check=no", "--undef-value-errors=no", program] + arguments
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
