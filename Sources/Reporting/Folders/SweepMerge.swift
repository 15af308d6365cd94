// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Foundation
import Scenario

/// Why folders cannot be made one.
package enum SweepMergeError: Error, Sendable, Hashable {
  /// No folder of a sweep is there.
  case noSweep(path: String, reason: String)
  /// Two folders are not of the same sweep.
  case different(path: String, from: String, what: String)
  /// Something is where the result would go.
  case occupied(path: String)
  case unwritable(path: String, reason: String)
}

extension SweepMergeError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noSweep(let path, let reason): "\(path): this is not the folder of a sweep: \(reason)"
    case .different(let path, let first, let what):
      "\(path): not of the same sweep as \(first): \(what)"
    case .occupied(let path): "\(path): something is there already, and is not replaced"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}

/// The folders of a sweep's shards as the one folder that the whole sweep would have written.
///
/// Shards are told apart by their points alone: parts of different numbers of shards, or of a sweep
/// that was stopped, fit together as long as all are of one sweep. A point that several folders have
/// is taken from the first; its fingerprints have to agree.
package struct SweepMerge {
  private let manifest: SweepManifest
  /// Where each point is; nil where no folder has it.
  private let sources: [String?]

  /// The points that are there, in the order of the sweep.
  package let results: [SavedResult]

  /// Reads the folders.
  ///
  /// - Parameter folders: one or more.
  package init(_ folders: [String]) throws {
    precondition(!folders.isEmpty, "nothing to merge")
    let manifests = try folders.map(Self.manifest)
    for (folder, found) in zip(folders, manifests).dropFirst() {
      try Self.requireSame(folder, found, as: folders[0], manifests[0])
    }
    manifest = manifests[0].whole
    var sources: [String?] = []
    var results: [SavedResult] = []
    var wording: (folder: String, expectations: [String])?
    for point in manifest.points {
      let places = folders.map { "\($0)/points/\(point.name)" }
      let there = places.filter {
        FileManager.default.fileExists(atPath: $0 + "/result.json")
      }
      sources.append(there.first)
      var first: SavedResult?
      for place in there {
        let found = try SavedExperiment(reading: place + "/result.json").points[0]
        let own = Self.wording(of: found)
        if let wording, wording.expectations != own {
          throw SweepMergeError.different(
            path: place, from: wording.folder, what: "its title or its expectations differ")
        }
        if wording == nil { wording = (place, own) }
        if let first, first.fingerprint != found.fingerprint {
          throw SweepMergeError.different(
            path: place, from: there[0], what: "the same point has another fingerprint")
        }
        if first == nil { first = found }
      }
      if let first { results.append(first) }
    }
    self.sources = sources
    self.results = results
  }

  /// How many points the sweep has.
  package var count: Int { sources.count }

  /// The points that no folder has.
  package var missing: [String] {
    zip(manifest.points, sources).compactMap { $1 == nil ? $0.name : nil }
  }

  /// Writes the folder, complete or not at all. Without some points it is that of a sweep that was
  /// stopped: without the table and the plots, and `orrery sweep` goes on with it.
  package func write(to path: String) throws(SweepMergeError) {
    let manager = FileManager.default
    let place = RunFolder(path).path
    if manager.fileExists(atPath: place) {
      let contents = try? manager.contentsOfDirectory(atPath: place)
      guard let contents, contents.isEmpty else { throw .occupied(path: place) }
    }
    let url = URL(fileURLWithPath: place)
    let partial = url.deletingLastPathComponent().appendingPathComponent(
      ".\(url.lastPathComponent).partial-\(ProcessInfo.processInfo.processIdentifier)")
    defer { try? manager.removeItem(at: partial) }
    do {
      let points = partial.appendingPathComponent("points")
      try manager.createDirectory(at: points, withIntermediateDirectories: true)
      for (point, source) in zip(manifest.points, sources) {
        guard let source else { continue }
        try manager.copyItem(
          at: URL(fileURLWithPath: source), to: points.appendingPathComponent(point.name))
      }
      try Data(manifest.text.utf8).write(
        to: partial.appendingPathComponent(SweepManifest.fileName))
      if missing.isEmpty {
        try Data(SweepTable.csv(of: results).utf8).write(
          to: partial.appendingPathComponent(SweepTable.fileName))
        try Data(SweepReport.plot(results).utf8).write(
          to: partial.appendingPathComponent(SweepReport.plotName))
      }
      if manager.fileExists(atPath: place) { try manager.removeItem(atPath: place) }
      try manager.moveItem(atPath: partial.path, toPath: place)
    } catch {
      throw .unwritable(path: place, reason: error.localizedDescription)
    }
  }

  // MARK: Reading

  private static func manifest(of folder: String) throws(SweepMergeError) -> SweepManifest {
    guard
      let data = FileManager.default.contents(atPath: "\(folder)/\(SweepManifest.fileName)")
    else { throw .noSweep(path: folder, reason: "it has no \(SweepManifest.fileName)") }
    guard let manifest = try? JSONDecoder().decode(SweepManifest.self, from: data),
      manifest.points.allSatisfy({ $0.name == $0.name.asFileName })
    else { throw .noSweep(path: folder, reason: "\(SweepManifest.fileName) cannot be read") }
    guard manifest.orrery == 1 else {
      throw .noSweep(path: folder, reason: "its layout \(manifest.orrery) is not known")
    }
    return manifest
  }

  private static func requireSame(
    _ path: String, _ found: SweepManifest, as first: String, _ wanted: SweepManifest
  ) throws(SweepMergeError) {
    let what =
      found.scenario == wanted.scenario
      ? wanted.difference(from: found) : "it is a sweep of \(found.scenario)"
    if let what { throw .different(path: path, from: first, what: what) }
  }

  /// What a result says that its configuration does not decide.
  private static func wording(of result: SavedResult) -> [String] {
    [result.title ?? ""] + result.expectations.map { "\($0.id)\n\($0.class)\n\($0.that)" }
  }
}
