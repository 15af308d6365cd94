// SPDX-License-Identifier: Apache-2.0
package import Experiments

/// What a run has shown, as a short text for people.
package struct RunSummary {
  private let result: ExperimentResult

  package init(_ result: ExperimentResult) {
    self.result = result
  }

  /// - Parameter keptIn: the folder of the full result, if there is one.
  package func text(keptIn: String?) -> String {
    result.expectations.map { "\($0.id): \($0.verdict.rawValue)" }.joined(separator: "\n")
      + (keptIn.map { "\nKept in \($0)\n" } ?? "\n")
  }
}
