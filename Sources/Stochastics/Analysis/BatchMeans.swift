// SPDX-License-Identifier: Apache-2.0

/// The interval for the mean of one long, correlated series, from the means of equal batches.
///
/// Source: A. M. Law, "Simulation Modeling and Analysis", section 9.5.3. Batches much longer than
/// the series' memory have nearly independent means; `lagOneCorrelation` says whether they are.
/// Remove the warm-up first (`WarmUp.mser5`).
package struct BatchMeans: Sendable, Hashable {
  /// The mean of each batch, in order.
  package let means: [Double]
  /// How many values each batch has.
  package let batchSize: Int
  /// The correlation of successive batch means. Above about 0.3 the batches are too short and the
  /// interval is too narrow; zero if all means are equal.
  package let lagOneCorrelation: Double

  /// Cuts `series` into `batches` equal parts; a remainder is dropped at the beginning, where the
  /// warm-up's influence is strongest.
  ///
  /// - Throws: `AnalysisError` for fewer than two batches, fewer values than batches, or values
  ///   that are not finite.
  package init(_ series: [Double], batches: Int = 30) throws(AnalysisError) {
    let what = "compute batch means"
    guard batches >= 2 else {
      throw .argumentOutOfRange(
        what: what, argument: "the number of batches", value: Double(batches),
        requirement: "at least 2")
    }
    try requireFinite(series, needed: batches, what: what)
    let size = series.count / batches
    let start = series.count - size * batches
    means = (0..<batches).map { batch in
      Moments(series[(start + batch * size)..<(start + (batch + 1) * size)]).mean
    }
    batchSize = size
    lagOneCorrelation = Self.lagOneCorrelation(of: means)
  }

  /// The Student-t interval over the batch means.
  ///
  /// - Throws: `AnalysisError` for a level outside (0, 1).
  package func interval(level: Double = 0.95) throws(AnalysisError) -> ConfidenceInterval {
    try ConfidenceInterval(replications: means, level: level)
  }

  private static func lagOneCorrelation(of means: [Double]) -> Double {
    let moments = Moments(means)
    let total = moments.populationVariance * Double(means.count)
    guard total > 0 else {
      return 0
    }
    var products = 0.0
    for (current, next) in zip(means, means.dropFirst()) {
      products += (current - moments.mean) * (next - moments.mean)
    }
    return products / total
  }
}
