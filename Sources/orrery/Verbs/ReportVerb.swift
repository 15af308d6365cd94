// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Foundation
import Reporting

/// `orrery report`.
struct ReportVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes a saved result as one HTML file that needs no network.",
    discussion: """
      Reads the folder that 'orrery run' or 'sweep' wrote, and runs nothing. The file shows verdicts, where the \
      time went, charts over time with zoom, latencies, and every value with its origin. Example:

        orrery run mine.yaml --tier quick
        orrery report Results/runs/mine
      """)

  @Argument(help: "The folder of a run or a sweep, or a result.json.")
  var result: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Where to write; report.html in the folder of the result if left out.",
      valueName: "file.html"))
  var output: String?

  func execute() throws -> ExitStatus {
    let experiment = try SavedExperiment(reading: result)
    let text =
      Self.isSweep(result)
      ? SweepReport(experiment.points).text
      : RunReport(
        experiment, series: try experiment.series(), nodes: try experiment.nodeHistories()
      ).text
    let file = output ?? Self.folder(of: result) + "/" + RunFolder.reportName
    try ReportFile(file).write(text)
    Console.write(file)
    return .success
  }

  /// The folder of a sweep has no document that speaks for all points.
  private static func isSweep(_ path: String) -> Bool {
    let manager = FileManager.default
    return manager.fileExists(atPath: path + "/sweep.json")
      && !manager.fileExists(atPath: path + "/result.json")
  }

  private static func folder(of result: String) -> String {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: result, isDirectory: &isFolder)
    var path = isFolder.boolValue ? result : (result as NSString).deletingLastPathComponent
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path.isEmpty ? "." : path
  }
}
