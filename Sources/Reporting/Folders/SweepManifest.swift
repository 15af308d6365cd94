// SPDX-License-Identifier: Apache-2.0
import Experiments
import Scenario

/// What the points of a sweep's folder belong to: the file `sweep.json`.
struct SweepManifest: Codable, Equatable {
  struct Point: Codable, Equatable {
    /// The name of its folder.
    let name: String
    let digest: String
  }

  static let fileName = "sweep.json"

  /// Version of the layout.
  let orrery: Int
  /// Another version of the program may decide differently.
  let program: String
  let scenario: String
  /// Which part of the points the folder is for; nil for all of them.
  let shard: String?
  /// All points of the sweep, also in a shard.
  let points: [Point]

  init(scenario: String, shard: SweepShard?, points: [Point]) {
    orrery = 1
    program = Release.version
    self.scenario = scenario
    self.shard = shard?.description
    self.points = points
  }

  /// The same for all points.
  var whole: SweepManifest { SweepManifest(self, shard: nil) }

  private init(_ other: SweepManifest, shard: String?) {
    orrery = other.orrery
    program = other.program
    scenario = other.scenario
    self.shard = shard
    points = other.points
  }

  var text: String {
    JSONValue.object([
      "orrery": .integer(orrery), "program": .string(program), "scenario": .string(scenario),
      "shard": shard.map { .string($0) },
      "points": .array(
        points.map { .object(["name": .string($0.name), "digest": .string($0.digest)]) }),
    ]).text() + "\n"
  }

  /// What of `found` differs from what is wanted, shards apart; nil when both are of one sweep.
  func difference(from found: SweepManifest) -> String? {
    if found.orrery != orrery { return "layout \(found.orrery)" }
    if found.program != program { return "run by version \(found.program)" }
    if found.points.count != points.count {
      return "\(found.points.count) points instead of \(points.count)"
    }
    guard let index = points.indices.first(where: { found.points[$0] != points[$0] })
    else { return nil }
    return "the configuration of point \(index + 1), \(points[index].name), differs"
  }
}
