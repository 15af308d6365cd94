// SPDX-License-Identifier: Apache-2.0

/// What becomes of an expectation.
package enum Verdict: String, Sendable, Hashable, CaseIterable, Codable {
  case met
  case missed
  /// It holds, but an input was chosen with this very number in view.
  case fitted
  /// The interval contains the bound.
  case cannotTell = "cannot-tell"
  /// It speaks about something that was not run.
  case notApplicable = "not-applicable"

  /// The worst of several in the order missed, cannot tell, met; fitted and not applicable count
  /// only when nothing else is there.
  package static func worst(of verdicts: some Sequence<Verdict>) -> Verdict {
    let verdicts = Set(verdicts)
    let order: [Verdict] = [.missed, .cannotTell, .met, .fitted]
    return order.first(where: verdicts.contains) ?? .notApplicable
  }

  /// The exit code of a run with this verdict.
  package var exitCode: ExitCode {
    switch self {
    case .missed: .missed
    case .cannotTell: .cannotTell
    case .met, .fitted, .notApplicable: .success
    }
  }
}
