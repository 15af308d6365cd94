// SPDX-License-Identifier: Apache-2.0

/// The tolerance classes of the fact base: what kind of truth an expectation is held against.
package enum ToleranceClass: String, KnobChoice {
  /// Arithmetic that follows from the configuration: within 5 %.
  case t1 = "T1"
  /// A published measurement with published inputs: within a factor 1.5.
  case t2 = "T2"
  /// A published measurement, some inputs not published: within a factor 3.
  case t3 = "T3"
  /// Only a direction or an ordering is published: no `~`.
  case t4 = "T4"
}

/// How far two numbers may be apart and still agree.
package enum Tolerance: Sendable, Hashable {
  /// |a − b| ≤ share · |b|.
  case share(Double)
  /// a ÷ b and b ÷ a at most `factor`, which is at least 1.
  case factor(Double)
}

/// Something a scenario's author expects of its runs.
package struct Expectation: Sendable, Hashable {
  package let id: String
  /// The experiment of the fact base that it belongs to.
  package let experiment: String?
  package let that: ExpectExpression
  /// The text of `that`, as written.
  package let text: String
  /// The published finding, in words.
  package let published: String?
  package let toleranceClass: ToleranceClass
  package let because: String?
  /// The variants it is judged on; the base when the author names none.
  package let variants: [String]
  /// An input was chosen with this number in view: reported as fitted, never counted as met.
  package let isFitted: Bool
  /// Why it is fitted, if its author said so.
  package let fittedBecause: String?
  package let location: SourceLocation
}
