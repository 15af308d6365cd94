// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation

/// Ctrl-C and SIGTERM ask a command to stop at its next convenience; a second one ends the process
/// at once.
enum StopSignal {
  /// The flag that runs look at.
  static let cancellation = Cancellation()

  /// From here on the first signal raises the flag instead of ending the process.
  static func listen() {
    // Makes the flag before the handler can run: a handler must not allocate.
    _ = cancellation.isCancelled
    // Whoever started us may have blocked the signals, and a child inherits that.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&signals, number)
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { _ in StopSignal.cancellation.cancel() }
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_RESTART
      sigemptyset(&action.sa_mask)
      sigaction(number, &action, nil)
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
