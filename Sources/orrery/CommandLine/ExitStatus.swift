// SPDX-License-Identifier: Apache-2.0
import Experiments

/// How a command ended, for scripts. (`ExitCode` alone is also a name of the argument parser's.)
typealias ExitStatus = Experiments.ExitCode

extension ExitStatus {
  /// What `--help` says about them.
  static let help = """
    EXIT CODES, the same for all verbs:
      0  met: everything asked for was done, no expectation is missed
      1  internal error
      2  bad input: command line or file
      3  an expectation, or the floor of a benchmark, is missed
      4  worse than the baseline, or not what the golden summary says
      5  cannot tell: an interval contains the bound (check: only with --strict)
      6  stopped by the user or by a limit
    If several apply, the first of 1, 2, 6, 3, 4, 5 wins.
    """
}
