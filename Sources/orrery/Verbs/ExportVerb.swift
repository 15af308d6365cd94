// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Foundation
import Reporting
import ResultDatabase

/// `orrery export`.
struct ExportVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Hands a saved result to other tools: spreadsheets, SQL, Prometheus, Perfetto.",
    discussion: """
      Nothing is run: the result that 'orrery run' kept is written in another form.

        orrery export Results/runs/mine --format csv           a long table, one number a row
        orrery export Results/runs/mine --format openmetrics   for promtool, under the real names
        orrery export Results/runs/mine --format perfetto      counters and slowest requests over time
        orrery export Results/runs/mine --format sqlite        all tables in one database

      The factors (the variant, the coordinates of the sweep, and every knob that a variant or --set \
      has set) are columns of every table.
      """)

  @Argument(help: "The folder of a run or of a sweep, or a result.json.")
  var result: String

  @Option(help: "What to write.")
  var format: ExportFormat

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Where to; '-' is standard output. Left out: a name by format in the current folder. "
        + "A file that is there is replaced.",
      valueName: "file"))
  var output: String?

  @Option(help: "With --format csv: which table.")
  var table: ResultTables.Name = .metrics

  func validate() throws {
    guard table == .metrics || format == .csv else {
      throw ValidationError("--table goes with --format csv only.")
    }
  }

  func execute() throws -> ExitStatus {
    if format == .sqlite, !ResultDatabase.isAvailable {
      throw CommandFailure.badOption(
        "--format sqlite", reason: "\(ResultDatabaseError.notBuilt)")
    }
    if format == .sqlite, output == "-" {
      throw CommandFailure.badOption("--output -", reason: "a database is no text")
    }
    StopSignal.listen()
    let saved = try SavedExperiment(reading: result)
    let series = try saved.series()
    let place = output ?? format.fileName(for: result, table: table)
    switch format {
    case .csv:

      let tables = ResultTables(saved, series: series)
      try write(CommaSeparatedValues.text(tables.withFactors(table)), to: place)
    case .openmetrics: try write(OpenMetricsExport(saved, series: series).text, to: place)
    case .perfetto: try write(PerfettoTrace(saved, series: series).text, to: place)
    case .sqlite: try write(saved, series, to: place)
    }
    if StopSignal.cancellation.isCancelled { return .stopped }
    if place != "-" { Console.complain("wrote \(place)") }
    return .success
  }

  private func write(_ text: String, to place: String) throws {
    guard !StopSignal.cancellation.isCancelled else { return }
    if place == "-" { Console.put(text) } else { try KeptFile.write(text, to: place) }
  }

  private func write(_ saved: SavedExperiment, _ series: [[SavedSeries]], to place: String) throws {
    do {
      try WholeFile(place).write { path in
        try ResultDatabase.write(saved, series: series, to: path)
      }
    } catch let error as ResultDatabaseError {
      throw CommandFailure.cannotWrite(place, reason: error.description)
    }
  }
}

/// What an export can be.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
  case csv, openmetrics, perfetto, sqlite

  /// The file when the user names none: after the folder of the run.
  func fileName(for result: String, table: ResultTables.Name) -> String {
    var url = URL(fileURLWithPath: result)
    if url.lastPathComponent == "result.json" { url.deleteLastPathComponent() }
    let name = url.lastPathComponent
    return switch self {
    case .csv: "\(name)-\(table.rawValue).csv"
    case .openmetrics: "\(name).om.txt"
    case .perfetto: "\(name).trace.json"
    case .sqlite: "\(name).sqlite"
    }
  }
}

extension ResultTables.Name: ExpressibleByArgument {}
