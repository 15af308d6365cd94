// SPDX-License-Identifier: Apache-2.0

@preconcurrency import CGSL

/// Probabilities and quantiles are for analysis and reports. Those of the lognormal and the gamma
/// come from GSL and may differ in the last bits between CPUs: never feed them into an event time.
extension Distribution {
  /// The probability of a draw at or below `x`.
  package func cdf(_ x: Double) -> Double {
    switch form {
    case .simple(let distribution):
      distribution.cdf(x)
    case .mixture(let weight, let first, let second):
      weight * first.cdf(x) + (1 - weight) * second.cdf(x)
    case .empirical(let sample):
      sample.cdf(x)
    }
  }

  /// The smallest value that a share `p` of the draws does not exceed; infinite for `p` = 1 when
  /// the distribution has no largest value.
  ///
  /// Closed forms and samples take one evaluation, a mixture about sixty of its `cdf`.
  ///
  /// - Precondition: `p` is from 0 to 1.
  package func quantile(_ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a probability is from 0 to 1")
    switch form {
    case .simple(let distribution):
      return distribution.quantile(p)
    case .mixture(let weight, let first, let second):
      guard weight > 0, weight < 1 else {
        return weight > 0 ? first.quantile(p) : second.quantile(p)
      }
      return mixtureQuantile(p, between: first.quantile(p), and: second.quantile(p))
    case .empirical(let sample):
      return sample.quantile(p)
    }
  }

  /// The mixture's quantile lies between those of its components; bisection to the last bit.
  private func mixtureQuantile(_ p: Double, between a: Double, and b: Double) -> Double {
    // At the ends the components' supports decide: the smaller minimum, the larger maximum.
    guard p > 0 else {
      return min(a, b)
    }
    guard p < 1 else {
      return max(a, b)
    }
    var low = min(a, b)
    var high = max(a, b)
    guard cdf(low) < p else {
      return low
    }
    while true {
      let middle = low + 0.5 * (high - low)
      guard middle > low, middle < high else {
        return high
      }
      if cdf(middle) < p {
        low = middle
      } else {
        high = middle
      }
    }
  }
}

extension SimpleDistribution {
  /// The probability of a draw at or below `x`.
  func cdf(_ x: Double) -> Double {
    switch self {
    case .constant(let value):
      return x >= value ? 1 : 0
    case .uniform(let low, let high):
      return x < low ? 0 : x >= high ? 1 : (x - low) / (high - low)
    case .exponential(let mean):
      guard x >= 0 else {
        return 0
      }
      return mean > 0 ? -DeterministicMath.expMinusOne(-x / mean) : 1
    case .lognormal(let median, let sigma):
      guard x > 0 else {
        return 0
      }
      guard sigma > 0 else {
        return x >= median ? 1 : 0
      }
      let z = (DeterministicMath.log(x) - DeterministicMath.log(median)) / sigma
      return ScientificLibrary.value { gsl_cdf_ugaussian_P(z) }
    case .gamma(let shape, let scale):
      return x > 0 ? ScientificLibrary.value { gsl_cdf_gamma_P(x, shape, scale) } : 0
    case .weibull(let shape, let scale):
      guard x > 0 else {
        return 0
      }
      return -DeterministicMath.expMinusOne(-DeterministicMath.pow(x / scale, shape))
    case .pareto(let minimum, let shape):
      guard x > minimum else {
        return 0
      }
      let logarithm = DeterministicMath.log(minimum) - DeterministicMath.log(x)
      return -DeterministicMath.expMinusOne(shape * logarithm)
    }
  }

  /// The inverse of `cdf`, for `p` from 0 to 1.
  func quantile(_ p: Double) -> Double {
    switch self {
    case .constant(let value):
      return value
    case .uniform(let low, let high):
      return low + p * (high - low)
    case .exponential(let mean):
      return mean > 0 ? -mean * DeterministicMath.logOnePlus(-p) : 0
    case .lognormal(let median, let sigma):
      guard sigma > 0 else {
        return median
      }
      let z = ScientificLibrary.value { gsl_cdf_ugaussian_Pinv(p) }
      return median * DeterministicMath.exp(sigma * z)
    case .gamma(let shape, let scale):
      return ScientificLibrary.value { gsl_cdf_gamma_Pinv(p, shape, scale) }
    case .weibull(let shape, let scale):
      return scale * DeterministicMath.pow(-DeterministicMath.logOnePlus(-p), 1 / shape)
    case .pareto(let minimum, let shape):
      return minimum * DeterministicMath.exp(-DeterministicMath.logOnePlus(-p) / shape)
    }
  }
}
