// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `orrery sweep` as a user runs it.
struct SweepVerbTests {
  private static let vary = "cluster.nodePools.gpu.count=5..40:5"

  /// Every file below a folder, engine figures blanked.
  static func files(_ folder: URL) throws -> [String: String] {
    var files: [String: String] = [:]
    for case let path as String in FileManager.default.enumerator(atPath: folder.path) ?? .init() {
      guard let data = FileManager.default.contents(atPath: folder.path + "/" + path) else {
        continue
      }
      let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").filter { line in
        !["cpuSeconds", "wallSeconds", "eventsPerSecond", "peakResidentBytes"]
          .contains { line.contains("\"\($0)\"") }
      }
      files[path] = lines.joined(separator: "\n")
    }
    return files
  }

  @Test func goesOnWhereItWasStopped() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(duration: "400s"), to: "small.yaml")
      let whole = try command.run(
        "sweep", "small.yaml", "--variant", "base", "--vary", Self.vary, "--out", "whole",
        "--threads", "2")
      #expect(whole.status == 0)
      let points = command.folder.appendingPathComponent("part/points")
      let stopped = try command.run(
        "sweep", "small.yaml", "--variant", "base", "--vary", Self.vary, "--out", "part",
        "--threads", "1",
        interruptedWhen: {
          ((try? FileManager.default.contentsOfDirectory(atPath: points.path))?.count ?? 0) >= 2
        })
      #expect(stopped.status == 6)
      #expect(stopped.error.contains("the same command goes on"))
      let done = try FileManager.default.contentsOfDirectory(atPath: points.path)
      #expect((2..<8).contains(done.count))
      let rest = try command.run(
        "sweep", "small.yaml", "--variant", "base", "--vary", Self.vary, "--out", "part")
      #expect(rest.status == 0)
      let (one, other) = (
        try Self.files(command.folder.appendingPathComponent("whole")),
        try Self.files(command.folder.appendingPathComponent("part"))
      )
      #expect(one.count == 8 * 3 + 3 && one == other)

      let changed = try command.run(
        "sweep", "small.yaml", "--variant", "base", "--vary", Self.vary, "--out", "part",
        "--seed", "9")
      #expect(changed.status == 2 && changed.error.contains("another sweep is there"))
    }
  }

  @Test func slips() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(), to: "small.yaml")
      let range = try command.run("sweep", "small.yaml", "--vary", "run.seed=3..1:1")
      #expect(range.status == 2 && range.error.contains("never reaches its end"))
      let axis = try command.run(
        "sweep", "small.yaml", "--vary", "run.seed=1,2", "--only", "sede > 1")
      #expect(axis.status == 2 && axis.error.contains("did you mean 'seed'?"))
    }
  }
}
