// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The numbers that scripts rely on, end to end.
@Suite struct ExitStatusTests {
  @Test func helpAndVersionAreNoErrors() throws {
    try SpawnedCommand.inEmptyFolder { command in
      for arguments in ["--help", "--version", "help"] {
        let outcome = try command.run(arguments)
        #expect(outcome.status == 0)
        #expect(!outcome.output.isEmpty)
        #expect(outcome.error.isEmpty)
      }
    }
  }

  @Test func usageErrorsAre2AndNot64() throws {
    try SpawnedCommand.inEmptyFolder { command in
      for outcome in [
        try command.run("run"), try command.run("run", "--no-such-option", "x.yaml"),
        try command.run("simulate"), try command.run("run", "x.yaml", "--tier", "tiny"),
        try command.run("run", "x.yaml", "--threads", "0"),
        try command.run("run", "x.yaml", "--checkpoint", "soon"),
      ] {
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.error.hasPrefix("Error: "))
      }
    }
  }

  @Test func filesThatAreNotThereAre2() throws {
    try SpawnedCommand.inEmptyFolder { command in
      for verb in ["run", "check", "plan", "validate"] {
        let outcome = try command.run(verb, "missing.yaml")
        #expect(outcome.status == 2)
        #expect(outcome.error == "missing.yaml: error: there is no such file\n")
      }
      try FileManager.default.createDirectory(
        at: command.folder.appendingPathComponent("empty"), withIntermediateDirectories: true)
      let outcome = try command.run("check", "empty")
      #expect(outcome.status == 2)
      #expect(outcome.error == "empty: error: no scenarios (*.yaml) are in this folder\n")
    }
  }

  /// A scenario whose expectation has to be missed: no request takes a negative time.
  @Test func missedExpectationsAre3AndWinOverMet() throws {
    try SpawnedCommand.inEmptyFolder { command in
      let met = SmallScenario.text(expecting: "count(etcd_request_duration_seconds) > 0")
      let missed = SmallScenario.text(expecting: "count(etcd_request_duration_seconds) < 1")
      try command.write(met, to: "met.yaml")
      try command.write(missed, to: "missed.yaml")
      #expect(try command.run("run", "met.yaml").status == 0)
      #expect(try command.run("run", "missed.yaml").status == 3)
      let both = try command.run("check", "missed.yaml", "met.yaml")
      #expect(both.status == 3)
      #expect(both.output.contains("missed: "))
      #expect(both.output.contains("2 experiments: 1 met, 1 missed"))
      // Bad input wins over a missed expectation.
      #expect(try command.run("check", "missed.yaml", "missing.yaml").status == 2)
    }
  }
}
