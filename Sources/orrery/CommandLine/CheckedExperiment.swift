// SPDX-License-Identifier: Apache-2.0
import Experiments
import Scenario

/// What `orrery check` says about one experiment of a scenario.
struct CheckedExperiment {
  let id: String
  let scenario: String
  let verdict: Verdict
  /// The expectations that decided it, when it is not met.
  let reasons: [ExpectationResult]

  /// The experiments of a scenario in the order in which its expectations name them; one with the
  /// scenario's name when they name none.
  static func all(of result: ExperimentResult) -> [CheckedExperiment] {
    let name = result.source?.experiment ?? ScenarioPaths.name(of: result.scenario)
    var ids: [String] = []
    for expectation in result.expectations {
      let id = expectation.experiment ?? name
      if !ids.contains(id) { ids.append(id) }
    }
    if ids.isEmpty { ids = [name] }
    return ids.map { id in
      let own = result.expectations.filter { ($0.experiment ?? name) == id }
      let verdict = Verdict.worst(of: own.map(\.verdict))
      let isBad = verdict == .missed || verdict == .cannotTell
      return CheckedExperiment(
        id: id, scenario: result.scenario, verdict: verdict,
        reasons: isBad ? own.filter { $0.verdict == verdict } : [])
    }
  }

  /// A verdict that cannot tell counts only when asked for.
  func exitStatus(isStrict: Bool) -> ExitStatus {
    verdict == .cannotTell && !isStrict ? .success : verdict.exitCode
  }

  /// The verdict, and below it what decided it.
  var line: String {
    let head = "\(verdict.rawValue): \(id) (\(scenario))"
    return ([head] + reasons.map { "  \($0.id): \($0.explanation)" })
      .joined(separator: "\n")
  }

  static func summary(_ experiments: [CheckedExperiment]) -> String {
    let counts = Verdict.allCases.compactMap { verdict -> String? in
      let count = experiments.count { $0.verdict == verdict }
      return count == 0 ? nil : "\(count) \(verdict.rawValue)"
    }
    return Wording.count(experiments.count, "experiment")
      + (counts.isEmpty ? "" : ": " + counts.joined(separator: ", "))
  }

  var json: JSONValue {
    .object([
      "id": .string(id), "scenario": .string(scenario), "verdict": .string(verdict.rawValue),
      "reasons": .array(
        reasons.map {
          .object([
            "id": .string($0.id), "that": .string($0.that),
            "simulated": .string($0.finding.text),
            "because": .string($0.finding.reason),
          ])
        }),
    ])
  }
}

extension ExpectationResult {
  /// What was expected, what came out, and why that is no plain verdict.
  fileprivate var explanation: String {
    [that, finding.text, finding.reason].filter { !$0.isEmpty }.joined(separator: "; ")
  }
}
