// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Testing

@testable import ClusterModel

/// A world made from a few lines of scenario.
struct SmallWorld {
  let configuration: WorldConfiguration

  /// - Parameters:
  ///   - yaml: the model's part of a scenario; title and run settings are added.
  ///   - overrides: as with `--set`.
  init(_ yaml: String, set overrides: [String] = []) throws {
    let text = "orrery: 1\ntitle: test\nrun: { duration: 1h }\n" + yaml
    let document = try ScenarioLoader(root: WorldConfiguration.self).load(
      text: text, file: "test.yaml")
    let point = try #require(try document.points(overrides: overrides).first)
    configuration = try point.configuration(as: WorldConfiguration.self).0
  }

  func simulation(seed: UInt64 = 1) -> ClusterSimulation {
    ClusterSimulation(configuration, seed: seed)
  }
}

extension ClusterSimulation {
  mutating func run(seconds: Double) {
    _ = run(until: now + SimDuration(roundingSeconds: seconds))
  }

  /// All metrics of a cluster now.
  func metrics(cluster: Int = 0) -> [MetricSummary] {
    world.clusters[cluster].context.instruments.summaries(at: now)
  }

  /// The one metric with that name and, among its labels, those values.
  func metric(_ name: String, _ labels: String..., cluster: Int = 0) -> MetricSummary? {
    metrics(cluster: cluster).first { summary in
      summary.name == name
        && labels.allSatisfy { label in summary.labels.contains { $0.value == label } }
    }
  }
}
