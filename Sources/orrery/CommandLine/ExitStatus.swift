// SPDX-License-Identifier: Apache-2.0

/// How a command ended, for scripts; the same numbers for every verb.
enum ExitStatus: Int32, CaseIterable {
  /// Everything asked for was done and every expectation is met.
  case met = 0
  /// A mistake in Orrery itself.
  case internalError = 1
  /// The command line or a file is wrong.
  case badInput = 2
  /// An expectation, an objective or a benchmark's floor is missed.
  case missed = 3
  /// Worse than the committed baseline.
  case worse = 4
  /// An interval contains the bound: more replications would tell.
  case cannotTell = 5
  /// Stopped by the user or by a limit.
  case stopped = 6

  /// When several apply, the first of these wins.
  private static let precedence: [ExitStatus] = [
    .internalError, .badInput, .stopped, .missed, .worse, .cannotTell, .met,
  ]

  /// The one that counts when several apply; `met` when none does.
  static func worst(of statuses: some Sequence<ExitStatus>) -> ExitStatus {
    let all = Set(statuses)
    return precedence.first(where: all.contains) ?? .met
  }

  /// What `--help` says about them.
  static let help = """
    EXIT CODES: 0 met; 1 internal error; 2 bad input (command line or file); 3 an expectation or \
    a floor is missed; 4 worse than the baseline; 5 cannot tell (check: only with --strict); \
    6 stopped by the user or by a limit. If several apply, the first of 1, 2, 6, 3, 4, 5 wins.
    """
}
