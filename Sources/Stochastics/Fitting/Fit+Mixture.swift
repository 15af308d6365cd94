// SPDX-License-Identifier: Apache-2.0

extension Fit {
  /// Two lognormals by expectation maximisation on the logarithms (A. P. Dempster, N. M. Laird,
  /// D. B. Rubin, JRSS B 39, 1977).
  ///
  /// The likelihood has several local maxima, so the iteration runs from three starts, which split
  /// the sorted sample after a tenth, a half and nine tenths and take each part's moments, and the
  /// best end counts. It stops when a step adds less than 10^-9 per value, or after 1000 steps. The
  /// likelihood is unbounded where a component shrinks onto one value, so a component's sigma is
  /// held above a hundredth of the whole sample's. The component with the smaller median is first.
  static func lognormalMixture(_ sample: FitSample) throws(AnalysisError) -> FitResult {
    let floor = 1e-4 * sample.logMoments.populationVariance
    var best: NormalMixture?
    for share in [0.1, 0.5, 0.9] {
      let split = min(max(2, Int(share * sample.count)), sample.values.count - 2)
      var mixture = NormalMixture(sorted: sample.logarithms, split: split, floor: floor)
      mixture.maximise(sample.logarithms, steps: 1000, tolerance: 1e-9)
      if mixture.logLikelihood > best?.logLikelihood ?? -.infinity {
        best = mixture
      }
    }
    guard let mixture = best else {
      throw .notConverged(what: "fit a mixture of two lognormals", iterations: 1000)
    }
    let distribution = try FitSample.fitted(
      "fit a mixture of two lognormals"
    ) { () throws(DistributionError) in
      let (first, second) = mixture.ordered
      return try .mixture(
        weight: min(1, first.weight),
        of: .lognormal(
          median: DeterministicMath.exp(first.mean), sigma: first.variance.squareRoot()),
        and: .lognormal(
          median: DeterministicMath.exp(second.mean), sigma: second.variance.squareRoot()))
    }
    // The density of x is that of log x over x.
    return sample.result(
      distribution, parameters: 5,
      logLikelihood: mixture.logLikelihood - sample.count * sample.logMoments.mean)
  }
}

/// Two normal components with their weights.
private struct NormalMixture {
  struct Component {
    var weight: Double
    var mean: Double
    var variance: Double

    /// The logarithm of weight times density, without -log(2 pi) / 2, is a - b (x - mean)^2.
    var coefficients: (a: Double, b: Double) {
      (DeterministicMath.log(weight) - 0.5 * DeterministicMath.log(variance), 0.5 / variance)
    }
  }

  private var first: Component
  private var second: Component
  private let floor: Double
  /// The logarithm of the likelihood of the values before the last step.
  private(set) var logLikelihood = -Double.infinity

  /// The moments of the values before and after `split`; `floor` is the least variance.
  init(sorted values: [Double], split: Int, floor: Double) {
    func component(_ part: ArraySlice<Double>) -> Component {
      let moments = Moments(part)
      return Component(
        weight: Double(part.count) / Double(values.count), mean: moments.mean,
        variance: max(floor, moments.populationVariance))
    }
    first = component(values[..<split])
    second = component(values[split...])
    self.floor = floor
  }

  /// The components by rising mean.
  var ordered: (Component, Component) {
    first.mean <= second.mean ? (first, second) : (second, first)
  }

  /// Steps until the likelihood stops growing by `tolerance` per value.
  mutating func maximise(_ values: [Double], steps: Int, tolerance: Double) {
    for _ in 0..<steps {
      let (next, logLikelihood) = step(values)
      let gain = logLikelihood - self.logLikelihood
      self.logLikelihood = logLikelihood
      guard gain > tolerance * Double(values.count), let next else {
        return
      }
      (first, second) = next
    }
  }

  /// The likelihood now, and the components that maximise the expected likelihood given each
  /// value's probability of belonging to either; nil if one has lost all its values.
  private func step(_ values: [Double]) -> (next: (Component, Component)?, logLikelihood: Double) {
    let (a1, b1) = first.coefficients
    let (a2, b2) = second.coefficients
    var logLikelihood = -0.5 * DeterministicMath.log(2 * .pi) * Double(values.count)
    var (weight, sum, squares) = (0.0, 0.0, 0.0)
    var (restSum, restSquares) = (0.0, 0.0)
    for value in values {
      let d1 = value - first.mean
      let d2 = value - second.mean
      let log1 = a1 - b1 * d1 * d1
      let log2 = a2 - b2 * d2 * d2
      // The larger of the two in front: the exponential cannot overflow.
      let ratio = DeterministicMath.exp(-abs(log1 - log2))
      logLikelihood += max(log1, log2) + DeterministicMath.logOnePlus(ratio)
      let larger = 1 / (1 + ratio)
      let share = log1 >= log2 ? larger : ratio * larger
      // Deviations from the present means keep the digits of the variances.
      weight += share
      sum += share * d1
      squares += share * d1 * d1
      restSum += (1 - share) * d2
      restSquares += (1 - share) * d2 * d2
    }
    let count = Double(values.count)
    guard weight > 0, weight < count else {
      return (nil, logLikelihood)
    }
    func component(_ old: Component, _ weight: Double, _ sum: Double, _ squares: Double)
      -> Component
    {
      let shift = sum / weight
      return Component(
        weight: weight / count, mean: old.mean + shift,
        variance: max(floor, squares / weight - shift * shift))
    }
    let next = (
      component(first, weight, sum, squares),
      component(second, count - weight, restSum, restSquares)
    )
    return (next, logLikelihood)
  }
}
