// SPDX-License-Identifier: Apache-2.0

/// Count, mean, variance and extremes of a series, in one pass and constant space.
///
/// Source: B. P. Welford, Technometrics 4(3), 1962, for adding a value; T. F. Chan, G. H. Golub,
/// R. J. LeVeque, "Updating formulae and a pairwise algorithm", 1979, for merging. Neither loses
/// digits when the mean is large against the spread. Merging is not associative in the last bits:
/// merge parts in a fixed order.
package struct Moments: Sendable, Hashable, Codable {
  /// How many values were added.
  package private(set) var count = 0
  /// The mean; zero before the first value.
  package private(set) var mean = 0.0
  /// The smallest value; infinity before the first.
  package var minimum: Double { count == 0 ? .infinity : lowest }
  /// The largest value; negative infinity before the first.
  package var maximum: Double { count == 0 ? -.infinity : highest }

  private var squaredDeviations = 0.0
  // Finite even when empty: JSON has no infinity.
  private var lowest = 0.0
  private var highest = 0.0

  /// No values yet.
  package init() {}

  /// The moments of a series.
  package init(_ values: some Sequence<Double>) {
    for value in values {
      add(value)
    }
  }

  /// Adds a value. A few nanoseconds, one of them a division.
  package mutating func add(_ value: Double) {
    count += 1
    let difference = value - mean
    mean += difference / Double(count)
    squaredDeviations += difference * (value - mean)
    lowest = count == 1 ? value : min(lowest, value)
    highest = count == 1 ? value : max(highest, value)
  }

  /// Adds the values behind `other`.
  package mutating func merge(_ other: Moments) {
    guard other.count > 0 else {
      return
    }
    guard count > 0 else {
      self = other
      return
    }
    let total = Double(count + other.count)
    let difference = other.mean - mean
    let share = Double(other.count) / total
    squaredDeviations += other.squaredDeviations + difference * difference * Double(count) * share
    mean += difference * share
    count += other.count
    lowest = min(lowest, other.lowest)
    highest = max(highest, other.highest)
  }

  /// The sample variance (divisor n - 1); zero for fewer than two values.
  package var variance: Double {
    count > 1 ? squaredDeviations / Double(count - 1) : 0
  }

  /// The variance of the values themselves (divisor n); zero for none.
  package var populationVariance: Double {
    count > 0 ? squaredDeviations / Double(count) : 0
  }

  /// The square root of the sample variance.
  package var standardDeviation: Double {
    variance.squareRoot()
  }

  /// The standard error of the mean, for independent values; zero for fewer than two.
  package var standardError: Double {
    count > 1 ? (variance / Double(count)).squareRoot() : 0
  }
}
