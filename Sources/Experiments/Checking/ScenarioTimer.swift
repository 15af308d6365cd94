// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// Times the simulator on scenarios.
package struct ScenarioTimer: Sendable {
  private let cancellation: Cancellation

  package init(cancellation: Cancellation = Cancellation()) {
    self.cancellation = cancellation
  }

  /// Runs the first replication of the first point of each scenario `runs` times, in rounds over the
  /// scenarios, so that a bad minute of the machine does not hit one of them alone.
  ///
  /// - Parameter overrides: texts of `--set`.
  package func measure(
    _ documents: [ScenarioDocument], tier: Tier, overrides: [String], runs: Int
  ) throws(ExperimentError) -> [SpeedMeasurement] {
    var points: [ScenarioPoint] = []
    do {
      for document in documents {
        points += try document.points(
          tier: tier, overrides: overrides + ["run.replications=1"]
        ).prefix(1)
      }
    } catch {
      throw .scenario(error)
    }
    let runner = ExperimentRunner(
      options: RunOptions(threads: 1), cancellation: cancellation)
    var measurements: [SpeedMeasurement?] = documents.map { _ in nil }
    for _ in 0..<runs {
      for (index, document) in documents.enumerated() {
        let before = Yardstick.cpuSeconds()
        let engine = try runner.run(document, points: [points[index]]).points[0].engine
        var measurement = measurements[index] ?? SpeedMeasurement(events: engine.events)
        measurement.add(
          cpuSeconds: engine.cpuSeconds,
          yardstickSeconds: (before + Yardstick.cpuSeconds()) / 2)
        measurements[index] = measurement
      }
    }
    return measurements.compactMap { $0 }
  }
}
