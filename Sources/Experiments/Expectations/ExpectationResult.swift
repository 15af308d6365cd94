// SPDX-License-Identifier: Apache-2.0
package import Measurement
package import Scenario

/// What became of one expectation.
package struct ExpectationResult: Sendable, Hashable {
  package let id: String
  package let experiment: String?
  package let toleranceClass: ToleranceClass
  /// As written.
  package let that: String
  package let published: String?
  /// Why class and bound are what they are, and what was fitted, in the author's words.
  package let because: String?
  package let verdict: Verdict
  /// What decided the verdict.
  package let finding: Finding
  /// The names of the points it was judged on; none when it speaks of a sweep as a whole.
  package let points: [String]

  /// The numbers behind a verdict, where it was decided.
  package struct Finding: Sendable, Hashable {
    /// The measured quantity; nil when it has no value.
    package var simulated: Double?
    /// What it is compared with.
    package var bound: Double?
    /// Its unit where it is that of a metric.
    package var unit: MetricUnit?
    /// Of `simulated`, over replications; nil with one.
    package var interval: ResultInterval?
    /// Both sides in words, and where when there are several places.
    package var text: String
    /// Why it is no plain met or missed; empty otherwise.
    package var reason: String

    package init(
      simulated: Double? = nil, bound: Double? = nil, unit: MetricUnit? = nil,
      interval: ResultInterval? = nil,
      text: String = "", reason: String = ""
    ) {
      self.simulated = simulated
      self.bound = bound
      self.unit = unit
      self.interval = interval
      self.text = text
      self.reason = reason
    }
  }

  package init(
    _ expectation: Expectation, experiment: String?, verdict: Verdict, finding: Finding,
    points: [String]
  ) {
    id = expectation.id
    self.experiment = experiment
    toleranceClass = expectation.toleranceClass
    that = expectation.text
    published = expectation.published
    let reasons = [expectation.because, expectation.fittedBecause].compactMap { $0 }
    because = reasons.isEmpty ? nil : reasons.joined(separator: "; fitted: ")
    self.verdict = verdict
    self.finding = finding
    self.points = points
  }
}
