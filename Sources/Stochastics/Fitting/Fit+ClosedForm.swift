// SPDX-License-Identifier: Apache-2.0

extension Fit {
  /// The sample's mean.
  static func exponential(_ sample: FitSample) throws(AnalysisError) -> FitResult {
    let mean = sample.moments.mean
    let distribution = try FitSample.fitted("fit an exponential") { () throws(DistributionError) in
      try .exponential(mean: mean)
    }
    return sample.result(
      distribution, parameters: 1,
      logLikelihood: -sample.count * (DeterministicMath.log(mean) + 1))
  }

  /// Mean and standard deviation (divisor n) of the logarithms.
  static func lognormal(_ sample: FitSample) throws(AnalysisError) -> FitResult {
    let mu = sample.logMoments.mean
    let variance = sample.logMoments.populationVariance
    let distribution = try FitSample.fitted("fit a lognormal") { () throws(DistributionError) in
      try .lognormal(median: DeterministicMath.exp(mu), sigma: variance.squareRoot())
    }
    let perValue = -0.5 * (DeterministicMath.log(2 * .pi * variance) + 1) - mu
    return sample.result(
      distribution, parameters: 2, logLikelihood: sample.count * perValue)
  }

  /// The smallest value, and one over the mean logarithm of the values relative to it.
  static func pareto(_ sample: FitSample) throws(AnalysisError) -> FitResult {
    let logMinimum = sample.logarithms[0]
    let shape = 1 / (sample.logMoments.mean - logMinimum)
    let distribution = try FitSample.fitted("fit a Pareto") { () throws(DistributionError) in
      try .pareto(minimum: sample.values[0], shape: shape)
    }
    let perValue =
      DeterministicMath.log(shape) + shape * logMinimum - (shape + 1) * sample.logMoments.mean
    return sample.result(
      distribution, parameters: 2, logLikelihood: sample.count * perValue)
  }
}
