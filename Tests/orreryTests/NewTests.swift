// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite struct NewTests {
  @Test func theStarterIsValidAndRunsAsItIs() throws {
    try SpawnedCommand.inEmptyFolder { command in
      #expect(try command.run("new", "mine.yaml", "--title", "Mine: \"first\"").status == 0)
      #expect(try command.run("validate", "mine.yaml").status == 0)
      let plan = try command.run("plan", "mine.yaml")
      #expect(plan.output.hasPrefix("Mine: \"first\"\n"))
      // The starter's own tier is for release builds; this is the same scenario, smaller.
      let run = try command.run(
        "run", "mine.yaml", "--tier", "quick", "--set", "cluster.nodePools.gpu.count=20", "--set",
        "run.duration=70s", "--set", "run.warmUp=10s", "--set", "run.replications=2")
      #expect(run.status == 0)
      #expect(command.contents.contains("Results/runs/mine/result.json"))
    }
  }

  @Test func nothingIsOverwritten() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write("precious", to: "mine.yaml")
      let outcome = try command.run("new", "mine.yaml")
      #expect(outcome.status == 2)
      #expect(
        outcome.error
          == "mine.yaml: error: the file is there already, and is not overwritten\n")
      #expect(try command.read("mine.yaml") == "precious")
    }
  }
}
