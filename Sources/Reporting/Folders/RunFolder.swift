// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Foundation
import Scenario

/// Why the folder of a run cannot be written.
package enum RunFolderError: Error, Sendable, Hashable {
  /// Something else is there, which is not replaced.
  case occupied(path: String)
  case unwritable(path: String, reason: String)
}

extension RunFolderError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .occupied(let path):
      "\(path): this is not the folder of an earlier run, so it is not replaced"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}

/// The folder that keeps the result of a run: complete or not there at all.
///
/// It is written beside its place and then renamed; an earlier run of the same name is replaced
/// only then. One point: `result.json`, `series.csv` and, where there are nodes, `nodes.json`.
/// Several points: `result.json` speaks for the whole experiment, and each point has its own files in
/// `<variant>/<coordinates>`.
package struct RunFolder: Sendable {
  package let path: String

  package init(_ path: String) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
  }

  /// The name of a run's folder below `Results/runs` when the user gives none.
  package static func customary(for result: ExperimentResult) -> RunFolder {
    let name = URL(fileURLWithPath: result.scenario).deletingPathExtension().lastPathComponent
    return RunFolder("Results/runs/\(name.asFileName)")
  }

  /// Checks that the place is free or holds an earlier run; before hours are spent on a run.
  package func check() throws(RunFolderError) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let contents = try? FileManager.default.contentsOfDirectory(atPath: path)
    guard let contents, contents.isEmpty || contents.contains("result.json") else {
      throw .occupied(path: path)
    }
  }

  /// The file of the report inside the folder, where one is asked for.
  package static let reportName = "report.html"

  /// Writes everything.
  ///
  /// - Parameter hasReport: also the report for people, as one HTML file.
  package func write(
    _ result: ExperimentResult, hasReport: Bool = false
  ) throws(RunFolderError) {
    try check()
    var files = Self.files(of: result)
    if hasReport {
      do {
        files.append((Self.reportName, try RunReport(result).text))
      } catch {
        throw .unwritable(path: path, reason: "\(error)")
      }
    }
    let process = ProcessInfo.processInfo.processIdentifier
    let name = URL(fileURLWithPath: path).lastPathComponent
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
    let partial = parent.appendingPathComponent(".\(name).partial-\(process)")
    let replaced = parent.appendingPathComponent(".\(name).replaced-\(process)")
    let manager = FileManager.default
    do {
      try? manager.removeItem(at: partial)
      for (file, text) in files {
        let url = partial.appendingPathComponent(file)
        try manager.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
      }
      if manager.fileExists(atPath: path) {
        try manager.moveItem(atPath: path, toPath: replaced.path)
      }
      try manager.moveItem(atPath: partial.path, toPath: path)
      try? manager.removeItem(at: replaced)
    } catch {
      try? manager.removeItem(at: partial)
      if !manager.fileExists(atPath: path) {
        try? manager.moveItem(atPath: replaced.path, toPath: path)
      }
      throw .unwritable(path: path, reason: error.localizedDescription)
    }
  }

  /// Every file with its path inside the folder.
  static func files(of result: ExperimentResult) -> [(path: String, text: String)] {
    let document = ResultDocument(result)
    var files = [("result.json", document.json.text() + "\n")]
    guard result.points.count > 1 else { return files + Self.overTime(result.points[0]) }
    for (point, folder) in zip(result.points, PointFolders.names(of: result.points)) {
      let own = result.expectations.filter { $0.points.contains(point.name) }
      files.append(
        (folder + "/result.json", document.json(of: point, expectations: own).text() + "\n"))
      files += Self.overTime(point).map { ("\(folder)/\($0.path)", $0.text) }
    }
    return files
  }

  /// What was followed over time in a point.
  private static func overTime(_ point: PointResult) -> [(path: String, text: String)] {
    let nodes = point.nodeHistory.map { [(NodeHistory.fileName, $0.json.text() + "\n")] } ?? []
    return [("series.csv", SeriesTable.csv(of: point))] + nodes
  }
}
