// SPDX-License-Identifier: Apache-2.0

import Stochastics

/// A figure as it was simulated, with its standard error over independent replications.
struct Estimate: Sendable {
  let value: Double
  let standardError: Double

  /// The mean of one value per replication.
  init(_ values: [Double]) {
    let moments = Moments(values)
    value = moments.mean
    standardError = moments.standardError
  }

  /// The ratio of two sums, such as the time waited by the visits, of each replication.
  ///
  /// The sums are added up before they are divided: the mean of the replications' own ratios would
  /// be biased, because a replication with more visits is also one with longer waits. The standard
  /// error is that of the residuals sum - ratio x count (W. G. Cochran, "Sampling Techniques",
  /// 1977, section 6.4).
  init(sums: [Double], per counts: [Double]) {
    let total = counts.reduce(0, +)
    let ratio = sums.reduce(0, +) / total
    let residuals = Moments(zip(sums, counts).map { $0 - ratio * $1 })
    value = ratio
    standardError = residuals.standardError * Double(counts.count) / total
  }

  /// The distance from the truth in standard errors; infinite if there is a distance but no error.
  func distance(from truth: Double) -> Double {
    value == truth ? 0 : abs(value - truth) / standardError
  }
}
