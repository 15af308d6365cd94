// SPDX-License-Identifier: Apache-2.0
package import Experiments

/// A check as JUnit XML, which CI systems read: a suite for each scenario, a case for each
/// expectation, for the golden summary, for each figure that was held against the baseline, and for
/// the speed.
///
/// Missed, worse and changed are failures; a scenario that could not be run is an error; what cannot
/// tell (unless it counts), is fitted, does not apply or has no band is skipped, with the reason.
package struct JUnitReport {
  private enum Result {
    case passed
    case skipped(String)
    case failure(type: String, String)
    case error(String)
  }

  private let outcome: CheckOutcome

  package init(_ outcome: CheckOutcome) {
    self.outcome = outcome
  }

  /// The document.
  package var text: String {
    let suites = outcome.scenarios.map { scenario in (scenario.name, cases(of: scenario)) }
    let all = suites.flatMap { $0.1.map(\.result) }
    let elements = suites.map { name, cases in
      XMLElement(
        "testsuite", attributes(name, cases.map(\.result)),
        cases.map { element($0.name, in: name, $0.result) })
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      + XMLElement("testsuites", attributes("orrery check", all), elements).lines()
  }

  private func attributes(_ name: String, _ results: [Result]) -> KeyValuePairs<String, String> {
    let failures = results.count { if case .failure = $0 { true } else { false } }
    let errors = results.count { if case .error = $0 { true } else { false } }
    let skipped = results.count { if case .skipped = $0 { true } else { false } }
    return [
      "name": name, "tests": "\(results.count)", "failures": "\(failures)",
      "errors": "\(errors)", "skipped": "\(skipped)",
    ]
  }

  private func element(_ name: String, in suite: String, _ result: Result) -> XMLElement {
    let children: [XMLElement] =
      switch result {
      case .passed: []
      case .skipped(let reason): [XMLElement("skipped", ["message": reason])]
      case .failure(let type, let reason):
        [XMLElement("failure", ["type": type, "message": reason], text: reason)]
      case .error(let reason):
        [XMLElement("error", ["type": "error", "message": reason], text: reason)]
      }
    return XMLElement("testcase", ["classname": suite, "name": name], children)
  }

  // MARK: Cases

  private typealias Case = (name: String, result: Result)

  private func cases(of scenario: CheckOutcome.Scenario) -> [Case] {
    if let failure = scenario.failure { return [("runs", .error(failure.message))] }
    let expectations = scenario.experiments.flatMap { experiment in
      experiment.expectations.map { expectation in
        (
          experiment.id == expectation.id ? expectation.id : "\(experiment.id): \(expectation.id)",
          result(of: expectation)
        )
      }
    }
    return (expectations.isEmpty ? [("runs", .passed)] : expectations)
      + golden(of: scenario) + baseline(of: scenario) + speed(of: scenario)
  }

  private func result(of expectation: ExpectationResult) -> Result {
    switch expectation.verdict {
    case .met: .passed
    case .missed: .failure(type: expectation.verdict.rawValue, expectation.explanation)
    case .cannotTell where outcome.isStrict:
      .failure(type: expectation.verdict.rawValue, expectation.explanation)
    case .cannotTell, .fitted, .notApplicable:
      .skipped("\(expectation.verdict.rawValue): \(expectation.explanation)")
    }
  }

  private func golden(of scenario: CheckOutcome.Scenario) -> [Case] {
    guard let golden = scenario.golden else { return [] }
    return [
      (
        "golden summary",
        golden.isUnchanged
          ? .passed : .failure(type: "changed", golden.changes.joined(separator: "\n"))
      )
    ]
  }

  private func baseline(of scenario: CheckOutcome.Scenario) -> [Case] {
    let rows = outcome.baseline?.rows.filter { $0.scenario == scenario.name } ?? []
    return rows.map { row in
      let result: Result =
        switch row.outcome {
        case .same, .better: .passed
        case .worse:
          .failure(
            type: row.outcome.rawValue,
            "was \(row.baseline.text(row.baseline.mean)), is \(row.now.text(row.now.mean)): "
              + "\(CheckWording.change(row)), band \(CheckWording.band(row))")
        case .noBand: .skipped("one replication: no band; run with more")
        case .noValue: .skipped("a replication has no value")
        }
      return ("baseline: \(row.point): \(row.now.name)", result)
    }
  }

  private func speed(of scenario: CheckOutcome.Scenario) -> [Case] {
    guard let speed = outcome.speed else { return [] }
    return speed.rows.filter { $0.scenario == scenario.name }.map { row in
      let result: Result =
        switch row.outcome {
        case .same, .faster: .passed
        case .notJudged: .skipped(speed.obstacle ?? "not in the baseline")
        case .slower:
          .failure(
            type: row.outcome.rawValue,
            "\(row.change.map(CheckWording.signedPercent) ?? "-") events per CPU-second, "
              + "band \(row.band.map(CheckWording.percent) ?? "-")")
        }
      return ("speed", result)
    }
  }
}
