// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct ExportTests {
  private func withResult(_ body: (SpawnedCommand) throws -> Void) throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(), to: "small.yaml")
      #expect(try command.run("run", "small.yaml", "--out", "kept", "--quiet").status == 0)
      try body(command)
    }
  }

  @Test func everyTextGoesToTheNamedPlaceOnly() throws {
    try withResult { command in
      let before = command.contents
      for (format, name, beginning) in [
        ("csv", "kept-metrics.csv", "run,variant,"), ("openmetrics", "kept.om.txt", "# TYPE "),
        ("perfetto", "kept.trace.json", "{\"displayTimeUnit\""),
      ] {
        let shown = try command.run("export", "kept", "--format", format, "--output", "-")
        #expect(shown.status == 0 && shown.error.isEmpty)
        #expect(shown.output.hasPrefix(beginning))
        #expect(command.contents == before)
        let customary = try command.run("export", "kept/result.json", "--format", format)
        #expect(customary.status == 0 && customary.output.isEmpty)
        #expect(customary.error == "wrote \(name)\n")
        #expect(try command.read(name) == shown.output)
        let named = try command.run("export", "kept", "--format", format, "--output", name)
        #expect(named.status == 0)
        #expect(command.contents == (before + [name]).sorted())
        try FileManager.default.removeItem(at: command.folder.appending(path: name))
      }
    }
  }

  @Test func tablesAreChosenByName() throws {
    try withResult { command in
      let runs = try command.run(
        "export", "kept", "--format", "csv", "--table", "runs", "--output", "-")
      #expect(runs.output.split(separator: "\n").count == 3)
      let wrong = try command.run("export", "kept", "--format", "csv", "--table", "run")
      #expect(wrong.status == 2)
      let elsewhere = try command.run("export", "kept", "--format", "perfetto", "--table", "runs")
      #expect(elsewhere.status == 2 && elsewhere.error.contains("csv only"))
    }
  }

  /// Whether the program was built with SQLite is not known here: either it works or it says how.
  @Test func databaseIsMadeOrTheWayToItIsNamed() throws {
    try withResult { command in
      let before = command.contents
      let outcome = try command.run("export", "kept", "--format", "sqlite", "--output", "x.sqlite")
      if outcome.status == 0 {
        let head = try Data(contentsOf: command.folder.appending(path: "x.sqlite")).prefix(15)
        #expect(String(decoding: head, as: UTF8.self) == "SQLite format 3")
        #expect(command.contents == (before + ["x.sqlite"]).sorted())
        // An earlier one is replaced as a whole.
        #expect(
          try command.run("export", "kept", "--format", "sqlite", "--output", "x.sqlite").status
            == 0)
        #expect(
          try command.run("export", "kept", "--format", "sqlite", "--output", "-").status == 2)
      } else {
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("swift build -c release --traits SQLite"))
        #expect(command.contents == before)
      }
    }
  }

  @Test func badInputIsRefusedAndNothingIsLeft() throws {
    try withResult { command in
      let before = command.contents
      let missing = try command.run("export", "nowhere", "--format", "csv")
      #expect(missing.status == 2 && missing.error.contains("no result there"))
      #expect(try command.run("export", "kept", "--format", "xml").status == 2)
      let folder = try command.run("export", "kept", "--format", "csv", "--output", "kept")
      #expect(folder.status == 2 && folder.error.contains("cannot be written"))
      let inside = try command.run(
        "export", "kept", "--format", "csv", "--output", "small.yaml/below.csv")
      #expect(inside.status == 2 && inside.error.contains("cannot be written"))
      #expect(command.contents == before)
    }
  }
}
