// SPDX-License-Identifier: Apache-2.0
import Scenario

/// What became of one experiment of the fact base in one scenario: the worst of its expectations.
package struct ExperimentVerdict: Sendable, Hashable {
  /// The id in the fact base; the name of the scenario's file for expectations without one.
  package let id: String
  /// The path of the scenario.
  package let scenario: String
  package let verdict: Verdict
  /// In the order of the file.
  package let expectations: [ExpectationResult]
}

extension ExperimentResult {
  /// The experiments of a scenario, in the order of their first expectation; one that is not
  /// applicable when it expects nothing.
  package var experiments: [ExperimentVerdict] { experiments(named: name) }

  /// The same.
  ///
  /// - Parameter name: the id of expectations without an experiment.
  package func experiments(named name: String) -> [ExperimentVerdict] {
    var ids: [String] = []
    for expectation in expectations where !ids.contains(expectation.experiment ?? name) {
      ids.append(expectation.experiment ?? name)
    }
    if ids.isEmpty { ids = [source?.experiment ?? name] }
    return ids.map { id in
      let own = expectations.filter { ($0.experiment ?? name) == id }
      return ExperimentVerdict(
        id: id, scenario: scenario, verdict: Verdict.worst(of: own.map(\.verdict)),
        expectations: own)
    }
  }

  /// The scenario's file without folder and ending.
  package var name: String {
    let file = scenario.split(separator: "/").last.map(String.init) ?? scenario
    guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return file }
    return String(file[..<dot])
  }
}
