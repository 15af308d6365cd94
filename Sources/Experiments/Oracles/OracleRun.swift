// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import DiscreteEvents
package import Measurement
import Scenario

/// A short simulation of what was measured: a few lines of scenario on the machine of the measurement.
package struct OracleRun: Sendable {
  private let metrics: [MetricSummary]

  /// Runs the scenario.
  ///
  /// - Parameters:
  ///   - yaml: the model's part of a scenario; it extends `measured-2026`.
  ///   - extending: further profiles below it.
  ///   - warmUp: seconds of simulated time before the measuring window.
  ///   - seconds: length of the measuring window.
  package init(
    _ yaml: String, extending: [String] = [], warmUp: Double, seconds: Double
  ) throws {
    let profiles = (extending + ["measured-2026"]).joined(separator: ", ")
    let text = """
      orrery: 1
      title: oracle
      extends: [\(profiles)]
      run: { duration: 1h }

      """
    let document = try ScenarioLibrary().load(text: text + yaml, file: "oracle.yaml")
    guard let point = try document.points(overrides: []).first else {
      preconditionFailure("a scenario without a sweep has one point")
    }
    let configuration = try point.configuration(as: WorldConfiguration.self).0
    var simulation = ClusterSimulation(configuration, seed: 1)
    _ = simulation.run(until: .zero + SimDuration(roundingSeconds: warmUp))
    simulation.openWindow()
    _ = simulation.run(until: .zero + SimDuration(roundingSeconds: warmUp + seconds))
    simulation.sumUp()
    metrics = simulation.world.clusters[0].context.instruments.summaries(at: simulation.now)
  }

  /// The first series with that name and, among its labels, those values.
  ///
  /// - Throws: ``OracleError/noMetric(_:)`` when there is none.
  package func metric(_ name: String, _ labels: String...) throws -> MetricSummary {
    guard
      let found = metrics.first(where: { summary in
        summary.name == name
          && labels.allSatisfy { label in summary.labels.contains { $0.value == label } }
      })
    else { throw OracleError.noMetric(name) }
    return found
  }

  /// Growth within the window of all counters with that name and those label values together.
  package func growth(_ name: String, _ labels: String...) -> Double {
    metrics.filter { summary in
      summary.name == name
        && labels.allSatisfy { label in summary.labels.contains { $0.value == label } }
    }.reduce(0) { $0 + ($1.amount ?? 0) }
  }
}

/// Why an oracle could not be compared.
package enum OracleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The simulation recorded no metric of this name.
  case noMetric(String)
  /// A metric has no samples.
  case noSamples(String)
  /// The measurements lack a row.
  case noRow(String)

  package var description: String {
    switch self {
    case .noMetric(let name): "the run recorded no metric '\(name)'"
    case .noSamples(let name): "the metric '\(name)' has no samples"
    case .noRow(let row): "the measurements have no row \(row)"
    }
  }
}
