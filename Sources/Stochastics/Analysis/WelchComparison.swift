// SPDX-License-Identifier: Apache-2.0

@preconcurrency import CGSL

/// Two configurations compared over independent runs, which may differ in number and in spread.
///
/// Source: B. L. Welch, "The generalization of Student's problem when several different population
/// variances are involved", Biometrika 34, 1947, with the Welch-Satterthwaite degrees of freedom.
package struct WelchComparison: Sendable, Hashable {
  /// The mean of the candidate minus that of the baseline.
  package let difference: Double
  /// The standard error of the difference; zero if neither side varies.
  package let standardError: Double
  /// Not whole in general; infinite if neither side varies.
  package let degreesOfFreedom: Double

  /// - Throws: `AnalysisError` for fewer than two values on a side, and values that are not finite.
  package init(baseline: [Double], candidate: [Double]) throws(AnalysisError) {
    let what = "compare two configurations"
    try requireFinite(baseline, needed: 2, what: what)
    try requireFinite(candidate, needed: 2, what: what)
    let (first, second) = (Moments(baseline), Moments(candidate))
    let parts = [first, second].map { $0.variance / Double($0.count) }
    difference = second.mean - first.mean
    standardError = (parts[0] + parts[1]).squareRoot()
    let sum = parts[0] + parts[1]
    let shares = zip(parts, [first, second]).map { part, side in
      part * part / Double(side.count - 1)
    }
    degreesOfFreedom = sum > 0 ? sum * sum / (shares[0] + shares[1]) : .infinity
  }

  /// The two-sided p-value of "there is no difference". Without any spread on either side it is 1
  /// for equal means, and 0 for different ones.
  ///
  /// - Throws: `AnalysisError` if the library fails.
  package func pValue() throws(AnalysisError) -> Double {
    try StudentT.pValue(
      difference: difference, standardError: standardError, degreesOfFreedom: degreesOfFreedom)
  }

  /// Half the length of the interval for the difference.
  ///
  /// - Throws: `AnalysisError` for a level outside (0, 1).
  package func halfWidth(level: Double = 0.95) throws(AnalysisError) -> Double {
    try StudentT.halfWidth(
      standardError: standardError, degreesOfFreedom: degreesOfFreedom, level: level)
  }
}

/// Student's t distribution with degrees of freedom that need not be whole.
enum StudentT {
  static func pValue(
    difference: Double, standardError: Double, degreesOfFreedom: Double
  ) throws(AnalysisError) -> Double {
    guard standardError > 0 else { return difference == 0 ? 1 : 0 }
    let t = abs(difference) / standardError
    // The upper tail keeps its digits where the p-value is small.
    let tail = try ScientificLibrary.finite("compute a p-value") {
      gsl_cdf_tdist_Q(t, degreesOfFreedom)
    }
    return min(1, 2 * tail)
  }

  static func halfWidth(
    standardError: Double, degreesOfFreedom: Double, level: Double
  ) throws(AnalysisError) -> Double {
    let what = "compute a t quantile"
    guard level > 0, level < 1 else {
      throw .argumentOutOfRange(
        what: what, argument: "the level", value: level, requirement: "between 0 and 1")
    }
    guard standardError > 0 else { return 0 }
    return standardError
      * (try ScientificLibrary.finite(what) {
        gsl_cdf_tdist_Qinv((1 - level) / 2, degreesOfFreedom)
      })
  }
}
