// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct CheckTests {
  /// Saves a baseline of one scenario with luck in it, without timing the simulator: a debug build
  /// on a busy machine is no measure.
  private func saveBaseline(
    _ command: SpawnedCommand, _ text: String = NoisyScenario.text()
  ) throws {
    try command.write(text, to: "noisy.yaml")
    let saved = try command.run(
      "check", "noisy.yaml", "--save-baseline", "main.json", "--speed-runs", "0")
    #expect(saved.status == 0)
    #expect(saved.output.contains("as a baseline: "))
    #expect(command.contents == ["main.json", "noisy.yaml"])
  }

  private func check(_ command: SpawnedCommand, _ more: String...) throws
    -> SpawnedCommand.Outcome
  {
    try command.run(
      ["check", "noisy.yaml", "--baseline", "main.json", "--speed-runs", "0"] + more)
  }

  @Test func otherSeedsAreNoRegression() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try saveBaseline(command)
      for seed in 101...105 {
        let outcome = try check(command, "--seed", "\(seed)")
        #expect(outcome.status == 0, "seed \(seed): \(outcome.output)")
        #expect(outcome.output.contains("0 worse, 0 better, 1 within their bands"))
      }
    }
  }

  /// A disk that is 10 % slower, at a band below 3 %, under the same seeds and under others; and the
  /// same change the other way is better and no failure.
  @Test func aPlantedChangeIs4() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try saveBaseline(command, NoisyScenario.text(replications: 10))
      try command.write(NoisyScenario.text(latency: "1.1ms", replications: 10), to: "noisy.yaml")
      for seed in [7, 201, 202] {
        let outcome = try check(command, "--seed", "\(seed)", "--json")
        #expect(outcome.status == 4)
        let figure = try #require(try figures(outcome).first)
        #expect(figure["outcome"] as? String == "worse")
        #expect(figure["isPaired"] as? Bool == (seed == 7))
        #expect(try #require(figure["bandShare"] as? Double) < 0.03)
        #expect(abs(try #require(figure["change"] as? Double) - 0.1) < 0.02)
      }
      // What is worse does not become the baseline.
      let baseline = try command.read("main.json")
      #expect(try check(command, "--save-baseline", "main.json").status == 4)
      #expect(try command.read("main.json") == baseline)
      try command.write(NoisyScenario.text(latency: "0.9ms", replications: 10), to: "noisy.yaml")
      let better = try check(command)
      #expect(better.status == 0)
      #expect(better.output.contains("0 worse, 1 better"))
    }
  }

  private func figures(_ outcome: SpawnedCommand.Outcome) throws -> [[String: Any]] {
    let parsed = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    return try #require((parsed as? [String: Any])?["figures"] as? [[String: Any]])
  }

  @Test func whatCannotBeSeenIsSaid() throws {
    try SpawnedCommand.inEmptyFolder { command in
      // The slowest request of two runs varies wildly.
      try saveBaseline(
        command,
        NoisyScenario.text(
          replications: 2,
          expecting: "{ id: max, that: max(etcd_request_duration_seconds) < 1h, class: T4, "
            + "because: a bound }"))
      let wide = try check(command, "--seed", "5")
      #expect(wide.status == 0)
      #expect(wide.output.contains("cannot see 10 %"))
      let single = try check(command, "--replications", "1")
      #expect(single.status == 0)
      #expect(single.output.contains("one replication: no band; run with more"))
      #expect(single.output.contains("  noisy"))
    }
  }

  @Test func filesThatDoNotFitAre2() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try saveBaseline(command)
      let tier = try check(command, "--tier", "quick")
      #expect(tier.status == 2)
      #expect(tier.error.contains("saved at tier full, and this is quick"))
      try FileManager.default.removeItem(at: command.folder.appendingPathComponent("main.json"))
      #expect(try check(command).error == "error: main.json: there is no such file\n")
      try command.write("{}", to: "main.json")
      #expect(try check(command).status == 2)
      try command.write("{ \"orreryBaseline\": 99 }", to: "main.json")
      let version = try check(command)
      #expect(version.status == 2)
      #expect(version.error.contains("written in format 99"))
      for arguments in [
        ["--replications", "0"], ["--seed", "-1"], ["--speed-runs", "-1"], ["--update-golden"],
        ["--update-golden", "--tier", "quick", "--seed", "1"],
      ] {
        #expect(try command.run(["check", "noisy.yaml"] + arguments).status == 2)
      }
    }
  }

  /// Met, missed and cannot tell, the last of which counts when asked for.
  @Test func verdictsHaveTheirCodes() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(NoisyScenario.text(), to: "noisy.yaml")
      #expect(try command.run("check", "noisy.yaml").status == 0)
      try command.write(
        NoisyScenario.text(
          expecting: "{ id: far, that: mean(etcd_request_duration_seconds) > 1h, class: T4, "
            + "because: nobody waits so long }"), to: "noisy.yaml")
      #expect(try command.run("check", "noisy.yaml").status == 3)
      // 20/s by luck: the interval is wider than a thousandth.
      try command.write(
        NoisyScenario.text(
          replications: 3,
          expecting: "{ id: wide, class: T1, that: 'rate(apiserver_request_total{verb=PUT}) ~ 20/s "
            + "within 0.1%' }"), to: "noisy.yaml")
      #expect(try command.run("check", "noisy.yaml").status == 0)
      #expect(try command.run("check", "noisy.yaml", "--strict").status == 5)
    }
  }

  @Test func interruptionIs6AndWritesNothing() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(
        SmallScenario.text(duration: "24h").replacingOccurrences(
          of: "count: 20", with: "count: 9999"),
        to: "long.yaml")
      let started = Date()
      let outcome = try command.run(
        [
          "check", "long.yaml", "--save-baseline", "main.json", "--junit", "junit.xml",
          "--markdown", "summary.md",
        ]
      ) { Date().timeIntervalSince(started) > 1.5 }
      #expect(outcome.status == 6)
      #expect(outcome.error.contains("stopped after 0 of 2 runs"))
      #expect(command.contents == ["long.yaml"])
    }
  }

  @Test func goldenSummariesChangeOnlyWhenAsked() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(NoisyScenario.text(), to: "noisy.yaml")
      let quick = ["check", "noisy.yaml", "--tier", "quick"]
      #expect(try command.run(quick).status == 0)
      #expect(command.contents == ["noisy.yaml"])
      #expect(try command.run(quick + ["--update-golden"]).status == 0)
      let golden = try command.read("Results/baselines/noisy.json")
      let same = try command.run(quick)
      #expect(same.status == 0)
      #expect(same.output.contains("golden summaries: 1 unchanged, 0 changed"))

      try command.write(NoisyScenario.text(latency: "1.01ms"), to: "noisy.yaml")
      let changed = try command.run(quick)
      #expect(changed.status == 4)
      #expect(changed.output.contains("base: fingerprint was "))
      #expect(changed.output.contains("base: mean(etcd_disk_wal_fsync_duration_seconds) was "))
      #expect(try command.read("Results/baselines/noisy.json") == golden)
      // Other seeds have no golden summary.
      #expect(try command.run(quick + ["--seed", "5"]).status == 0)

      #expect(try command.run(quick + ["--update-golden"]).status == 0)
      #expect(try command.read("Results/baselines/noisy.json") != golden)
      #expect(try command.run(quick).status == 0)
    }
  }

  /// Several scenarios side by side: same bytes, same order, whatever the number of threads; one
  /// that is broken takes nothing from the others.
  @Test func threadsChangeNothing() throws {
    try SpawnedCommand.inEmptyFolder { command in
      for (index, replications) in [5, 1, 3, 1].enumerated() {
        try command.write(
          NoisyScenario.text(replications: replications), to: "scenario-\(index).yaml")
      }
      try command.write("orrery: 1\nnonsense: 2\n", to: "scenario-2a.yaml")
      let outcomes = try ["1", "4"].map { threads in
        let text = try command.run(
          "check", ".", "--threads", threads, "--save-baseline", "b.json", "--junit",
          "\(threads).xml", "--markdown", "\(threads).md")
        let json = try command.run("check", ".", "--threads", threads, "--json")
        return [
          "\(text.status)", text.output, text.error, json.output,
          try command.read("\(threads).xml"), try command.read("\(threads).md"),
        ]
      }
      #expect(outcomes[0] == outcomes[1])
      #expect(outcomes[0][0] == "2")
      #expect(outcomes[0][2].contains("nonsense"))
      #expect(!command.contents.contains("b.json"))
      let order = outcomes[0][1].split(separator: "\n").prefix(4)
      #expect(order == (0..<4).map { "met: scenario-\($0) (./scenario-\($0).yaml)" }[...])
    }
  }

  /// The speed is measured and kept, and on another machine it is printed and not judged.
  @Test func speedOfAnotherMachineIsNotJudged() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(NoisyScenario.text(replications: 2), to: "noisy.yaml")
      let saved = try command.run(
        "check", "noisy.yaml", "--save-baseline", "main.json", "--speed-runs", "2")
      #expect(saved.status == 0)
      let text = try command.read("main.json")
      let line = try #require(text.split(separator: "\n").first { $0.contains("\"machine\"") })
      try command.write(
        text.replacingOccurrences(of: String(line), with: "  \"machine\" : \"Z80, release\","),
        to: "main.json")
      let outcome = try command.run(
        "check", "noisy.yaml", "--baseline", "main.json", "--speed-runs", "2")
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("not judged: the baseline was saved on another machine"))
      #expect(outcome.output.contains("Z80, release"))
    }
  }
}
