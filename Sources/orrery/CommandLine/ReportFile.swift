// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A file of text that the user named, there complete or not at all.
struct ReportFile {
  let path: String

  init(_ path: String) {
    self.path = path
  }

  /// Checks that the folder is there; before minutes are spent on a run.
  func check() throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw CommandFailure.cannotWrite(path, reason: "its folder is not there or not writable")
    }
  }

  func write(_ text: String) throws {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CommandFailure.cannotWrite(path, reason: error.localizedDescription)
    }
  }
}
