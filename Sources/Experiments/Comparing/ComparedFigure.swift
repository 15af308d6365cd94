// SPDX-License-Identifier: Apache-2.0

/// What becomes of a figure from one point to another.
package enum ComparisonVerdict: String, Sendable, Hashable, Codable {
  case better
  case worse
  /// More, where more is neither good nor bad.
  case higher
  case lower
  /// Equal in every replication.
  case same
  /// The luck of the runs explains the difference.
  case cannotTell = "cannot tell"
  /// One of the two has no value.
  case missing
}

/// One figure at all compared points.
package struct ComparedFigure: Sendable, Hashable {
  /// At one point, beside the first.
  package struct Cell: Sendable, Hashable {
    /// Nil where the point has no such figure.
    package let value: Double?
    /// This point's value minus the first's; nil where either is missing.
    package let difference: Double?
    /// Of the difference, at 95 %; nil where there are too few replications.
    package let interval: ResultInterval?
    /// Probability of such a difference if there were none; nil as the interval.
    package let probability: Double?
    package internal(set) var verdict: ComparisonVerdict

    /// Difference as a share of the first point's value.
    package func share(of first: Double?) -> Double? {
      guard let difference, let first, first != 0 else { return nil }
      return difference / abs(first)
    }
  }

  package let name: String
  package let unit: String
  package let isRate: Bool
  /// By what the metric counts.
  package let better: FigureDirection?
  /// In the order of the points; the first is what the others are compared with.
  package internal(set) var cells: [Cell]
}
