// SPDX-License-Identifier: Apache-2.0

extension Distribution {
  /// The mean, in the distribution's unit; infinite for a Pareto shape up to 1.
  package var mean: Double {
    switch form {
    case .simple(let distribution):
      distribution.mean
    case .mixture(let weight, let first, let second):
      weighted(weight, first.mean, second.mean)
    case .empirical(let sample):
      sample.mean
    }
  }

  /// The variance, in the unit squared; infinite for a Pareto shape up to 2.
  package var variance: Double {
    switch form {
    case .simple(let distribution):
      return distribution.variance
    case .mixture(let weight, let first, let second):
      let within = weighted(weight, first.variance, second.variance)
      guard within < .infinity, mean < .infinity else {
        return .infinity
      }
      let apart = first.mean - second.mean
      return within + weight * (1 - weight) * apart * apart
    case .empirical(let sample):
      return sample.variance
    }
  }

  /// Variance over squared mean: 0 for a constant, 1 for an exponential; infinite where the
  /// variance is, and 0 for the constant zero.
  package var squaredCoefficientOfVariation: Double {
    let variance = self.variance
    return variance == 0 || variance == .infinity ? variance : variance / mean / mean
  }

  /// A component of probability zero does not count, even if its moment is infinite.
  private func weighted(_ weight: Double, _ first: Double, _ second: Double) -> Double {
    (weight > 0 ? weight * first : 0) + (weight < 1 ? (1 - weight) * second : 0)
  }
}

extension SimpleDistribution {
  /// The mean.
  var mean: Double {
    switch self {
    case .constant(let value):
      value
    case .uniform(let low, let high):
      low + 0.5 * (high - low)
    case .exponential(let mean):
      mean
    case .lognormal(let median, let sigma):
      median * DeterministicMath.exp(0.5 * sigma * sigma)
    case .gamma(let shape, let scale):
      shape * scale
    case .weibull(let shape, let scale):
      scale * DeterministicMath.gamma(1 + 1 / shape)
    case .pareto(let minimum, let shape):
      shape > 1 ? minimum * (shape / (shape - 1)) : .infinity
    }
  }

  /// The variance.
  var variance: Double {
    switch self {
    case .constant:
      return 0
    case .uniform(let low, let high):
      return (high - low) * (high - low) / 12
    case .exponential(let mean):
      return mean * mean
    case .lognormal(_, let sigma):
      return mean * mean * DeterministicMath.expMinusOne(sigma * sigma)
    case .gamma(let shape, let scale):
      return shape * scale * scale
    case .weibull(let shape, let scale):
      let first = DeterministicMath.gamma(1 + 1 / shape)
      let second = DeterministicMath.gamma(1 + 2 / shape)
      // Beyond the range of a double (shape below 0.012) the difference would be undefined.
      return second < .infinity ? scale * scale * (second - first * first) : .infinity
    case .pareto(let minimum, let shape):
      guard shape > 2 else {
        return .infinity
      }
      return minimum * minimum * shape / ((shape - 1) * (shape - 1) * (shape - 2))
    }
  }
}
