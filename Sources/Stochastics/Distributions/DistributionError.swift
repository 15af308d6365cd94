// SPDX-License-Identifier: Apache-2.0

/// Why a distribution could not be made from what the user gave.
package enum DistributionError: Error, Sendable, Hashable {
  /// A parameter lies outside its range; `requirement` completes "must be ...".
  case parameterOutOfRange(
    family: DistributionFamily, parameter: String, value: Double, requirement: String)
  /// The lower end of an interval lies above the upper.
  case intervalReversed(low: Double, high: Double)
  /// The family has no parameter of this name; `nearest` is the most similar one, if any is.
  case unknownParameter(family: DistributionFamily, name: String, nearest: String?)
  /// A parameter was not given.
  case missingParameter(family: DistributionFamily, name: String)
  /// The family is built from other distributions or from data, not from numbers alone.
  case notMadeFromNumbers(family: DistributionFamily)
  /// A mixture's component is itself a mixture or an empirical sample.
  case componentNotSimple(DistributionFamily)
  /// The sample has no values.
  case emptySample
  /// A value of the sample is negative or not a finite number; counted from zero.
  case unusableSampleValue(index: Int, value: Double)
  /// There are not as many weights as values.
  case weightCountMismatch(values: Int, weights: Int)
  /// A weight is negative or not a finite number, or all are zero (then `index` is nil).
  case unusableWeight(index: Int?)
  /// A stored sample's values are not sorted, or their positions do not run from 0 to 1.
  case storedSampleInconsistent
}

extension DistributionError: CustomStringConvertible {
  /// One plain sentence without a full stop, for the scenario's diagnostics.
  package var description: String {
    switch self {
    case .parameterOutOfRange(let family, let parameter, let value, let requirement):
      "\(parameter) of \(family.rawValue) must be \(requirement), not \(value)"
    case .intervalReversed(let low, let high):
      "the low end of uniform, \(low), lies above its high end, \(high)"
    case .unknownParameter(let family, let name, let nearest):
      "\(family.rawValue) has no parameter \(name)"
        + (nearest.map { "; did you mean \($0)?" } ?? "; it takes \(family.parameterList)")
    case .missingParameter(let family, let name):
      "\(family.rawValue) needs its parameter \(name); it takes \(family.parameterList)"
    case .notMadeFromNumbers(let family):
      "\(family.rawValue) takes \(family.parameterList), not numbers alone"
    case .componentNotSimple(let family):
      "a mixture combines two simple distributions, and \(family.rawValue) is not one"
    case .emptySample:
      "the sample is empty"
    case .unusableSampleValue(let index, let value):
      "value \(index + 1) of the sample is \(value); each must be a finite number, zero or above"
    case .weightCountMismatch(let values, let weights):
      "the sample has \(values) values but \(weights) weights"
    case .unusableWeight(let index?):
      "weight \(index + 1) of the sample must be a finite number, zero or above"
    case .unusableWeight(nil):
      "all weights of the sample are zero"
    case .storedSampleInconsistent:
      "the stored sample is damaged: its values or positions are not in ascending order"
    }
  }
}
