// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `orrery merge` as a user runs it.
struct MergeVerbTests {
  /// Eight points.
  private static let vary = "cluster.nodePools.gpu.count=5..40:5"

  private func sweep(
    _ command: SpawnedCommand, into out: String, shard: String? = nil, more: [String] = []
  ) throws -> Int32 {
    let part = shard.map { ["--shard", $0] } ?? []
    let arguments =
      ["sweep", "small.yaml", "--variant", "base", "--vary", Self.vary, "--out", out]
    return try command.run(arguments + part + more).status
  }

  @Test func shardsBecomeTheWholeSweep() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(duration: "6s"), to: "small.yaml")
      #expect(try sweep(command, into: "whole") == 0)
      for shard in 1...3 {
        #expect(try sweep(command, into: "s\(shard)", shard: "\(shard)/3") == 0)
      }
      let points = try (1...3).map { shard in
        try FileManager.default.contentsOfDirectory(
          atPath: command.folder.path + "/s\(shard)/points"
        ).map { String($0.prefix(1)) }.sorted()
      }
      #expect(points == [["1", "4", "7"], ["2", "5", "8"], ["3", "6"]])

      // The order of the folders does not matter.
      let merged = try command.run("merge", "s3", "s1", "s2", "--out", "merged")
      #expect(merged.status == 0)
      let (one, other) = (
        try SweepVerbTests.files(command.folder.appendingPathComponent("whole")),
        try SweepVerbTests.files(command.folder.appendingPathComponent("merged"))
      )
      #expect(one.count == 8 * 3 + 3 && one == other)

      let again = try command.run("merge", "s1", "s2", "s3", "--out", "merged")
      #expect(again.status == 2 && again.error.contains("something is there already"))
    }
  }

  @Test func missingPointsAreNamedAndCanBeRun() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(duration: "6s"), to: "small.yaml")
      for shard in [1, 3] {
        #expect(try sweep(command, into: "s\(shard)", shard: "\(shard)/3") == 0)
      }
      let merged = try command.run("merge", "s1", "s3", "--out", "merged")
      #expect(merged.status == 6)
      #expect(merged.error.contains("3 of 8 points are missing"))
      #expect(merged.error.contains("2-base-count=10"))
      let folder = command.folder.path + "/merged"
      #expect(!FileManager.default.fileExists(atPath: folder + "/table.csv"))
      // The whole sweep goes on there, and ends as if it had never been cut.
      #expect(try sweep(command, into: "merged") == 0)
      #expect(try sweep(command, into: "whole") == 0)
      let (one, other) = (
        try SweepVerbTests.files(command.folder.appendingPathComponent("whole")),
        try SweepVerbTests.files(command.folder.appendingPathComponent("merged"))
      )
      #expect(one == other)
    }
  }

  @Test func otherSweepsAreRefused() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(duration: "6s"), to: "small.yaml")
      #expect(try sweep(command, into: "s1", shard: "1/2") == 0)
      #expect(try sweep(command, into: "seed", shard: "2/2", more: ["--seed", "9"]) == 0)
      let seed = try command.run("merge", "s1", "seed", "--out", "merged")
      #expect(seed.status == 2)
      #expect(
        seed.error.contains("seed: not of the same sweep as s1: the configuration of point 1"))

      #expect(try sweep(command, into: "fewer", more: ["--only", "count >= 10"]) == 0)
      let fewer = try command.run("merge", "s1", "fewer", "--out", "merged")
      #expect(fewer.status == 2 && fewer.error.contains("7 points instead of 8"))

      try command.write(SmallScenario.text(duration: "6s"), to: "other.yaml")
      let other = try command.run(
        "sweep", "other.yaml", "--variant", "base", "--vary", Self.vary, "--shard", "2/2", "--out",
        "other")
      #expect(other.status == 0)
      let scenario = try command.run("merge", "s1", "other", "--out", "merged")
      #expect(scenario.status == 2 && scenario.error.contains("it is a sweep of other.yaml"))

      // What was run by another version, or says something else, of the same points.
      try FileManager.default.copyItem(
        atPath: command.folder.path + "/s1", toPath: command.folder.path + "/version")
      try command.write(
        command.read("version/sweep.json")
          .replacing(/"program": "[^"]*"/, with: "\"program\": \"0.0\""), to: "version/sweep.json")
      let version = try command.run("merge", "s1", "version", "--out", "merged")
      #expect(version.status == 2 && version.error.contains("run by version 0.0"))

      let none = try command.run("merge", "s1", "nowhere", "--out", "merged")
      #expect(none.status == 2 && none.error.contains("it has no sweep.json"))
      #expect(!FileManager.default.fileExists(atPath: command.folder.path + "/merged"))
    }
  }

  @Test func slips() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(), to: "small.yaml")
      for shard in ["0/3", "4/3", "2", "a/b"] {
        let wrong = try command.run(
          "sweep", "small.yaml", "--vary", "run.seed=1,2,3", "--shard", shard)
        #expect(wrong.status == 2 && wrong.error.contains("'\(shard)' is not a part"))
      }
      let many = try command.run(
        "sweep", "small.yaml", "--variant", "base", "--vary", "run.seed=1,2", "--shard", "1/3")
      #expect(many.status == 2 && many.error.contains("only 2 points for 3 parts"))
    }
  }
}
