// SPDX-License-Identifier: Apache-2.0

/// What an expectation says: comparisons, all of which have to hold.
package struct ExpectExpression: Sendable, Hashable {
  package let comparisons: [ExpectComparison]

  package init(comparisons: [ExpectComparison]) {
    self.comparisons = comparisons
  }
}

/// One comparison.
package enum ExpectComparison: Sendable, Hashable {
  /// `a < b <= c`: `terms` has one member more than `relations`.
  case chain(terms: [ExpectTerm], relations: [ExpectRelation])
  /// `a ~ b within ...`. The tolerance is that of the class when the author gives none.
  case near(ExpectTerm, ExpectTerm, Tolerance)
  /// `a in [b, c]`, both ends included.
  case inside(ExpectTerm, low: ExpectTerm, high: ExpectTerm)
}

package enum ExpectRelation: String, Sendable, Hashable, CaseIterable {
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case equal = "=="
  case notEqual = "!="
}

/// A number to be computed from metrics.
package indirect enum ExpectTerm: Sendable, Hashable {
  /// A literal, in base units: seconds, bytes, bytes per second, per second, shares of 1.
  case number(Double)
  case metric(ExpectAggregate, ExpectSelector)
  case negated(ExpectTerm)
  case sum(ExpectTerm, ExpectTerm)
  case difference(ExpectTerm, ExpectTerm)
  case product(ExpectTerm, ExpectTerm)
  case quotient(ExpectTerm, ExpectTerm)
  case absolute(ExpectTerm)
  /// The exponential function of a term.
  case exponential(ExpectTerm)
  case smallest([ExpectTerm])
  case largest([ExpectTerm])
  /// The term in another variant, at the same point of the sweep.
  case inVariant(String, ExpectTerm)
  /// The term at the point of the sweep where the axis has this value.
  case at(path: KnobPath, value: String, ExpectTerm)
  /// The slope of log term over log axis, fitted over the points of the sweep where `where` holds.
  case exponent(ExpectTerm, over: KnobPath, where: ExpectComparison?)
  /// The share of the term's variance over the points of the sweep that a straight line in the axis
  /// explains (R squared).
  case linearity(ExpectTerm, over: KnobPath)
  /// The smallest value of the axis from which on the comparison holds.
  case knee(ExpectComparison, over: KnobPath)
  /// The time in seconds at which the metric first compares so.
  case first(ExpectSelector, ExpectRelation, Double)
}

/// How the samples of a metric become one number.
package enum ExpectAggregate: Sendable, Hashable {
  /// 0 to 100.
  case percentile(Double)
  case mean
  case maximum
  case minimum
  /// The number of samples of a histogram, or the final value of a counter.
  case count
  /// The sum over samples.
  case sum
  /// The last value.
  case value
  /// Growth per second over the measured window.
  case rate
  /// The largest value of a gauge over time.
  case peak
}

/// A metric and the labels its series have to carry. Of several series that match, counters and
/// counts add up, and histograms are merged.
package struct ExpectSelector: Sendable, Hashable {
  /// One condition on a label.
  package struct Matcher: Sendable, Hashable {
    package let label: String
    package let isEqual: Bool
    package let value: String
  }

  package let metric: String
  package let matchers: [Matcher]

  package init(metric: String, matchers: [Matcher] = []) {
    self.metric = metric
    self.matchers = matchers
  }
}
