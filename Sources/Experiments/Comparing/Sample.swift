// SPDX-License-Identifier: Apache-2.0
import Stochastics

/// A figure in each replication of a point.
struct Sample {
  struct Difference {
    let estimate: Double
    let interval: ResultInterval
    let probability: Double
  }

  /// Nil when a replication has no value.
  private let values: [Double]?

  init(_ figure: SavedResult.Figure) {
    let known = figure.replications.compactMap { $0 }
    values = known.count == figure.replications.count ? known : nil
  }

  /// How much more this is than another sample; nil with fewer than two values on a side.
  func difference(from other: Sample, isPaired: Bool) -> Difference? {
    guard let values, let others = other.values else { return nil }
    let level = ResultInterval.level
    if isPaired, values.count == others.count {
      guard let pairs = try? PairedComparison(baseline: others, candidate: values),
        let interval = try? pairs.difference(level: level), let p = try? pairs.pValue()
      else { return nil }
      return Difference(
        estimate: interval.mean.roundedToNineDigits,
        interval: ResultInterval(rounding: interval.lower, interval.upper), probability: p)
    }
    guard let test = try? WelchComparison(baseline: others, candidate: values),
      let half = try? test.halfWidth(level: level), let p = try? test.pValue()
    else { return nil }
    return Difference(
      estimate: test.difference.roundedToNineDigits,
      interval: ResultInterval(rounding: test.difference - half, test.difference + half),
      probability: p)
  }
}
