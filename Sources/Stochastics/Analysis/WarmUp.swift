// SPDX-License-Identifier: Apache-2.0

/// Where a series that starts empty has forgotten its start.
package enum WarmUp {
  /// The outcome of a truncation rule.
  package struct Truncation: Sendable, Hashable, Codable {
    /// How many values to drop from the beginning.
    package let observations: Int
    /// The minimised statistic: the squared standard error of what remains, were it independent.
    package let statistic: Double
    /// Whether the minimum lies before the search's end at half the series. If not, the series is
    /// too short to tell.
    package let isReliable: Bool
  }

  /// The truncation point by MSER-5.
  ///
  /// The series is averaged in batches of five; the point d minimises the sum of squared deviations
  /// after d over the squared number of batches after d, for d up to half the batches. Source:
  /// K. P. White, "An effective truncation heuristic for bias reduction in simulation output",
  /// Simulation 69(6), 1997, and K. P. White, M. J. Cobb, S. C. Spratt, "A comparison of five
  /// steady-state truncation heuristics", WSC 2000. One pass from the end; a remainder of fewer
  /// than five values at the end is ignored.
  ///
  /// - Throws: `AnalysisError` for fewer than ten values and values that are not finite.
  package static func mser5(_ series: [Double]) throws(AnalysisError) -> Truncation {
    let batchSize = 5
    try requireFinite(series, needed: 2 * batchSize, what: "find the end of the warm-up")
    let batches = series.count / batchSize
    let last = batches / 2
    var remaining = Moments()
    var best = (start: last, statistic: Double.infinity)
    for start in (0..<batches).reversed() {
      let batch = series[(start * batchSize)..<((start + 1) * batchSize)]
      remaining.add(batch.reduce(0, +) / Double(batchSize))
      guard start <= last else {
        continue
      }
      let statistic = remaining.populationVariance / Double(remaining.count)
      // Equal statistics keep the longer series.
      if statistic <= best.statistic {
        best = (start, statistic)
      }
    }
    return Truncation(
      observations: best.start * batchSize, statistic: best.statistic,
      isReliable: best.start < last)
  }
}
