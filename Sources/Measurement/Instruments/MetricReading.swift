// SPDX-License-Identifier: Apache-2.0
internal import DiscreteEvents

/// What a counter has to say about a run, in stored steps.
package struct CounterReading: Hashable, Sendable, Codable {
  /// Since the start of the run.
  var total: ExactSum
  /// Within the measuring window.
  var inWindow: ExactSum
  /// When it first grew.
  var firstNonZero: SimTime?
}

/// What a gauge has to say about a run, in stored steps.
package struct GaugeReading: Hashable, Sendable, Codable {
  /// Level times nanoseconds within the measuring window.
  var integral: ExactSum
  /// The level at the end of the run.
  var last: ExactSum
  /// Lowest level within the window; nil once several series were aggregated, whose extremes need
  /// not coincide.
  var minimum: Int?
  /// Highest level within the window; nil like `minimum`.
  var maximum: Int?
  /// Whether it was ever set.
  var isSet: Bool
  /// Highest level of the run; nil like `minimum`, and if it was never set.
  var peak: Int?
  /// How often it was set within the window.
  var changes: Int
  /// When it first differed from zero.
  var firstNonZero: SimTime?
}

/// What a histogram has to say about a run.
package struct HistogramReading: Equatable, Sendable, Codable {
  /// The samples within the measuring window.
  package internal(set) var distribution: RecordedDistribution
  /// Sum of all samples since the start of the run, in stored steps.
  var total: ExactSum
  /// Largest sample of the run, in stored steps.
  var peak: Int?
  /// When the first sample came.
  var firstSample: SimTime?
}

/// The earlier of two times of which either may be missing.
func earliest(_ a: SimTime?, _ b: SimTime?) -> SimTime? {
  guard let a else { return b }
  guard let b else { return a }
  return min(a, b)
}

/// The larger of two values of which either may be missing.
func largest(_ a: Int?, _ b: Int?) -> Int? {
  guard let a else { return b }
  guard let b else { return a }
  return max(a, b)
}
