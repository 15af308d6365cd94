// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct RunTests {
  /// `--json` is one document and nothing else, with the keys that others rely on.
  @Test func jsonIsAloneOnStandardOutput() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(), to: "small.yaml")
      let outcome = try command.run(
        "run", "small.yaml", "--variant", "base", "--json", "--seed", "7")
      #expect(outcome.status == 0)
      let parsed = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
      let document = try #require(parsed as? [String: Any])
      #expect(document["seed"] as? Int == 7)
      #expect(document["variant"] as? String == "base")
      #expect(document["simulatedSeconds"] as? Double == 30)
      let engine = try #require(document["engine"] as? [String: Any])
      #expect((engine["events"] as? Int ?? 0) > 0)
    }
  }

  @Test func checkHasTheKeysOfItsContractAndWritesNothing() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(
        SmallScenario.text(expecting: "count(etcd_request_duration_seconds) > 0"), to: "small.yaml")
      let outcome = try command.run("check", ".", "--tier", "quick", "--json")
      let parsed = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
      let document = try #require(parsed as? [String: Any])
      let experiments = try #require(document["experiments"] as? [[String: Any]])
      #expect(experiments.map { $0["id"] as? String } == ["small"])
      #expect(experiments.map { $0["verdict"] as? String } == ["met"])
      #expect(experiments.map { $0["scenario"] as? String } == ["./small.yaml"])
      #expect((document["regressions"] as? [Any])?.isEmpty == true)
      #expect(command.contents == ["small.yaml"])
    }
  }

  /// The number of threads changes no result: same scenario, same fingerprint.
  @Test func resultsDoNotDependOnThreads() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(), to: "small.yaml")
      let fingerprints = try ["1", "4"].map { threads in
        let outcome = try command.run(
          "run", "small.yaml", "--json", "--threads", threads, "--set", "run.replications=3")
        let parsed = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return (parsed as? [String: Any])?["fingerprint"] as? String
      }
      #expect(fingerprints[0] != nil)
      #expect(fingerprints[0] == fingerprints[1])
    }
  }

  @Test func interruptionLeavesNothingBehind() throws {
    try SpawnedCommand.inEmptyFolder { command in
      // A day on a hundred thousand nodes: it cannot end before the signal.
      try command.write(
        SmallScenario.text(duration: "24h").replacingOccurrences(
          of: "count: 20", with: "count: 9999"),
        to: "long.yaml")
      let started = Date()
      let outcome = try command.run("run", "long.yaml") { Date().timeIntervalSince(started) > 1.5 }
      #expect(outcome.status == 6)
      #expect(outcome.output.isEmpty)
      #expect(outcome.error.contains("stopped after 0 of 2 runs"))
      #expect(command.contents == ["long.yaml"])
    }
  }

  @Test func foldersOfOthersAreNotReplaced() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(), to: "small.yaml")
      let outcome = try command.run("run", "small.yaml", "--out", ".")
      #expect(outcome.status == 2)
      #expect(outcome.error.contains("is not replaced"))
      #expect(command.contents == ["small.yaml"])
    }
  }
}
