// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Why a saved result cannot be read.
package enum SavedResultError: Error, Sendable, Hashable {
  case missing(path: String)
  case unreadable(path: String, reason: String)
  /// Written by a version whose format this one does not know.
  case otherVersion(path: String, found: Int)
}

extension SavedResultError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing(let path):
      "\(path): no result there; expected a folder that 'orrery run' or 'sweep' wrote, or a result.json"
    case .unreadable(let path, let reason): "\(path): not a result of 'orrery run': \(reason)"
    case .otherVersion(let path, let found):
      "\(path): written in format \(found), and this version reads format "
        + "\(SavedExperiment.version); run the scenario again"
    }
  }
}

/// A run that was kept: all its points.
package struct SavedExperiment: Sendable {
  /// The format that is read.
  package static let version = 1

  /// The folder; what was read from memory, the scenario's path.
  package let path: String
  /// At least one, in the order in which they were run.
  package let points: [SavedResult]
  /// Over all points.
  package let expectations: [SavedResult.Expectation]
  /// Where the files of each point are; empty for what was read from memory.
  package let folders: [String]

  /// Reads the folder of a run, its `result.json`, or the folder of a sweep, of which the points that
  /// are finished are taken.
  package init(reading path: String) throws(SavedResultError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .missing(path: path)
    }
    let file = isFolder.boolValue ? path + "/result.json" : path
    if isFolder.boolValue, !FileManager.default.fileExists(atPath: file),
      let manifest = FileManager.default.contents(atPath: path + "/sweep.json")
    {
      folders = try Self.finishedPoints(ofSweep: path, manifest)
      self.path = path
      var points: [SavedResult] = []
      for folder in folders { points.append(try Self.decode(folder + "/result.json")) }
      self.points = points
      expectations = points.flatMap(\.expectations)
      return
    }
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    let head = try Self.decode(file)
    self.path = path
    expectations = head.expectations
    var points: [SavedResult] = []
    var folders: [String] = []
    for reference in head.points ?? [] {
      let file = URL(fileURLWithPath: folder + "/" + reference.file)
      points.append(try Self.decode(file.path))
      folders.append(file.deletingLastPathComponent().path)
    }
    self.points = points.isEmpty ? [head] : points
    self.folders = points.isEmpty ? [folder] : folders
  }

  /// What the `sweep.json` of a sweep's folder says of its points.
  private struct SweepManifest: Decodable {
    struct Point: Decodable { let name: String }

    let points: [Point]
  }

  /// The folders of the points that are there.
  private static func finishedPoints(
    ofSweep path: String, _ data: Data
  ) throws(SavedResultError) -> [String] {
    guard let manifest = try? JSONDecoder().decode(SweepManifest.self, from: data) else {
      throw .unreadable(path: path, reason: "sweep.json does not name its points")
    }
    let folders = manifest.points.map { "\(path)/points/\($0.name)" }
      .filter { FileManager.default.fileExists(atPath: $0 + "/result.json") }
    guard !folders.isEmpty else {
      throw .unreadable(path: path, reason: "no point of the sweep is finished")
    }
    return folders
  }

  /// Takes documents that were never written.
  ///
  /// - Parameters:
  ///   - head: the text of the document that speaks for the experiment.
  ///   - points: the texts of the points' documents, when there are several.
  package init(head: String, points texts: [String]) throws(SavedResultError) {
    let head = try Self.decode(Data(head.utf8), path: "result.json")
    path = head.scenario
    expectations = head.expectations
    folders = []
    var points: [SavedResult] = []
    for text in texts { points.append(try Self.decode(Data(text.utf8), path: head.scenario)) }
    self.points = points.isEmpty ? [head] : points
  }

  private static func decode(_ file: String) throws(SavedResultError) -> SavedResult {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw .missing(path: file)
    }
    return try decode(data, path: file)
  }

  private struct Header: Decodable { let orrery: Int }

  private static func decode(_ data: Data, path: String) throws(SavedResultError) -> SavedResult {
    let decoder = JSONDecoder()
    let header: Header
    do {
      header = try decoder.decode(Header.self, from: data)
    } catch {
      throw .unreadable(path: path, reason: "no 'orrery' with the version of its format")
    }
    guard header.orrery == version else { throw .otherVersion(path: path, found: header.orrery) }
    do {
      return try decoder.decode(SavedResult.self, from: data)
    } catch let error as DecodingError {
      throw .unreadable(path: path, reason: error.placeAndReason)
    } catch {
      throw .unreadable(path: path, reason: error.localizedDescription)
    }
  }
}
