// SPDX-License-Identifier: Apache-2.0

/// How far a sample lies from a continuous distribution, or two samples from each other.
package struct KolmogorovSmirnov: Sendable, Hashable, Codable {
  /// The largest vertical distance of the distribution functions, 0 to 1.
  package let distance: Double
  /// The probability of a distance at least this large if there is no difference, from the
  /// asymptotic distribution. It assumes a distribution fixed beforehand: with parameters fitted to
  /// the same sample, the true probability is smaller.
  package let pValue: Double

  /// Compares `sample` with the distribution function `cdf`. Sorts: n log n.
  ///
  /// - Throws: `AnalysisError` for an empty sample and values that are not finite.
  package init(_ sample: [Double], cdf: (Double) -> Double) throws(AnalysisError) {
    try requireFinite(sample, needed: 1, what: "compare a sample with a distribution")
    self.init(sorted: sample.sorted(), cdf: cdf)
  }

  /// Compares two samples. Sorts: n log n.
  ///
  /// - Throws: `AnalysisError` for an empty sample and values that are not finite.
  package init(_ first: [Double], _ second: [Double]) throws(AnalysisError) {
    let what = "compare two samples"
    try requireFinite(first, needed: 1, what: what)
    try requireFinite(second, needed: 1, what: what)
    let a = first.sorted()
    let b = second.sorted()
    var (i, j, largest) = (0, 0, 0.0)
    while i < a.count, j < b.count {
      // Both functions step at equal values before they are compared.
      let value = min(a[i], b[j])
      while i < a.count, a[i] == value { i += 1 }
      while j < b.count, b[j] == value { j += 1 }
      largest = max(largest, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
    }
    let size = Double(a.count) * Double(b.count) / Double(a.count + b.count)
    self.init(distance: largest, effectiveCount: size)
  }

  /// Compares an ascending, non-empty, finite sample with a distribution function.
  init(sorted: [Double], cdf: (Double) -> Double) {
    let count = Double(sorted.count)
    var largest = 0.0
    for (index, value) in sorted.enumerated() {
      let probability = cdf(value)
      largest = max(
        largest, probability - Double(index) / count, Double(index + 1) / count - probability)
    }
    self.init(distance: largest, effectiveCount: count)
  }

  /// The p-value with the small-sample correction of M. A. Stephens, "Use of the
  /// Kolmogorov-Smirnov, Cramer-von Mises and related statistics", JRSS B 32, 1970: good from
  /// about five values on.
  private init(distance: Double, effectiveCount: Double) {
    let root = effectiveCount.squareRoot()
    self.distance = distance
    pValue = Self.survival((root + 0.12 + 0.11 / root) * distance)
  }

  /// P(K > `x`) for the Kolmogorov distribution: two series, each used where it converges in a few
  /// terms (theta function identity).
  package static func survival(_ x: Double) -> Double {
    guard x > 0.04 else {
      return 1  // 1 - P is below 10^-300.
    }
    if x < 1.18 {
      // sqrt(2 pi) / x, summed over the odd multiples of pi / (2 x).
      let quarter = Double.pi / (2 * x)
      var sum = 0.0
      for odd in stride(from: 1.0, through: 7.0, by: 2) {
        sum += DeterministicMath.exp(-0.5 * odd * odd * quarter * quarter)
      }
      return 1 - (2 * Double.pi).squareRoot() / x * sum
    }
    var sum = 0.0
    var sign = 2.0
    for term in 1...6 {
      let n = Double(term)
      sum += sign * DeterministicMath.exp(-2 * n * n * x * x)
      sign = -sign
    }
    return min(1, max(0, sum))
  }
}
