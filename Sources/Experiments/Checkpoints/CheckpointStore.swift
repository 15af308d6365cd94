// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import Foundation
import Measurement

/// The state of a run that is under way.
struct Checkpoint: Codable, Sendable {
  let simulation: SavedSimulation
  /// Whether the warm-up is over.
  let isMeasuring: Bool
  let traces: [TraceFeed.Position]
  /// One a cluster; empty where no batches are cut, and during the warm-up.
  let batches: [BatchRecorder]
  /// What was seen of the nodes so far; nil where nobody looks.
  let survey: NodeSurvey?
}

/// A folder with the checkpoints of one experiment: a manifest and one file for each run. Every
/// file is written beside its place and moved into it, so it is complete or absent.
struct CheckpointStore: Sendable {
  let directory: String

  private var manifestPath: String { directory + "/manifest.json" }

  private func path(point: Int, replication: Int) -> String {
    "\(directory)/point-\(point + 1)-replication-\(replication + 1).json"
  }

  /// Prepares the folder for a new experiment; checkpoints of another one are an error.
  func begin(_ manifest: CheckpointManifest) throws(CheckpointError) {
    try writing(directory) {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true)
    }
    if FileManager.default.fileExists(atPath: manifestPath) {
      try check(manifest)
    } else {
      try write(manifest, to: manifestPath)
    }
  }

  /// Checks that the stored checkpoints belong to the experiment.
  func check(_ wanted: CheckpointManifest) throws(CheckpointError) {
    guard FileManager.default.fileExists(atPath: manifestPath) else {
      throw .noCheckpoint(directory: directory)
    }
    let stored = try read(CheckpointManifest.self, from: manifestPath)
    if let mismatch = stored.mismatch(with: wanted, path: manifestPath) { throw mismatch }
  }

  func save(_ checkpoint: Checkpoint, point: Int, replication: Int) throws(CheckpointError) {
    try write(checkpoint, to: path(point: point, replication: replication))
  }

  /// The latest checkpoint of a run; nil when it had not come to one.
  func load(point: Int, replication: Int) throws(CheckpointError) -> Checkpoint? {
    let path = path(point: point, replication: replication)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try read(Checkpoint.self, from: path)
  }

  // MARK: Files

  private func write(_ value: some Encodable, to path: String) throws(CheckpointError) {
    try writing(path) {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      try encoder.encode(value).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
  }

  private func writing(_ path: String, _ body: () throws -> Void) throws(CheckpointError) {
    do { try body() } catch { throw .unwritable(path: path, reason: "\(error)") }
  }

  private func read<Value: Decodable>(
    _ type: Value.Type, from path: String
  ) throws(CheckpointError) -> Value {
    do {
      let decoder = JSONDecoder()
      decoder.nonConformingFloatDecodingStrategy = .convertFromString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      return try decoder.decode(type, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw .damaged(path: path, reason: "\(error)")
    }
  }
}
