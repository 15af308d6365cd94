// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The built executable, run as a user runs it.
struct SpawnedCommand {
  /// How a run of it ended.
  struct Outcome {
    let status: Int32
    let output: String
    let error: String
  }

  /// The current folder of what is run; empty at first and removed at the end.
  let folder: URL

  private final class BundleMarker {}

  /// The executable lies beside the test bundle.
  static var executable: URL {
    get throws {
      let arguments = CommandLine.arguments.map { URL(fileURLWithPath: $0) }
      let places =
        [Bundle(for: BundleMarker.self).bundleURL, Bundle.main.bundleURL]
        + arguments.map { $0.deletingLastPathComponent() }
      let found = places.flatMap { [$0, $0.deletingLastPathComponent()] }
        .map { $0.appendingPathComponent("orrery") }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) && !$0.hasDirectoryPath }
      return try #require(found, "the executable is not beside the tests")
    }
  }

  /// Gives the body a folder of its own to run commands in.
  static func inEmptyFolder(_ body: (SpawnedCommand) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("orrery-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(SpawnedCommand(folder: folder))
  }

  /// Runs to the end.
  ///
  /// - Parameter interruptedWhen: when it becomes true, the process gets one SIGINT.
  func run(_ arguments: String..., interruptedWhen: (() -> Bool)? = nil) throws -> Outcome {
    try run(arguments, interruptedWhen: interruptedWhen)
  }

  /// The same.
  func run(_ arguments: [String], interruptedWhen: (() -> Bool)? = nil) throws -> Outcome {
    let process = Process()
    process.executableURL = try Self.executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    // Files and not pipes: nothing has to be read while it runs.
    let output = folder.appendingPathComponent(".output")
    let error = folder.appendingPathComponent(".error")
    for file in [output, error] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: error)
    try process.run()
    if let interruptedWhen {
      while process.isRunning, !interruptedWhen() { usleep(10_000) }
      process.interrupt()
    }
    // A command that hangs is a failure and not a test that never ends.
    let deadline = Date(timeIntervalSinceNow: 60)
    while process.isRunning, Date() < deadline { usleep(5_000) }
    if process.isRunning {
      Issue.record("\(arguments) did not end within a minute")
      kill(process.processIdentifier, SIGKILL)
    }
    process.waitUntilExit()
    return Outcome(
      status: process.terminationReason == .exit ? process.terminationStatus : -1,
      output: try String(contentsOf: output, encoding: .utf8),
      error: try String(contentsOf: error, encoding: .utf8))
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  func read(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  /// Everything in the folder, hidden files of the tests themselves apart.
  var contents: [String] {
    (FileManager.default.subpaths(atPath: folder.path) ?? [])
      .filter { $0 != ".output" && $0 != ".error" }.sorted()
  }
}
