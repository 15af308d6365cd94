// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// Judges expectations.
package struct ExpectationEvaluator: Sendable {
  let points: [PointResult]

  package init(points: [PointResult]) {
    self.points = points
  }

  package func judge(_ expectation: Expectation, experiment: String?) -> ExpectationResult {
    ExpectationResult(
      id: expectation.id, experiment: experiment, toleranceClass: expectation.toleranceClass,
      that: expectation.text, published: expectation.published, simulated: nil,
      simulatedText: "", interval: nil, verdict: .notApplicable, points: [],
      because: "")
  }
}
