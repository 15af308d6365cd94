// SPDX-License-Identifier: Apache-2.0

extension Distribution {
  /// Always `value`, which must be finite and not negative.
  package static func constant(_ value: Double) throws(DistributionError) -> Distribution {
    try require(.constant, "value", value, .notNegative)
    return Distribution(form: .simple(.constant(value)))
  }

  /// Every value from `low` to `high` equally likely; 0 <= low <= high, finite.
  package static func uniform(
    low: Double, high: Double
  ) throws(DistributionError) -> Distribution {
    try require(.uniform, "low", low, .notNegative)
    try require(.uniform, "high", high, .notNegative)
    guard low <= high else {
      throw .intervalReversed(low: low, high: high)
    }
    return Distribution(form: .simple(.uniform(low: low, high: high)))
  }

  /// The exponential distribution; `mean` is finite and not negative.
  package static func exponential(mean: Double) throws(DistributionError) -> Distribution {
    try require(.exponential, "mean", mean, .notNegative)
    return Distribution(form: .simple(.exponential(mean: mean)))
  }

  /// `median` times e^(`sigma` Z) for a standard normal Z; median above zero, sigma not negative.
  package static func lognormal(
    median: Double, sigma: Double
  ) throws(DistributionError) -> Distribution {
    try require(.lognormal, "median", median, .positive)
    try require(.lognormal, "sigma", sigma, .notNegative)
    return Distribution(form: .simple(.lognormal(median: median, sigma: sigma)))
  }

  /// The gamma distribution with mean `shape` x `scale`, both above zero.
  package static func gamma(
    shape: Double, scale: Double
  ) throws(DistributionError) -> Distribution {
    try require(.gamma, "shape", shape, .positive)
    try require(.gamma, "scale", scale, .positive)
    return Distribution(form: .simple(.gamma(shape: shape, scale: scale)))
  }

  /// The Weibull distribution, P(X > x) = exp(-(x / scale)^shape), both above zero.
  package static func weibull(
    shape: Double, scale: Double
  ) throws(DistributionError) -> Distribution {
    try require(.weibull, "shape", shape, .positive)
    try require(.weibull, "scale", scale, .positive)
    return Distribution(form: .simple(.weibull(shape: shape, scale: scale)))
  }

  /// The Pareto distribution, P(X > x) = (minimum / x)^shape from `minimum` on, both above zero.
  package static func pareto(
    minimum: Double, shape: Double
  ) throws(DistributionError) -> Distribution {
    try require(.pareto, "minimum", minimum, .positive)
    try require(.pareto, "shape", shape, .positive)
    return Distribution(form: .simple(.pareto(minimum: minimum, shape: shape)))
  }

  /// A draw of `first` with probability `weight`, otherwise of `second`, chosen anew each time.
  ///
  /// Both must be simple: neither a mixture nor an empirical sample.
  package static func mixture(
    weight: Double, of first: Distribution, and second: Distribution
  ) throws(DistributionError) -> Distribution {
    try require(.mixture, "weight", weight, .probability)
    guard case .simple(let simpleFirst) = first.form else {
      throw .componentNotSimple(first.family)
    }
    guard case .simple(let simpleSecond) = second.form else {
      throw .componentNotSimple(second.family)
    }
    return Distribution(form: .mixture(weight: weight, simpleFirst, simpleSecond))
  }

  /// Draws from measured values, as `EmpiricalSample` interpolates them.
  package static func empirical(_ sample: EmpiricalSample) -> Distribution {
    Distribution(form: .empirical(sample))
  }

  /// The distribution of a family made from numbers, by the names of
  /// `DistributionFamily.parameters`.
  ///
  /// - Throws: `DistributionError` for an unknown, missing or unusable parameter, and for
  ///   `mixture` and `empirical`, which need more than numbers.
  package init(
    family: DistributionFamily, parameters: [String: Double]
  ) throws(DistributionError) {
    let known = family.parameters.map(\.name)
    // Sorted, so that the same mistake always gives the same message.
    for name in parameters.keys.sorted() where !known.contains(name) {
      throw .unknownParameter(family: family, name: name, nearest: nearest(to: name, in: known))
    }
    func value(_ name: String) throws(DistributionError) -> Double {
      guard let value = parameters[name] else {
        throw .missingParameter(family: family, name: name)
      }
      return value
    }
    self =
      switch family {
      case .constant: try .constant(value("value"))
      case .uniform: try .uniform(low: value("low"), high: value("high"))
      case .exponential: try .exponential(mean: value("mean"))
      case .lognormal: try .lognormal(median: value("median"), sigma: value("sigma"))
      case .gamma: try .gamma(shape: value("shape"), scale: value("scale"))
      case .weibull: try .weibull(shape: value("shape"), scale: value("scale"))
      case .pareto: try .pareto(minimum: value("minimum"), shape: value("shape"))
      case .mixture, .empirical: throw .notMadeFromNumbers(family: family)
      }
  }

  private enum Requirement: String {
    case notNegative = "a finite number, zero or above"
    case positive = "a finite number above zero"
    case probability = "between 0 and 1"

    func holds(for value: Double) -> Bool {
      switch self {
      case .notNegative: value >= 0 && value < .infinity
      case .positive: value > 0 && value < .infinity
      case .probability: value >= 0 && value <= 1
      }
    }
  }

  private static func require(
    _ family: DistributionFamily, _ parameter: String, _ value: Double, _ requirement: Requirement
  ) throws(DistributionError) {
    guard requirement.holds(for: value) else {
      throw .parameterOutOfRange(
        family: family, parameter: parameter, value: value, requirement: requirement.rawValue)
    }
  }
}
