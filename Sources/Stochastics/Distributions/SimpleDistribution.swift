// SPDX-License-Identifier: Apache-2.0

/// A distribution given by at most two numbers: what a mixture combines.
///
/// A trivial value, so that drawing from it allocates nothing and counts no references. The
/// parameters were validated by `Distribution`, the only one to make these.
enum SimpleDistribution: Sendable, Hashable, BitwiseCopyable {
  case constant(Double)
  case uniform(low: Double, high: Double)
  case exponential(mean: Double)
  case lognormal(median: Double, sigma: Double)
  case gamma(shape: Double, scale: Double)
  case weibull(shape: Double, scale: Double)
  case pareto(minimum: Double, shape: Double)

  /// One draw.
  func sample(_ stream: inout RandomStream) -> Double {
    switch self {
    case .constant(let value):
      value
    case .uniform(let low, let high):
      low + stream.nextUnit() * (high - low)
    case .exponential(let mean):
      mean * stream.exponential()
    case .lognormal(let median, let sigma):
      median * DeterministicMath.exp(sigma * stream.normal())
    case .gamma(let shape, let scale):
      scale * stream.gamma(shape: shape)
    case .weibull(let shape, let scale):
      // E^(1/shape) for an exponential E.
      scale * DeterministicMath.exp(DeterministicMath.log(stream.exponential()) / shape)
    case .pareto(let minimum, let shape):
      // The logarithm of a Pareto draw over its minimum is exponential with rate `shape`.
      minimum * DeterministicMath.exp(stream.exponential() / shape)
    }
  }

  var family: DistributionFamily {
    switch self {
    case .constant: .constant
    case .uniform: .uniform
    case .exponential: .exponential
    case .lognormal: .lognormal
    case .gamma: .gamma
    case .weibull: .weibull
    case .pareto: .pareto
    }
  }

  /// The parameters' values in the order of `DistributionFamily.parameters`.
  var parameterValues: [Double] {
    switch self {
    case .constant(let value): [value]
    case .uniform(let low, let high): [low, high]
    case .exponential(let mean): [mean]
    case .lognormal(let median, let sigma): [median, sigma]
    case .gamma(let shape, let scale), .weibull(let shape, let scale): [shape, scale]
    case .pareto(let minimum, let shape): [minimum, shape]
    }
  }

  /// The distribution of `factor` times a draw; what exceeds the largest double becomes it.
  func scaled(by factor: Double) -> SimpleDistribution {
    func scaled(_ value: Double) -> Double {
      min(value * factor, .greatestFiniteMagnitude)
    }
    switch self {
    case .constant(let value):
      return .constant(scaled(value))
    case .uniform(let low, let high):
      return .uniform(low: scaled(low), high: scaled(high))
    case .exponential(let mean):
      return .exponential(mean: scaled(mean))
    case .lognormal(let median, let sigma):
      return .lognormal(median: scaled(median), sigma: sigma)
    case .gamma(let shape, let scale):
      return .gamma(shape: shape, scale: scaled(scale))
    case .weibull(let shape, let scale):
      return .weibull(shape: shape, scale: scaled(scale))
    case .pareto(let minimum, let shape):
      return .pareto(minimum: scaled(minimum), shape: shape)
    }
  }
}
