// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct ReportTests {
  /// Made with the run or from its folder: the same file.
  @Test func sameBytesWithTheRunAndLater() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(), to: "small.yaml")
      #expect(try command.run("run", "small.yaml", "--html", "--out", "with").status == 0)
      #expect(try command.run("report", "with/", "-o", "later.html").output == "later.html\n")
      let report = try command.read("with/report.html")
      #expect(try command.read("later.html") == report)
      #expect(report.hasPrefix("<!doctype html>") && report.hasSuffix("</html>\n"))
      #expect(report.contains("without-") == false && report.contains("slow"))
    }
  }

  /// Without being asked `run` writes none; `report` puts it beside result.json, and a later run
  /// replaces the folder with it.
  @Test func standsInTheFolderOfTheResult() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(), to: "small.yaml")
      #expect(try command.run("run", "small.yaml", "--variant", "base", "--out", "r").status == 0)
      #expect(!command.contents.contains("r/report.html"))
      let outcome = try command.run("report", "r/result.json")
      #expect(outcome.output == "r/report.html\n" && outcome.status == 0)
      #expect(command.contents.contains("r/report.html"))
      #expect(try command.run("run", "small.yaml", "--variant", "base", "--out", "r").status == 0)
      #expect(!command.contents.contains("r/report.html"))
    }
  }

  @Test func saysWhatItCannotRead() throws {
    try SpawnedCommand.inEmptyFolder { command in
      let missing = try command.run("report", "nothing")
      #expect(missing.status == 2)
      #expect(missing.error.hasPrefix("error: nothing: no result there"))
      try command.write("{}", to: "result.json")
      let empty = try command.run("report", ".", "--output", "report.html")
      #expect(empty.status == 2)
      #expect(empty.error.contains("not a result of 'orrery run'"))
      #expect(command.contents == ["result.json"])
    }
  }

  @Test func whatCannotBeWrittenIsSaid() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(), to: "small.yaml")
      #expect(try command.run("run", "small.yaml", "--variant", "base", "--out", "r").status == 0)
      let outcome = try command.run("report", "r", "-o", "no/such/folder/report.html")
      #expect(outcome.status == 2)
      #expect(outcome.error.contains("no/such/folder/report.html: error: cannot be written"))
    }
  }

  @Test func questionsHaveReports() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(), to: "small.yaml")
      let compared = try command.run(
        "compare", "small.yaml", "--replications", "2", "--html", "compared.html")
      #expect(compared.status == 0, "\(compared.error)")
      #expect(try command.read("compared.html").contains("beside base</h1>"))

      let swept = try command.run(
        "sweep", "small.yaml", "--variant", "base", "--vary",
        "cluster.nodePools.gpu.count=5,10,20", "--out", "s", "--html")
      #expect(swept.status == 0, "\(swept.error)")
      let report = try command.read("s/report.html")
      #expect(report.contains("Figures against factors") && report.contains("<circle "))
      #expect(try command.read("s/plot.svg").contains("</svg>"))
      #expect(try command.run("report", "s", "-o", "later.html").status == 0)
      #expect(try command.read("later.html") == report)

      let nowhere = try command.run("compare", "small.yaml", "--html", "no/folder/c.html")
      #expect(nowhere.status == 2 && nowhere.error.contains("no/folder/c.html"))
    }
  }
}
