// SPDX-License-Identifier: Apache-2.0

/// Why an analysis of results could not be done. `what` names the analysis, as in "fit a gamma".
package enum AnalysisError: Error, Sendable, Hashable {
  /// There are fewer values than the analysis needs.
  case tooFewValues(what: String, got: Int, needed: Int)
  /// A value is infinite or not a number; `index` counts from zero.
  case notFinite(what: String, index: Int, value: Double)
  /// A value is not above zero where logarithms are needed; `index` counts from zero.
  case notPositive(what: String, index: Int, value: Double)
  /// Two series that belong together differ in length.
  case lengthMismatch(what: String, first: Int, second: Int)
  /// All values are equal where their spread is needed.
  case noSpread(what: String)
  /// An argument is outside its range; `requirement` completes "must be ...".
  case argumentOutOfRange(what: String, argument: String, value: Double, requirement: String)
  /// An iteration did not settle.
  case notConverged(what: String, iterations: Int)
  /// The best parameters lie outside what the distribution allows.
  case fitOutOfRange(what: String, reason: DistributionError)
  /// No maximum-likelihood fit exists for the family.
  case noFitForFamily(DistributionFamily)
  /// The numerical library reported an error.
  case library(what: String, status: Int, message: String)
}

extension AnalysisError: CustomStringConvertible {
  /// One plain sentence without a full stop.
  package var description: String {
    switch self {
    case .tooFewValues(let what, let got, let needed):
      "cannot \(what): needs at least \(needed) values, got \(got)"
    case .notFinite(let what, let index, let value):
      "cannot \(what): value \(index + 1) is \(value)"
    case .notPositive(let what, let index, let value):
      "cannot \(what): value \(index + 1) is \(value), but all must be above zero"
    case .lengthMismatch(let what, let first, let second):
      "cannot \(what): one series has \(first) values, the other \(second)"
    case .noSpread(let what):
      "cannot \(what): all values are equal"
    case .argumentOutOfRange(let what, let argument, let value, let requirement):
      "cannot \(what): \(argument) must be \(requirement), not \(value)"
    case .notConverged(let what, let iterations):
      "cannot \(what): no result after \(iterations) iterations"
    case .fitOutOfRange(let what, let reason):
      "cannot \(what): \(reason.description)"
    case .noFitForFamily(let family):
      "cannot fit \(family.rawValue): there is no maximum-likelihood fit for it"
    case .library(let what, let status, let message):
      "cannot \(what): GSL reports \"\(message)\" (status \(status))"
    }
  }
}

/// Throws unless there are `needed` values, all finite.
func requireFinite(
  _ values: [Double], needed: Int, what: String
) throws(AnalysisError) {
  guard values.count >= needed else {
    throw .tooFewValues(what: what, got: values.count, needed: needed)
  }
  if let index = values.firstIndex(where: { !$0.isFinite }) {
    throw .notFinite(what: what, index: index, value: values[index])
  }
}

/// Throws unless there are `needed` values, all finite and above zero.
func requirePositive(
  _ values: [Double], needed: Int, what: String
) throws(AnalysisError) {
  try requireFinite(values, needed: needed, what: what)
  if let index = values.firstIndex(where: { $0 <= 0 }) {
    throw .notPositive(what: what, index: index, value: values[index])
  }
}
