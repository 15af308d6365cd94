// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// What became of one expectation.
package struct ExpectationResult: Sendable {
  package let id: String
  package let experiment: String?
  package let toleranceClass: ToleranceClass
  /// As written.
  package let that: String
  package let published: String?
  /// The measured quantity where the verdict was decided; nil when there is none.
  package let simulated: Double?
  /// All of it in words: where, and both sides of the comparison.
  package let simulatedText: String
  /// Of `simulated`, over replications; nil with one.
  package let interval: ResultInterval?
  package let verdict: Verdict
  /// The names of the points it was judged on.
  package let points: [String]
  /// Why the verdict is what it is, and what the author said about class and bound.
  package let because: String
}
