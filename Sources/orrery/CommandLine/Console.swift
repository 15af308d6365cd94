// SPDX-License-Identifier: Apache-2.0
import Foundation
import Scenario

/// Standard output and standard error. Results go to the one, everything else to the other.
enum Console {
  /// Writes a text and a line end to standard output.
  static func write(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

  /// Writes a document to standard output.
  static func write(_ json: JSONValue) { write(json.text()) }

  /// Writes a text and a line end to standard error.
  static func complain(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  /// Writes a text to standard output as it is.
  static func put(_ text: String) { write(text, to: STDOUT_FILENO) }

  /// Writes a text to standard error as it is.
  static func show(_ text: String) { write(text, to: STDERR_FILENO) }

  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// A reader that has gone away is not an error: whoever closed the pipe has seen enough.
  private static func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        guard errno == EINTR else { return }
      } else {
        rest = rest.dropFirst(written)
      }
    }
  }
}
