// SPDX-License-Identifier: Apache-2.0

/// How far a simulated figure may be from the measured one.
package enum OracleTolerance: Sendable, Hashable {
  /// Off by at most this share of the measured value.
  case relative(Double)
  /// Between the measured value divided and multiplied by this.
  case factor(Double)
  /// Off by at most this much, in the figure's unit.
  case absolute(Double)
  /// The same number.
  case exact

  func accepts(_ simulated: Double, measured: Double) -> Bool {
    switch self {
    case .relative(let share): return abs(simulated - measured) <= share * abs(measured)
    case .factor(let factor):
      guard measured > 0 else { return simulated == measured }
      return simulated <= measured * factor && simulated >= measured / factor
    case .absolute(let distance): return abs(simulated - measured) <= distance
    case .exact: return simulated == measured
    }
  }
}

/// What a measured row is used for.
package enum OracleUse: String, Sendable, Hashable {
  /// A constant was taken from it, so that it says nothing about the model.
  case fitted
  /// The model is held against it.
  case judged
  /// Too uncertain to judge by; printed for the reader.
  case shown
}

/// A figure that was measured on the real thing, beside the simulated one.
package struct OracleComparison: Sendable, Hashable {
  /// What it is, with the row's coordinates: `p50, c = 16 at +5 ms`.
  package let figure: String
  package let unit: String
  package let measured: Double
  package let simulated: Double
  package let tolerance: OracleTolerance
  package let use: OracleUse

  package init(
    _ figure: String, unit: String, measured: Double, simulated: Double,
    within tolerance: OracleTolerance, use: OracleUse = .judged
  ) {
    self.figure = figure
    self.unit = unit
    self.measured = measured
    self.simulated = simulated
    self.tolerance = tolerance
    self.use = use
  }

  /// Simulated over measured; `nil` where nothing was measured but zero.
  package var ratio: Double? { measured == 0 ? nil : simulated / measured }

  /// Whether the figure is within its tolerance, whatever it is used for.
  package var isWithinTolerance: Bool { tolerance.accepts(simulated, measured: measured) }

  /// A fitted figure is never met, one that is only shown is judged by nobody.
  package var verdict: Verdict {
    switch use {
    case .fitted: .fitted
    case .shown: .notApplicable
    case .judged: isWithinTolerance ? .met : .missed
    }
  }
}
