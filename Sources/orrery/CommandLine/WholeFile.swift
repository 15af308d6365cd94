// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation

/// A file that another library makes, there complete or not at all: it is written beside its place
/// and then renamed.
struct WholeFile {
  let path: String

  init(_ path: String) {
    self.path = path
  }

  /// Lets `body` make the file at the path it is given; a file that is in the place is replaced when
  /// that is done. After Ctrl-C nothing is left and nothing is replaced.
  ///
  /// - Throws: what `body` throws, and `CommandFailure` when the file cannot be put in its place.
  func write(_ body: (String) throws -> Void) throws {
    let url = URL(fileURLWithPath: path)
    let partial = url.deletingLastPathComponent().appendingPathComponent(
      ".\(url.lastPathComponent).partial-\(ProcessInfo.processInfo.processIdentifier)")
    defer { try? FileManager.default.removeItem(at: partial) }
    // Only a file is replaced, never a folder or a device.
    let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    guard type == nil || type == .typeRegular else {
      throw CommandFailure.cannotWrite(path, reason: "what is there is no file")
    }
    try body(partial.path)
    guard !StopSignal.cancellation.isCancelled else { return }
    guard rename(partial.path, path) == 0 else {
      throw CommandFailure.cannotWrite(path, reason: String(cString: strerror(errno)))
    }
  }
}
