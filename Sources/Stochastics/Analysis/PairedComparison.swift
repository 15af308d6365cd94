// SPDX-License-Identifier: Apache-2.0

/// Two configurations compared run by run, run i of both under the same seed.
///
/// Common random numbers make the two results of a pair move together, so the pair's difference
/// varies far less than either: compare pairs, not averages.
package struct PairedComparison: Sendable, Hashable {
  /// A ratio with its confidence interval, which is not symmetric.
  package struct Ratio: Sendable, Hashable, Codable {
    /// The geometric mean of the pairs' ratios.
    package let estimate: Double
    /// The lower end.
    package let lower: Double
    /// The upper end.
    package let upper: Double
    /// The probability with which such intervals contain the true ratio.
    package let level: Double
  }

  private let baseline: [Double]
  private let candidate: [Double]

  /// Pairs `candidate[i]` with `baseline[i]`.
  ///
  /// - Throws: `AnalysisError` for series of different lengths, fewer than two pairs, and values
  ///   that are not finite.
  package init(baseline: [Double], candidate: [Double]) throws(AnalysisError) {
    let what = "compare two configurations"
    guard baseline.count == candidate.count else {
      throw .lengthMismatch(what: what, first: baseline.count, second: candidate.count)
    }
    try requireFinite(baseline, needed: 2, what: what)
    try requireFinite(candidate, needed: 2, what: what)
    self.baseline = baseline
    self.candidate = candidate
  }

  /// The Student-t interval for candidate minus baseline.
  ///
  /// - Throws: `AnalysisError` for a level outside (0, 1).
  package func difference(level: Double = 0.95) throws(AnalysisError) -> ConfidenceInterval {
    try ConfidenceInterval(
      replications: zip(candidate, baseline).map { $0 - $1 }, level: level)
  }

  /// The two-sided p-value of "there is no difference". If all pairs differ by the same amount it is
  /// 1 for none, and 0 otherwise.
  ///
  /// - Throws: `AnalysisError` if the library fails.
  package func pValue() throws(AnalysisError) -> Double {
    let moments = Moments(zip(candidate, baseline).map { $0 - $1 })
    return try StudentT.pValue(
      difference: moments.mean, standardError: moments.standardError,
      degreesOfFreedom: Double(moments.count - 1))
  }

  /// The interval for candidate over baseline, by the logarithm of each pair's ratio.
  ///
  /// A Student-t interval of the logarithms, taken back by exp. Chosen over Fieller's interval for
  /// the ratio of means because it always exists and swapping the two configurations inverts it;
  /// it estimates the typical (geometric mean) factor.
  ///
  /// - Throws: `AnalysisError` for values not above zero and a level outside (0, 1).
  package func ratio(level: Double = 0.95) throws(AnalysisError) -> Ratio {
    let what = "compare two configurations by their ratio"
    try requirePositive(baseline, needed: 2, what: what)
    try requirePositive(candidate, needed: 2, what: what)
    let logarithms = zip(candidate, baseline).map {
      DeterministicMath.log($0) - DeterministicMath.log($1)
    }
    let interval = try ConfidenceInterval(replications: logarithms, level: level)
    return Ratio(
      estimate: DeterministicMath.exp(interval.mean),
      lower: DeterministicMath.exp(interval.lower),
      upper: DeterministicMath.exp(interval.upper),
      level: level)
  }
}
