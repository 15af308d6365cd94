// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// Ctrl-C and SIGTERM ask a command to stop at its next convenience; a second one ends the process
/// at once.
enum StopSignal {
  private static let isRaisedFlag = Atomic<Bool>(false)

  /// Whether the user has asked to stop. Cheap, and safe on any thread.
  static var isRaised: Bool { isRaisedFlag.load(ordering: .relaxed) }

  /// From here on the signals raise the flag instead of ending the process.
  static func listen() {
    // Makes the flag before the handler can run: a handler must not allocate.
    isRaisedFlag.store(false, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { _ in StopSignal.raise() }
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_RESTART
      sigemptyset(&action.sa_mask)
      sigaction(number, &action, nil)
    }
  }

  /// Runs inside a signal handler: one atomic write and nothing else.
  private static func raise() { isRaisedFlag.store(true, ordering: .relaxed) }
}
