// SPDX-License-Identifier: Apache-2.0

/// A sample prepared for fitting: sorted, positive, with its logarithms.
struct FitSample {
  /// The values in ascending order, all above zero.
  let values: [Double]
  /// Their natural logarithms.
  let logarithms: [Double]
  /// Mean and variance of the values.
  let moments: Moments
  /// Mean and variance of the logarithms.
  let logMoments: Moments

  var count: Double { Double(values.count) }

  /// - Throws: `AnalysisError` for fewer than ten values, values not finite or not above zero, and
  ///   values that are all equal.
  init(_ sample: [Double]) throws(AnalysisError) {
    let what = "fit distributions"
    try requirePositive(sample, needed: 10, what: what)
    values = sample.sorted()
    logarithms = values.map(DeterministicMath.log)
    moments = Moments(values)
    logMoments = Moments(logarithms)
    guard logMoments.variance > 0, moments.variance > 0 else {
      throw .noSpread(what: what)
    }
  }

  /// The result for a fitted distribution with log-likelihood `logLikelihood`.
  func result(
    _ distribution: Distribution, parameters: Int, logLikelihood: Double
  ) -> FitResult {
    FitResult(
      distribution: distribution, parameterCount: parameters, logLikelihood: logLikelihood,
      kolmogorovSmirnov: KolmogorovSmirnov(sorted: values, cdf: distribution.cdf),
      count: values.count)
  }

  /// Makes a fitted distribution; parameters out of range (an overflow) become an analysis error.
  static func fitted(
    _ what: String, _ make: () throws(DistributionError) -> Distribution
  ) throws(AnalysisError) -> Distribution {
    do {
      return try make()
    } catch {
      throw .fitOutOfRange(what: what, reason: error)
    }
  }
}
