// SPDX-License-Identifier: Apache-2.0
import Scenario
import Stochastics

/// What an experiment's checkpoints belong to: the file `manifest.json` beside them.
struct CheckpointManifest: Codable, Sendable, Hashable {
  /// Layout of the stored state; raised whenever older checkpoints cannot be read any more.
  static let currentLayout = 2

  var layout = Self.currentLayout
  /// Version of the program, because another version may decide differently.
  var program = Release.version
  /// The scenario's path, for people.
  let scenario: String
  let replicationStart: RunOptions.ReplicationStart
  /// One digest a point, over everything that decides its course, in hexadecimal.
  let points: [String]

  /// What of `self` differs from what is wanted; nil when it fits.
  func mismatch(with wanted: CheckpointManifest, path: String) -> CheckpointError? {
    func differs(_ what: String, _ stored: String, _ wanted: String) -> CheckpointError? {
      stored == wanted
        ? nil : .mismatch(path: path, what: what, stored: stored, wanted: wanted)
    }
    return differs("layout", String(layout), String(wanted.layout))
      ?? differs("program version", program, wanted.program)
      ?? differs(
        "start of replications", replicationStart.rawValue, wanted.replicationStart.rawValue)
      ?? differs("number of points", String(points.count), String(wanted.points.count))
      ?? zip(points, wanted.points).enumerated().lazy.compactMap { index, pair in
        differs("configuration of point \(index + 1)", pair.0, pair.1)
      }.first
  }

  /// The digest of a point.
  static func digest(
    _ point: ScenarioPoint, _ configuration: ResolvedConfiguration, seed: UInt64
  ) -> String {
    let run = point.run
    var text = "\(point.variant)\n\(run.duration)\n\(run.warmUp)\n\(seed)\n\(run.replications)\n"
    for coordinate in point.coordinates { text += "\(coordinate.path)=\(coordinate.value)\n" }
    for entry in configuration.entries { text += "\(entry.path): \(entry.value)\n" }
    return RandomStream.fnv1a(text).hexadecimal
  }
}

extension UInt64 {
  /// Sixteen hexadecimal digits: JSON readers lose digits of whole numbers above 2⁵³.
  package var hexadecimal: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
