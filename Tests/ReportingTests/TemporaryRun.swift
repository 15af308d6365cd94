// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Reporting

/// The folder of a run that was carried out for a test.
struct TemporaryRun {
  let path: String
  let saved: SavedExperiment

  init(_ scenario: String) throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID())").path
    try RunFolder(path).write(try SmallExperiment.result(scenario))
    saved = try SavedExperiment(reading: path)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
