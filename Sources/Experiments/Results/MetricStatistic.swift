// SPDX-License-Identifier: Apache-2.0
package import Measurement

/// A number that sums a series up, under the name that `result.json` and expectations give it.
package enum MetricStatistic: String, Sendable, Hashable, CaseIterable, Codable {
  /// Of samples; of a gauge, its level over time.
  case mean
  case p50
  case p90
  case p95
  case p99
  case p999
  case max
  /// Growth of a counter, or samples of a histogram, per second.
  case rate
  /// Level of a gauge at the end.
  case last

  /// Those that are told for each replication, with an interval: what tables show of a series.
  package static func replicated(_ kind: MetricKind) -> [MetricStatistic] {
    switch kind {
    case .counter: [.rate]
    case .gauge: [.mean, .max, .last]
    case .histogram: [.mean, .p50, .p90, .p99, .max]
    }
  }

  /// The one that stands for a series.
  package static func headline(_ kind: MetricKind) -> MetricStatistic {
    kind == .counter ? .rate : .mean
  }

  /// Whether it is per second of what the metric's unit says.
  package var isRate: Bool { self == .rate }

  /// Its value; nil where it makes no sense or has no samples.
  package func value(in summary: MetricSummary) -> Double? {
    guard summary.hasSamples else { return nil }
    return switch self {
    case .mean: summary.mean
    case .p50: summary.p50
    case .p90: summary.p90
    case .p95: summary.p95
    case .p99: summary.p99
    case .p999: summary.p999
    case .max: summary.max
    case .rate: summary.rate
    case .last: summary.last
    }
  }
}

/// One statistic of a series with its interval, from the batches of a single run.
package struct BatchedStatistic: Sendable, Hashable {
  package let statistic: MetricStatistic
  package let interval: ResultInterval
}

/// One statistic of a series in every replication.
package struct ReplicatedStatistic: Sendable, Hashable {
  package let statistic: MetricStatistic
  /// In the order of the replications; nil where one has no samples.
  package let values: [Double?]
  /// Of its mean over replications; nil when a value is missing.
  package let interval: ResultInterval?

  package init(_ statistic: MetricStatistic, values: [Double?]) {
    self.statistic = statistic
    self.values = values
    let known = values.compactMap { $0 }
    interval = known.count == values.count ? ResultInterval(replications: known) : nil
  }
}
