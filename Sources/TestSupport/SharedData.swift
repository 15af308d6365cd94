// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// The measurements and oracles that are not part of the repository.
///
/// They are looked for in the folder that the environment variable `ORRERY_SHARED` names, otherwise
/// in `shared` beside the package. A fresh clone has neither, so tests that need them are skipped:
///
/// ```swift
/// @Test(.enabled(if: SharedData.has("data/queue-oracle/queues.csv"), "\(SharedData.absence)"))
/// ```
package enum SharedData {
  /// What a skipped test says.
  package static let absence =
    "no shared data: set ORRERY_SHARED to the folder that holds data/, or put it beside the package"

  /// Whether the file is there and readable.
  ///
  /// - Parameter path: relative to the shared folder, such as `data/queue-oracle/queues.csv`.
  package static func has(_ path: String) -> Bool { file(path) != nil }

  /// The file, nil if it is not there or not readable.
  ///
  /// - Parameter path: relative to the shared folder.
  package static func file(_ path: String) -> URL? {
    let file = folder.appending(path: path)
    return FileManager.default.isReadableFile(atPath: file.path) ? file : nil
  }

  private static let folder: URL = {
    if let named = ProcessInfo.processInfo.environment["ORRERY_SHARED"] {
      return URL(filePath: named)
    }
    // <package>/Sources/TestSupport/SharedData.swift
    let package = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return package.deletingLastPathComponent().appending(path: "shared")
  }()
}
