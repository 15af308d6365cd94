// SPDX-License-Identifier: Apache-2.0

extension Fit {
  /// The shape k solves sum(x^k log x) / sum(x^k) - 1 / k = mean(log x); the scale is the k-th
  /// power mean.
  ///
  /// The left side rises with k, so a bracket and bisection by Newton steps cannot miss the root.
  /// Start: the shape of a Weibull whose logarithm has the sample's standard deviation,
  /// pi / (sqrt(6) s).
  static func weibull(_ sample: FitSample) throws(AnalysisError) -> FitResult {
    let what = "fit a Weibull"
    let meanLog = sample.logMoments.mean
    // Logarithms relative to the largest value: the powers stay between 0 and 1.
    let logMaximum = sample.logarithms[sample.logarithms.count - 1]
    let relative = sample.logarithms.map { $0 - logMaximum }

    var low = 0.0
    var high = Double.infinity
    var shape = Double.pi / (6.0.squareRoot() * sample.logMoments.standardDeviation)
    let limit = 200
    var isSettled = false
    for _ in 0..<limit where !isSettled {
      let sums = PowerSums(relative, exponent: shape)
      let weightedMean = sums.first / sums.zeroth
      let excess = weightedMean + logMaximum - 1 / shape - meanLog
      if excess > 0 {
        high = shape
      } else {
        low = shape
      }
      let slope = sums.second / sums.zeroth - weightedMean * weightedMean + 1 / (shape * shape)
      var next = shape - excess / slope
      if !(next > low && next < high) {
        next = high < .infinity ? 0.5 * (low + high) : 2 * shape
      }
      isSettled = abs(next - shape) <= 1e-12 * shape
      shape = next
    }
    guard isSettled else {
      throw .notConverged(what: what, iterations: limit)
    }
    let powerMean = PowerSums(relative, exponent: shape).zeroth / sample.count
    let logScale = logMaximum + DeterministicMath.log(powerMean) / shape
    let found = shape
    let distribution = try FitSample.fitted(what) { () throws(DistributionError) in
      try .weibull(shape: found, scale: DeterministicMath.exp(logScale))
    }
    let perValue =
      DeterministicMath.log(shape) - shape * logScale + (shape - 1) * meanLog - 1
    return sample.result(
      distribution, parameters: 2, logLikelihood: sample.count * perValue)
  }

  /// Sums of e^(k y), y e^(k y) and y^2 e^(k y).
  private struct PowerSums {
    var zeroth = 0.0
    var first = 0.0
    var second = 0.0

    init(_ logarithms: [Double], exponent: Double) {
      for y in logarithms {
        let power = DeterministicMath.exp(exponent * y)
        zeroth += power
        first += power * y
        second += power * y * y
      }
    }
  }
}
