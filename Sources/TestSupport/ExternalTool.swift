// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A program of another project, by which a test judges what Orrery wrote.
///
/// ```swift
/// @Test(.enabled(if: ExternalTool.sqlite3 != nil, "\(ExternalTool.absence("sqlite3"))"))
/// ```
package struct ExternalTool: Sendable {
  /// How a run of it ended.
  package struct Outcome: Sendable {
    package let status: Int32
    package let output: String
    package let error: String
  }

  package let path: String

  /// The program of that name on the path; nil if there is none.
  package init?(_ name: String) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(
      separator: ":")
    let found = folders.map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let found else { return nil }
    path = found
  }

  package static let sqlite3 = ExternalTool("sqlite3")
  package static let promtool = ExternalTool("promtool")
  package static let prometheus = ExternalTool("prometheus")

  /// A Python that can import all of the modules; Debian's is asked first, because its packages are
  /// for that one only.
  package static func python(with modules: String...) -> ExternalTool? {
    let candidates = [ExternalTool(existing: "/usr/bin/python3"), ExternalTool("python3")]
    return candidates.compactMap { $0 }.first { python in
      (try? python.run(["-c", "import json, \(modules.joined(separator: ", "))"]))?.status == 0
    }
  }

  /// What a skipped test says.
  ///
  /// - Parameter package: of Debian.
  package static func absence(_ package: String) -> String {
    "not installed: Debian's package \(package)"
  }

  private init?(existing path: String) {
    guard FileManager.default.isExecutableFile(atPath: path) else { return nil }
    self.path = path
  }

  /// Runs it to its end.
  ///
  /// - Parameter input: what it reads from standard input.
  package func run(
    _ arguments: [String], input: String = "", in folder: URL? = nil
  ) throws -> Outcome {
    // Files and not pipes: nothing has to be read while it runs.
    let scratch = FileManager.default.temporaryDirectory.appending(path: "tool-\(UUID())")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let files = ["input", "output", "error"].map { scratch.appending(path: $0) }
    try Data(input.utf8).write(to: files[0])
    for file in files.dropFirst() { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: try String(contentsOf: files[1], encoding: .utf8),
      error: try String(contentsOf: files[2], encoding: .utf8))
  }

  /// Starts it; the caller ends it.
  ///
  /// - Parameter log: the file that its output and errors go to.
  package func start(_ arguments: [String], log: URL) throws -> Process {
    try Data().write(to: log)
    let handle = try FileHandle(forWritingTo: log)
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    return process
  }
}
