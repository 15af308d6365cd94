// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Foundation
import Reporting
import Scenario

/// `orrery bench oracles`.
struct BenchOraclesVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "oracles",
    abstract: "Holds the model against measurements of a real etcd and Kubernetes.",
    discussion: """
      Simulates what was measured and prints both. A row that a constant was taken from is fitted and \
      never judged. Exits with 3 when a judged row is off by more than its tolerance.

        orrery bench oracles --data ../shared/data --write Results/scoreboard/oracles.md
      """)

  @Option(
    help: ArgumentHelp("The folder that holds the measurements.", valueName: "dir"))
  var data: String

  @Option(
    name: .customLong("only"),
    help: ArgumentHelp("Only the oracle with this name; may be repeated.", valueName: "name"))
  var names: [String] = []

  @Option(help: ArgumentHelp("Also write the whole table as Markdown.", valueName: "file"))
  var write: String?

  @Flag(help: "Print every row, not only one line an oracle.")
  var rows = false

  @OptionGroup var output: OutputOptions

  func execute() throws -> ExitStatus {
    let reports = try chosen().map { oracle in
      do {
        return try OracleReport(oracle, data: URL(filePath: data))
      } catch let error as OracleError {
        throw CommandFailure.broken("\(oracle.name): \(error)")
      } catch let error as CocoaError {
        throw CommandFailure.cannotRead(
          data + "/" + oracle.data.name, reason: error.localizedDescription)
      }
    }
    if let write { try Self.write(OracleScoreboard.markdown(reports), to: write) }
    if output.json {
      Console.write(.object(["oracles": .array(reports.map(\.json))]))
    } else {
      Console.write(summary(of: reports))
      if rows { reports.forEach { Console.write("\n" + $0.rowTable) } }
    }
    return reports.allSatisfy { $0.count(.missed) == 0 } ? .success : .missed
  }

  private func chosen() throws -> [Oracle] {
    guard !names.isEmpty else { return OracleCatalogue.all }
    return try names.map { name in
      guard let oracle = OracleCatalogue.all.first(where: { $0.name == name }) else {
        let known = OracleCatalogue.all.map(\.name)
        let nearest = NearestName.of(name, among: known).map { "; did you mean '\($0)'?" }
        throw CommandFailure.badOption(
          "--only", reason: "no oracle is called '\(name)'\(nearest ?? "")")
      }
      return oracle
    }
  }

  /// Written beside its place first, so that an interrupted run leaves the old page whole.
  private static func write(_ page: String, to path: String) throws {
    do {
      let file = URL(filePath: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(page.utf8).write(to: file, options: .atomic)
    } catch {
      throw CommandFailure.cannotWrite(path, reason: error.localizedDescription)
    }
  }

  private func summary(of reports: [OracleReport]) -> String {
    var table = TextTable([
      ("oracle", .left), ("met", .right), ("missed", .right), ("fitted", .right),
      ("n/a", .right), ("furthest judged row", .left), ("ratio", .right),
    ])
    for report in reports {
      table.add(
        report.oracle.name, "\(report.count(.met))", "\(report.count(.missed))",
        "\(report.count(.fitted))", "\(report.count(.notApplicable))",
        report.worst?.figure ?? "", report.worst.map(OracleScoreboard.ratio) ?? "")
    }
    return table.text
  }
}

extension OracleData {
  /// The file below the data folder, or what the figures were published in.
  fileprivate var name: String {
    switch self {
    case .file(let path): path
    case .published(let source, _): source
    }
  }
}

extension OracleReport {
  fileprivate var rowTable: String {
    var table = TextTable([
      (oracle.name, .left), ("measured", .right), ("simulated", .right), ("unit", .left),
      ("ratio", .right), ("verdict", .left),
    ])
    for row in comparisons {
      table.add(
        row.figure, QuantityText.number(row.measured), QuantityText.number(row.simulated),
        row.unit, OracleScoreboard.ratio(row), row.verdict.rawValue)
    }
    return table.text
  }

  fileprivate var json: JSONValue {
    .object([
      "name": .string(oracle.name), "file": .string(oracle.data.name), "cksum": .string(digest),
      "fitted": .array(oracle.fitted.map { .string($0) }),
      "rows": .array(
        comparisons.map { row in
          .object([
            "figure": .string(row.figure), "unit": .string(row.unit),
            "measured": .number(row.measured), "simulated": .number(row.simulated),
            "ratio": row.ratio.map { .number($0) } ?? .null,
            "verdict": .string(row.verdict.rawValue),
          ])
        }),
    ])
  }
}
