// SPDX-License-Identifier: Apache-2.0

/// How a command ends, the same for all verbs.
package enum ExitCode: Int32, Sendable, Hashable, CaseIterable {
  /// All is well: expectations met, or none stated.
  case success = 0
  /// A mistake in Orrery itself.
  case internalError = 1
  /// The command line or a file is wrong.
  case badInput = 2
  /// An expectation or objective is missed.
  case missed = 3
  /// Worse than the baseline.
  case worseThanBaseline = 4
  /// The interval is too wide to tell.
  case cannotTell = 5
  /// Stopped by a limit or by the user.
  case stopped = 6

  /// What wins when several apply.
  private static let precedence: [ExitCode] = [
    .internalError, .badInput, .stopped, .missed, .worseThanBaseline, .cannotTell, .success,
  ]

  /// The one to report of several; success for none.
  package static func worst(of codes: some Sequence<ExitCode>) -> ExitCode {
    let codes = Set(codes)
    return precedence.first(where: codes.contains) ?? .success
  }
}
