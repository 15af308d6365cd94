// SPDX-License-Identifier: Apache-2.0

@preconcurrency import CGSL

/// The straight line y = intercept + slope x with the least squared deviations.
package struct LinearFit: Sendable, Hashable, Codable {
  /// The value at x = 0.
  package let intercept: Double
  /// The change of y per unit of x.
  package let slope: Double
  /// The standard error of the intercept; zero for two points, which any line meets.
  package let interceptStandardError: Double
  /// The standard error of the slope; zero for two points.
  package let slopeStandardError: Double
  /// The share of y's variance that the line explains, 0 to 1; 1 if y does not vary.
  package let rSquared: Double
  /// How many points were fitted.
  package let count: Int

  /// Fits the points (`x[i]`, `y[i]`).
  ///
  /// - Throws: `AnalysisError` for fewer than two points, different lengths, values that are not
  ///   finite, and x values that are all equal.
  package init(x: [Double], y: [Double]) throws(AnalysisError) {
    let what = "fit a straight line"
    guard x.count == y.count else {
      throw .lengthMismatch(what: what, first: x.count, second: y.count)
    }
    try requireFinite(x, needed: 2, what: what)
    try requireFinite(y, needed: 2, what: what)
    guard x.contains(where: { $0 != x[0] }) else {
      throw .noSpread(what: what)
    }
    var (c0, c1, cov00, cov01, cov11, residual) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    try ScientificLibrary.check(what) {
      gsl_fit_linear(x, 1, y, 1, x.count, &c0, &c1, &cov00, &cov01, &cov11, &residual)
    }
    intercept = c0
    slope = c1
    count = x.count
    // With two points GSL divides zero by zero degrees of freedom.
    interceptStandardError = count > 2 ? cov00.squareRoot() : 0
    slopeStandardError = count > 2 ? cov11.squareRoot() : 0
    let total = Moments(y).populationVariance * Double(count)
    rSquared = total > 0 ? max(0, 1 - residual / total) : 1
  }

  /// The line's value at `x`.
  package func callAsFunction(_ x: Double) -> Double {
    intercept + slope * x
  }

  /// The Student-t interval of the slope.
  ///
  /// - Throws: `AnalysisError` for fewer than three points and a level outside (0, 1).
  package func slopeInterval(level: Double = 0.95) throws(AnalysisError) -> ConfidenceInterval {
    guard count > 2 else {
      throw .tooFewValues(what: "compute a slope's interval", got: count, needed: 3)
    }
    let t = try ConfidenceInterval.criticalValue(level: level, degreesOfFreedom: count - 2)
    return ConfidenceInterval(
      mean: slope, halfWidth: t * slopeStandardError, level: level, degreesOfFreedom: count - 2)
  }
}

/// The power law y = factor x^exponent: a straight line between the logarithms.
///
/// How a cost grows with a cluster's size: exponent 1 is proportional, 2 quadratic. Deviations are
/// weighed by ratio, not by difference, so a tenth too much counts the same at either end.
package struct LogLogFit: Sendable, Hashable, Codable {
  /// The line between the natural logarithms, with the exponent as its slope.
  package let line: LinearFit

  /// The power of x.
  package var exponent: Double { line.slope }
  /// The standard error of the exponent.
  package var exponentStandardError: Double { line.slopeStandardError }
  /// The value at x = 1.
  package var factor: Double { DeterministicMath.exp(line.intercept) }
  /// The share of the variance of log y that the law explains, 0 to 1.
  package var rSquared: Double { line.rSquared }

  /// Fits the points (`x[i]`, `y[i]`), all above zero.
  ///
  /// - Throws: `AnalysisError` as `LinearFit`, and for values not above zero.
  package init(x: [Double], y: [Double]) throws(AnalysisError) {
    let what = "fit a power law"
    try requirePositive(x, needed: 2, what: what)
    try requirePositive(y, needed: 2, what: what)
    line = try LinearFit(x: x.map(DeterministicMath.log), y: y.map(DeterministicMath.log))
  }

  /// The law's value at `x` above zero.
  package func callAsFunction(_ x: Double) -> Double {
    DeterministicMath.exp(line(DeterministicMath.log(x)))
  }
}
