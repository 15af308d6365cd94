// SPDX-License-Identifier: Apache-2.0

@preconcurrency import CGSL

/// A mean with the half-width of its Student-t confidence interval.
package struct ConfidenceInterval: Sendable, Hashable, Codable {
  /// The point estimate.
  package let mean: Double
  /// Half the interval's length; zero or above.
  package let halfWidth: Double
  /// The probability with which such intervals contain the true mean, for example 0.95.
  package let level: Double
  /// The degrees of freedom of the t distribution used.
  package let degreesOfFreedom: Int

  /// The lower end.
  package var lower: Double { mean - halfWidth }
  /// The upper end.
  package var upper: Double { mean + halfWidth }

  /// Half-width over the absolute mean; infinite when the mean is zero and the half-width is not.
  package var relativeHalfWidth: Double {
    halfWidth == 0 ? 0 : halfWidth / abs(mean)
  }

  /// Whether `value` lies in the interval, ends included.
  package func contains(_ value: Double) -> Bool {
    value >= lower && value <= upper
  }

  init(mean: Double, halfWidth: Double, level: Double, degreesOfFreedom: Int) {
    self.mean = mean
    self.halfWidth = halfWidth
    self.level = level
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The interval for the mean of independent values, one per replication.
  ///
  /// - Throws: `AnalysisError` for fewer than two values, values that are not finite and a level
  ///   outside (0, 1).
  package init(replications values: [Double], level: Double = 0.95) throws(AnalysisError) {
    let what = "compute a confidence interval"
    try requireFinite(values, needed: 2, what: what)
    try self.init(moments: Moments(values), level: level)
  }

  /// The interval for the mean of independent values already summed up.
  ///
  /// - Throws: `AnalysisError` for fewer than two values and a level outside (0, 1).
  package init(moments: Moments, level: Double = 0.95) throws(AnalysisError) {
    guard moments.count >= 2 else {
      throw .tooFewValues(
        what: "compute a confidence interval", got: moments.count, needed: 2)
    }
    let degreesOfFreedom = moments.count - 1
    let t = try Self.criticalValue(level: level, degreesOfFreedom: degreesOfFreedom)
    self.init(
      mean: moments.mean, halfWidth: t * moments.standardError, level: level,
      degreesOfFreedom: degreesOfFreedom)
  }

  /// The t quantile that leaves (1 - `level`) / 2 of the probability above it.
  ///
  /// - Throws: `AnalysisError` for a level outside (0, 1) or no degree of freedom.
  package static func criticalValue(
    level: Double, degreesOfFreedom: Int
  ) throws(AnalysisError) -> Double {
    let what = "compute a t quantile"
    guard level > 0, level < 1 else {
      throw .argumentOutOfRange(
        what: what, argument: "the level", value: level, requirement: "between 0 and 1")
    }
    guard degreesOfFreedom > 0 else {
      throw .tooFewValues(what: what, got: degreesOfFreedom + 1, needed: 2)
    }
    // The upper tail: (1 - level) / 2 keeps its digits when the level is near 1.
    return try ScientificLibrary.finite(what) {
      gsl_cdf_tdist_Qinv((1 - level) / 2, Double(degreesOfFreedom))
    }
  }
}
