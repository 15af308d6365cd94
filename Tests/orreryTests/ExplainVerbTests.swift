// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What `orrery explain` tells beside its ranking, as a user gets it.
@Suite struct ExplainVerbTests {
  private func json(_ outcome: SpawnedCommand.Outcome) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  /// A life has the fingerprint of the run that `orrery run` makes with the same seed, and its steps
  /// fill it.
  @Test func aLifeIsOfTheSameRun() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(), to: "small.yaml")
      let run = ["run", "small.yaml", "--variant", "base", "--out", "r"]
      #expect(try command.run(run).status == 0)
      let result = try #require(
        JSONSerialization.jsonObject(with: Data(try command.read("r/result.json").utf8))
          as? [String: Any])
      let outcome = try command.run("explain", "small.yaml", "--request", "slowest", "--json")
      let life = try json(outcome)
      #expect(outcome.status == 0 && life["kind"] as? String == "request")
      #expect(life["fingerprint"] as? String == result["fingerprint"] as? String)
      let steps = try #require(life["steps"] as? [[String: Any]])
      let shares = steps.compactMap { $0["share"] as? Double }
      #expect(shares.count == steps.count && abs(shares.reduce(0, +) - 1) < 1e-6)
    }
  }

  @Test func namesThatDoNotExist() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(), to: "small.yaml")
      let pod = try command.run("explain", "small.yaml", "--pod", "trainer-1")
      #expect(pod.status == 2 && pod.error == "--pod: error: the run has none\n")
      let request = try command.run(
        "explain", "small.yaml", "--request", "slowest:kubelet-heartbeat PATCH node")
      #expect(request.status == 2 && request.error.contains("did you mean"))
      for wrong in [
        ["--request", "fastest"], ["--request", "slowest", "--pod", "a-1"], ["--at", "p100"],
        ["--knobs", "etcd"],
      ] {
        #expect(try command.run(["explain", "small.yaml"] + wrong).status == 2, "\(wrong)")
      }
    }
  }

  /// A kept result is explained without a run, and says how to get the rest.
  @Test func keptResults() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(), to: "small.yaml")
      let run = ["run", "small.yaml", "--tier", "quick", "--variant", "slow", "--out", "r"]
      #expect(try command.run(run).status == 0)
      let outcome = try command.run("explain", "r")
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("orrery explain small.yaml --tier quick --variant slow\n"))
      #expect(outcome.output.contains("L/λW") && outcome.output.contains("above p99"))
      let points = try #require(
        try json(try command.run("explain", "r", "--json"))["points"] as? [[String: Any]])
      #expect(points.count == 1 && (points[0]["stations"] as? [Any])?.isEmpty == false)
      let other = try command.run("explain", "r", "--at", "p50")
      #expect(other.status == 2 && other.error.contains("can open p99"))
      #expect(try command.run("explain", "r", "--pod", "a-0").status == 2)
    }
  }

  @Test func sensitivity() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(), to: "small.yaml")
      let outcome = try command.run(
        "explain", "small.yaml", "--tier", "quick", "--sensitivity", "--knobs",
        "disks*write-latency", "--replications", "2", "--figure",
        "mean(etcd_disk_wal_fsync_duration_seconds)", "--json")
      #expect(outcome.status == 0)
      #expect(outcome.error.hasPrefix("1 knobs: 2 runs show which have any influence"))
      let knobs = try #require(try json(outcome)["knobs"] as? [[String: Any]])
      #expect(knobs.map { $0["path"] as? String } == ["disks.ssd.write-latency"])
      // The latency is all that there is: it moves the mean in proportion.
      let turns = try #require(knobs[0]["turns"] as? [[String: Any]])
      let effects = turns.compactMap { $0["effect"] as? Double }
      #expect(effects.count == 2 && abs(effects[0] + 0.2) < 0.05 && abs(effects[1] - 0.2) < 0.05)
    }
  }
}
