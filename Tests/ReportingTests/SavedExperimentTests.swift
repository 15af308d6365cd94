// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Measurement
import Reporting
import Testing

/// Results that are asked again from their files.
struct SavedExperimentTests {
  /// A folder that goes away with the test.
  private func folder() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("saved-\(UUID())").path
  }

  @Test func readsBackWhatWasWritten() throws {
    let result = try SmallExperiment.result(SmallExperiment.variants)
    let path = folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try RunFolder(path).write(result)
    let saved = try SavedExperiment(reading: path)
    #expect(saved.points.count == result.points.count)
    #expect(saved.expectations.map(\.id) == result.expectations.map(\.id))
    for (point, live) in zip(saved.points, result.points) {
      #expect(point.variant == live.variant)
      #expect(point.replications == live.replications.count)
      #expect(point.metrics.count == live.metrics.count)
      for (metric, other) in zip(point.metrics, live.metrics) {
        #expect(metric.mean == other.summary.mean)
        #expect(metric.p99 == other.summary.p99)
        #expect(metric.interval?.upper == other.interval?.upper)
        for replicated in other.replicated {
          let values = metric.replications?[replicated.statistic.rawValue]?.values
          #expect(values == replicated.values)
        }
      }
    }
    // A live result is the same by the other way.
    let live = try SavedExperiment(result)
    #expect(live.points.map(\.fingerprint) == saved.points.map(\.fingerprint))
    #expect(
      live.points.map { $0.metrics.map(\.selector) }
        == saved.points.map { $0.metrics.map(\.selector) })
  }

  @Test func refusesWhatItDoesNotKnow() throws {
    let path = folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(throws: SavedResultError.missing(path: path)) { try SavedExperiment(reading: path) }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let file = path + "/result.json"
    try Data(#"{"orrery": 7, "program": "9.0"}"#.utf8).write(to: URL(fileURLWithPath: file))
    #expect(throws: SavedResultError.otherVersion(path: file, found: 7)) {
      try SavedExperiment(reading: path)
    }
    try Data(#"{"orrery": 1, "program": "9.0"}"#.utf8).write(to: URL(fileURLWithPath: file))
    #expect(
      throws: SavedResultError.unreadable(path: file, reason: "'scenario' is missing")
    ) { try SavedExperiment(reading: path) }
  }
}
