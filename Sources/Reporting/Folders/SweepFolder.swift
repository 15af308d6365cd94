// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Foundation
import Scenario

/// Why a sweep's folder cannot be used.
package enum SweepFolderError: Error, Sendable, Hashable {
  /// Something else is there.
  case occupied(path: String)
  /// Points of another sweep are there.
  case otherSweep(path: String, what: String)
  case unwritable(path: String, reason: String)
}

extension SweepFolderError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .occupied(let path):
      "\(path): this is not the folder of a sweep, so nothing is written there"
    case .otherSweep(let path, let what):
      "\(path): another sweep is there (\(what)); give another --out, or --restart to replace it"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}

/// The folder of a sweep: `sweep.json` says what belongs there, each finished point has a folder of
/// its own below `points`, and `table.csv` and `plot.svg` are written when all are there. A sweep that was
/// stopped goes on where it was. A shard's folder is for its points only.
package struct SweepFolder: Sendable {
  package let path: String
  private let plan: SweepPlan
  private let names: [String]
  private let shard: SweepShard?
  /// The points that belong here.
  private let indices: [Int]

  /// - Parameter shard: nil for all points.
  package init(_ path: String, of plan: SweepPlan, shard: SweepShard? = nil) {
    self.path = path
    self.plan = plan
    self.shard = shard
    indices = shard?.indices(of: plan.points.count) ?? Array(plan.points.indices)
    names = plan.points.indices.map { index in
      let number = String(index + 1)
      let width = String(plan.points.count).count
      return String(repeating: "0", count: width - number.count) + number + "-"
        + plan.name(of: index).asFileName
    }
  }

  /// Makes the folder, or finds out which points are there already.
  ///
  /// - Returns: the points that are still to be run.
  package func begin(restarting: Bool) throws(SweepFolderError) -> [Int] {
    let manager = FileManager.default
    let file = "\(path)/\(SweepManifest.fileName)"
    if manager.fileExists(atPath: path) {
      let contents = (try? manager.contentsOfDirectory(atPath: path)) ?? []
      guard contents.isEmpty || contents.contains(SweepManifest.fileName) else {
        throw .occupied(path: path)
      }
      if restarting { for name in contents { try? manager.removeItem(atPath: "\(path)/\(name)") } }
    }
    if let data = manager.contents(atPath: file) {
      guard let found = try? JSONDecoder().decode(SweepManifest.self, from: data) else {
        throw .otherSweep(path: path, what: "\(SweepManifest.fileName) cannot be read")
      }
      if let what = difference(found) { throw .otherSweep(path: path, what: what) }
    } else {
      try write(manifest.text, to: SweepManifest.fileName)
    }
    return indices.filter { !manager.fileExists(atPath: document(of: $0)) }
  }

  /// Keeps the result of a point; complete or not at all.
  package func write(_ result: ExperimentResult, at index: Int) throws(RunFolderError) {
    try RunFolder("\(path)/points/\(names[index])").write(result)
  }

  /// Everything that is there, in the order of the points.
  package func results() throws(SavedResultError) -> [SavedResult] {
    var results: [SavedResult] = []
    for index in indices {
      results += try SavedExperiment(reading: document(of: index)).points
    }
    return results
  }

  /// Writes the long table and the plots.
  ///
  /// - Parameter hasReport: also the report for people, as one HTML file.
  package func writeSummary(
    _ results: [SavedResult], hasReport: Bool = false
  ) throws(SweepFolderError) {
    try write(SweepTable.csv(of: results), to: SweepTable.fileName)
    try write(SweepReport.plot(results), to: SweepReport.plotName)
    if hasReport { try write(SweepReport(results).text, to: RunFolder.reportName) }
  }

  // MARK: Files

  private func document(of index: Int) -> String { "\(path)/points/\(names[index])/result.json" }

  private var manifest: SweepManifest {
    SweepManifest(
      scenario: plan.document.file, shard: shard,
      points: zip(names, plan.digests).map { .init(name: $0, digest: $1) })
  }

  private func difference(_ found: SweepManifest) -> String? {
    let wanted = manifest
    guard found.shard == wanted.shard else {
      return found.shard.map { "shard \($0) of it" } ?? "all of it, not a shard"
    }
    return wanted.difference(from: found)
  }

  /// Written beside its place and renamed.
  private func write(_ text: String, to name: String) throws(SweepFolderError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"), options: .atomic)
    } catch {
      throw .unwritable(path: "\(path)/\(name)", reason: error.localizedDescription)
    }
  }
}
