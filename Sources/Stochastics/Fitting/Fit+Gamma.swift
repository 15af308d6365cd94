// SPDX-License-Identifier: Apache-2.0

@preconcurrency import CGSL

extension Fit {
  /// The shape k solves log k - psi(k) = log(mean) - mean(log); the scale is mean / k.
  ///
  /// Newton's method on 1 / k from the closed-form approximation, which is within 1.5 % (T. Minka,
  /// "Estimating a gamma distribution", Microsoft Research, 2002); three or four steps.
  static func gamma(_ sample: FitSample) throws(AnalysisError) -> FitResult {
    let what = "fit a gamma"
    let mean = sample.moments.mean
    let meanLog = sample.logMoments.mean
    let gap = DeterministicMath.log(mean) - meanLog
    guard gap > 0 else {
      throw .noSpread(what: what)
    }
    var shape = (3 - gap + ((gap - 3) * (gap - 3) + 24 * gap).squareRoot()) / (12 * gap)
    let limit = 100
    var isSettled = false
    for _ in 0..<limit where !isSettled {
      let slope = 1 / shape - (try trigamma(shape))
      let excess = DeterministicMath.log(shape) - (try digamma(shape)) - gap
      let next = 1 / (1 / shape + excess / (shape * shape * slope))
      isSettled = abs(next - shape) <= 1e-12 * shape
      shape = next
    }
    guard isSettled else {
      throw .notConverged(what: what, iterations: limit)
    }
    let scale = mean / shape
    let found = shape
    let distribution = try FitSample.fitted(what) { () throws(DistributionError) in
      try .gamma(shape: found, scale: scale)
    }
    let perValue =
      (shape - 1) * meanLog - shape - shape * DeterministicMath.log(scale)
      - DeterministicMath.logGamma(shape)
    return sample.result(
      distribution, parameters: 2, logLikelihood: sample.count * perValue)
  }

  private static func digamma(_ x: Double) throws(AnalysisError) -> Double {
    var result = gsl_sf_result()
    try ScientificLibrary.check("evaluate the digamma function at \(x)") {
      gsl_sf_psi_e(x, &result)
    }
    return result.val
  }

  private static func trigamma(_ x: Double) throws(AnalysisError) -> Double {
    var result = gsl_sf_result()
    try ScientificLibrary.check("evaluate the trigamma function at \(x)") {
      gsl_sf_psi_1_e(x, &result)
    }
    return result.val
  }
}
