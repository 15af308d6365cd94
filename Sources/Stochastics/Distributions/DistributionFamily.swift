// SPDX-License-Identifier: Apache-2.0

/// The families of distributions a scenario can name; the raw value is the name in the file.
package enum DistributionFamily: String, Sendable, Hashable, Codable, CaseIterable {
  case constant
  case uniform
  case exponential
  case lognormal
  case gamma
  case weibull
  case pareto
  case mixture
  case empirical

  /// One parameter of a family, as the scenario parser and the reference need it.
  package struct Parameter: Sendable, Hashable {
    /// What may stand for the parameter.
    package enum Kind: Sendable, Hashable {
      /// A number.
      case number
      /// Another distribution.
      case distribution
      /// The path of a file.
      case path
      /// The name of a column.
      case column
    }

    /// The name in the file.
    package let name: String
    /// What may stand for it.
    package let kind: Kind
    /// Whether a number carries the distribution's unit (`0.3ms`) rather than being pure.
    package let isDimensioned: Bool
    /// One line for the reference, without a full stop.
    package let summary: String

    /// A number that carries the distribution's unit.
    static func dimensioned(_ name: String, _ summary: String) -> Parameter {
      Parameter(name: name, kind: .number, isDimensioned: true, summary: summary)
    }

    /// A number without a unit.
    static func pure(_ name: String, _ summary: String) -> Parameter {
      Parameter(name: name, kind: .number, isDimensioned: false, summary: summary)
    }

    /// A distribution in the unit of the whole.
    static func component(_ name: String, _ summary: String) -> Parameter {
      Parameter(name: name, kind: .distribution, isDimensioned: true, summary: summary)
    }
  }

  /// The parameters in the order in which they may be given without names.
  package var parameters: [Parameter] {
    switch self {
    case .constant:
      [.dimensioned("value", "every draw; zero or above")]
    case .uniform:
      [
        .dimensioned("low", "the smallest draw; zero or above"),
        .dimensioned("high", "the largest draw; not below low"),
      ]
    case .exponential:
      [.dimensioned("mean", "the mean; zero or above")]
    case .lognormal:
      [
        .dimensioned("median", "the median, e^mu; above zero"),
        .pure("sigma", "the standard deviation of the logarithm; zero or above"),
      ]
    case .gamma:
      [
        .pure("shape", "1 / shape is the squared coefficient of variation; above zero"),
        .dimensioned("scale", "the mean is shape times scale; above zero"),
      ]
    case .weibull:
      [
        .pure("shape", "below 1 the hazard falls with age, above it rises; above zero"),
        .dimensioned("scale", "63.2 % of the draws lie below; above zero"),
      ]
    case .pareto:
      [
        .dimensioned("minimum", "the smallest draw; above zero"),
        .pure("shape", "the tail's exponent; the mean is infinite up to 1, the variance up to 2"),
      ]
    case .mixture:
      [
        .pure("weight", "the probability of the first component, from 0 to 1"),
        .component("of", "the first component"),
        .component("and", "the second component"),
      ]
    case .empirical:
      [
        Parameter(
          name: "file", kind: .path, isDimensioned: false,
          summary: "a CSV file with a header row"),
        Parameter(
          name: "column", kind: .column, isDimensioned: true,
          summary: "the column that holds the values"),
      ]
    }
  }

  /// One line for the reference, without a full stop.
  package var summary: String {
    switch self {
    case .constant: "always the same value"
    case .uniform: "every value of an interval equally likely"
    case .exponential: "the time between independent events at a constant rate"
    case .lognormal: "the logarithm is normal: latencies with a moderate tail"
    case .gamma: "between constant (large shape) and exponential (shape 1)"
    case .weibull: "times to failure, with a hazard that falls or rises with age"
    case .pareto: "a power-law tail: sizes and durations without a typical scale"
    case .mixture: "one of two simple distributions, chosen anew for each draw"
    case .empirical: "measured values, interpolated between neighbours"
    }
  }

  /// The parameters' names as a phrase, for messages.
  var parameterList: String {
    parameters.map(\.name).joined(separator: ", ")
  }
}
