// SPDX-License-Identifier: Apache-2.0

/// The interval for a figure of one long, correlated series, from the same figure of equal batches.
///
/// Source: A. M. Law, "Simulation Modeling and Analysis", section 9.5.3. Batches much longer than
/// the series' memory have nearly independent means; `lagOneCorrelation` says whether they are.
/// Remove the warm-up first (`WarmUp.mser5`).
package struct BatchMeans: Sendable, Hashable {
  /// The mean of each batch, in order.
  package let means: [Double]
  /// How many values each batch has; 1 where the batches were made elsewhere.
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

  /// Batches that were made elsewhere: the mean, or another figure, of each in order.
  ///
  /// - Throws: `AnalysisError` for fewer than two batches, or values that are not finite.
  package init(of batches: [Double]) throws(AnalysisError) {
    try requireFinite(batches, needed: 2, what: "compute batch means")
    means = batches
    batchSize = 1
    lagOneCorrelation = Self.lagOneCorrelation(of: means)
  }

  /// The Student-t interval over the batch means.
  ///
  /// - Throws: `AnalysisError` for a level outside (0, 1).
  package func interval(level: Double = 0.95) throws(AnalysisError) -> ConfidenceInterval {
    try ConfidenceInterval(replications: means, level: level)
  }

  /// The Student-t interval around the figure of the whole series, from the spread of the batches
  /// around it: *sectioning*. A percentile of a batch is off by its small number of samples, which
  /// the whole series is not; around the mean of such percentiles the interval would miss.
  ///
  /// Source: S. Asmussen, P. Glynn, "Stochastic Simulation", 2007, section III.5a; M. Nakayama,
  /// "Confidence intervals for quantiles using sectioning when applying variance-reduction
  /// techniques", ACM TOMACS 24(4), 2014.
  ///
  /// - Throws: `AnalysisError` for a level outside (0, 1), and a figure that is not finite.
  package func interval(
    around figure: Double, level: Double = 0.95
  ) throws(AnalysisError) -> ConfidenceInterval {
    try requireFinite([figure], needed: 1, what: "compute an interval from batches")
    let freedom = means.count - 1
    let squares = means.reduce(0) { $0 + ($1 - figure) * ($1 - figure) }
    let error = (squares / Double(freedom) / Double(means.count)).squareRoot()
    let t = try ConfidenceInterval.criticalValue(level: level, degreesOfFreedom: freedom)
    return ConfidenceInterval(
      mean: figure, halfWidth: t * error, level: level, degreesOfFreedom: freedom)
  }

  /// Whether successive batches are alike beyond luck, so that an interval over them would be too
  /// narrow: von Neumann's test, one-sided at 5 %.
  ///
  /// Source: J. von Neumann, "Distribution of the ratio of the mean square successive difference to
  /// the variance", Annals of Mathematical Statistics 12, 1941; for batches G. Fishman, "Grouping
  /// observations in digital simulation", Management Science 24(5), 1978.
  package var areCorrelated: Bool {
    let count = Double(means.count)
    let mean = Moments(means).mean
    let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard squares > 0, count > 2 else { return false }
    let steps = zip(means, means.dropFirst()).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let statistic = 1 - steps / (2 * squares)
    let deviation = ((count - 2) / (count * count - 1)).squareRoot()
    return statistic > 1.645 * deviation  // the normal distribution leaves 5 % above 1.645
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
