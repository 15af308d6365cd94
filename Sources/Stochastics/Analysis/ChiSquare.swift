// SPDX-License-Identifier: Apache-2.0

@preconcurrency import CGSL

/// Pearson's test of counts against expected shares.
package struct ChiSquare: Sendable, Hashable, Codable {
  /// The sum of squared deviations over expectations.
  package let statistic: Double
  /// The number of cells minus one.
  package let degreesOfFreedom: Int
  /// The probability of a statistic at least this large if the shares are right. Good when every
  /// cell expects five or more.
  package let pValue: Double

  /// Compares `counts` with equal shares.
  ///
  /// - Throws: `AnalysisError` for fewer than two cells or no counts at all.
  package init(uniform counts: [Int]) throws(AnalysisError) {
    try self.init(
      counts: counts, shares: counts.map { _ in 1 / Double(counts.count) })
  }

  /// Compares `counts` with `shares`, which add up to one and are above zero.
  ///
  /// - Throws: `AnalysisError` for fewer than two cells, different lengths, no counts at all, and
  ///   shares not above zero.
  package init(counts: [Int], shares: [Double]) throws(AnalysisError) {
    let what = "compare counts with expected shares"
    guard counts.count == shares.count else {
      throw .lengthMismatch(what: what, first: counts.count, second: shares.count)
    }
    try requirePositive(shares, needed: 2, what: what)
    let total = Double(counts.reduce(0, +))
    guard total > 0 else {
      throw .noSpread(what: what)
    }
    var sum = 0.0
    for (count, share) in zip(counts, shares) {
      let deviation = Double(count) - total * share
      sum += deviation * deviation / (total * share)
    }
    statistic = sum
    degreesOfFreedom = counts.count - 1
    let (x, cells) = (sum, Double(counts.count - 1))
    pValue = try ScientificLibrary.finite(what) { gsl_cdf_chisq_Q(x, cells) }
  }
}
