// SPDX-License-Identifier: Apache-2.0
import Measurement
import Stochastics

extension ResultInterval {
  /// Batches are not made fewer than this: Student's t then grows faster than independence is won.
  private static let fewestBatches = 10

  /// An interval around a figure of a single run, from the same figure of its batches. Where
  /// neighbouring batches are correlated, or have too few samples, they are merged in pairs.
  ///
  /// Nil where the statistic makes no sense for the metric, or batches have too few samples.
  init?(_ batches: SeriesBatches, _ statistic: SeriesBatches.Statistic, around figure: Double) {
    var batches: SeriesBatches? = batches
    var widest: ResultInterval?
    while let current = batches, current.count >= Self.fewestBatches {
      if let values = current.values(statistic), let means = try? BatchMeans(of: values),
        let interval = try? means.interval(around: figure, level: Self.level)
      {
        widest = ResultInterval(
          rounding: interval.lower, interval.upper,
          method: .batchMeans(batches: current.count, areCorrelated: means.areCorrelated))
        if !means.areCorrelated { break }
      }
      batches = current.merged()
    }
    guard let widest else { return nil }
    self = widest
  }
}

extension MetricStatistic {
  /// How it is read of a batch; nil for what a batch says nothing about, such as the largest value.
  var ofBatches: SeriesBatches.Statistic? {
    switch self {
    case .mean: .mean
    case .rate: .rate
    case .p50: .percentile(50)
    case .p90: .percentile(90)
    case .p95: .percentile(95)
    case .p99: .percentile(99)
    case .p999: .percentile(99.9)
    case .max, .last: nil
    }
  }
}
