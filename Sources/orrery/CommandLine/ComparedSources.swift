// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Reporting
import Scenario

/// What was named to be compared: scenarios, which are run, and results of earlier runs.
struct ComparedSources {
  let profiles: ProfileOptions
  let points: PointOptions
  let execution: ExecutionOptions
  let seed: Int?
  /// Nil: as the scenario says, and five at least.
  let replications: Int?
  /// What is compared besides what the scenarios expect.
  let figures: [String]

  /// Fewer runs tell a difference from luck badly: five pairs have four degrees of freedom.
  private static let leastReplications = 5

  /// All points, named so that they can be told apart.
  func compared(_ sources: [String]) throws -> [Comparison.Point] {
    let scenarios = sources.filter { !Self.isSaved($0) }
    var compared: [Comparison.Point] = []
    for source in sources {
      let saved =
        Self.isSaved(source)
        ? try SavedExperiment(reading: source)
        : try SavedExperiment(run(source, isAlone: scenarios.count == 1))
      let name = Self.name(of: source)
      compared += saved.points.map { point in
        let isPlain = saved.points.count == 1
        return Comparison.Point(
          name: sources.count == 1
            ? point.pointName : isPlain ? name : "\(name) \(point.pointName)", result: point)
      }
    }
    return compared
  }

  static func isSaved(_ path: String) -> Bool {
    path.hasSuffix(".json") || FileManager.default.fileExists(atPath: path + "/result.json")
  }

  private static func name(of source: String) -> String {
    guard isSaved(source) else { return ScenarioPaths.name(of: source) }
    let url = URL(fileURLWithPath: source)
    return (url.lastPathComponent == "result.json" ? url.deletingLastPathComponent() : url)
      .lastPathComponent
  }

  /// - Parameter isAlone: a scenario alone shows all its variants, one among others its base.
  private func run(_ source: String, isAlone: Bool) throws -> ExperimentResult {
    guard let file = try ScenarioPaths.files(in: [source]).first else {
      throw CommandFailure.noScenarios(in: source)
    }
    let document = try profiles.library.load(file).asking(figures)
    let variants = points.variantNames ?? (isAlone ? nil : [Variant.base])
    var overrides = points.overrides(seed: seed)
    let stated = try document.points(tier: points.tier, overrides: overrides, variants: variants)
      .map(\.run.replications).max()
    let runs = replications ?? max(stated ?? 1, Self.leastReplications)
    overrides.append("run.replications=\(runs)")
    return try execution.run(
      document, tier: points.tier, overrides: overrides, variants: variants,
      options: RunOptions(threads: execution.threads))
  }
}
