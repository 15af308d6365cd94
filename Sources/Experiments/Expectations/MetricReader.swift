// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Reads what a selector and an aggregate mean at one point.
///
/// Of several series that match, counters and levels add up and histograms are merged. Over all
/// replications a percentile, a mean or a rate is taken after pooling; what grows with the number
/// of runs (counts, sums, extremes) is the mean of the replications' values.
struct MetricReader: Sendable {
  let point: PointResult

  /// - Parameter replication: one of them; nil for all.
  func value(
    _ aggregate: ExpectAggregate, of selector: ExpectSelector, replication: Int?
  ) throws(MissingValue) -> Double {
    if let replication {
      return try number(aggregate, of: try series(selector, in: replication), selector)
    }
    switch aggregate {
    case .percentile, .mean, .rate:
      return try number(aggregate, of: try pooled(selector), selector)
    case .maximum, .minimum, .count, .sum, .value, .peak:
      return try mean { run throws(MissingValue) in
        try number(aggregate, of: try series(selector, in: run), selector)
      }
    }
  }

  /// When a metric first compares as asked, in seconds; over all replications the mean of the
  /// times.
  func first(
    _ selector: ExpectSelector, _ relation: ExpectRelation, _ bound: Double, replication: Int?
  ) throws(MissingValue) -> Double {
    if let replication {
      return try FirstMoment(selector: selector, relation: relation, bound: bound)
        .seconds(in: point.replications[replication])
    }
    return try mean { run throws(MissingValue) in
      try first(selector, relation, bound, replication: run)
    }
  }

  private func mean(
    _ value: (Int) throws(MissingValue) -> Double
  ) throws(MissingValue) -> Double {
    var sum = 0.0
    for run in point.replications.indices { sum += try value(run) }
    return sum / Double(point.replications.count)
  }

  // MARK: Series

  private func series(
    _ selector: ExpectSelector, in replication: Int
  ) throws(MissingValue) -> MetricSeriesSnapshot {
    let matching = point.replications[replication].clusters.flatMap { cluster in
      cluster.series.filter { selector.matches($0, in: cluster.name) }
    }
    guard var result = matching.first else {
      throw .noValue("no series matches \(selector)")
    }
    for other in matching.dropFirst() { result.aggregate(other) }
    return result
  }

  private func pooled(_ selector: ExpectSelector) throws(MissingValue) -> MetricSeriesSnapshot {
    var result = try series(selector, in: 0)
    for run in point.replications.indices.dropFirst() {
      let next = try series(selector, in: run)
      guard next.labels == result.labels else {
        throw .noValue("the series of \(selector) differ between replications")
      }
      result.pool(next)
    }
    return result
  }

  // MARK: Numbers

  private func number(
    _ aggregate: ExpectAggregate, of series: MetricSeriesSnapshot, _ selector: ExpectSelector
  ) throws(MissingValue) -> Double {
    let summary = series.summary
    guard summary.hasSamples else { throw .noValue("\(selector) has no samples") }
    let kind = summary.kind
    let value: Double? =
      switch aggregate {
      case .percentile(let rank): series.percentile(rank)
      case .mean: summary.mean
      case .maximum: summary.max
      case .minimum: summary.min
      case .count:
        switch kind {
        case .counter: summary.amount
        case .histogram: Double(summary.count)
        case .gauge: nil
        }
      case .sum: summary.amount
      case .value: kind == .counter ? summary.total : summary.last
      case .rate: summary.rate
      case .peak: summary.peak
      }
    guard let value else { throw .noValue(Self.refusal(aggregate, kind, selector)) }
    return value
  }

  private static func refusal(
    _ aggregate: ExpectAggregate, _ kind: MetricKind, _ selector: ExpectSelector
  ) -> String {
    switch (aggregate, kind) {
    case (.maximum, .gauge), (.minimum, .gauge), (.peak, .gauge):
      "the extremes of a sum of gauges are not kept: name the labels of one series of \(selector)"
    default: "\(selector) is a \(kind.rawValue) and has no \(aggregate.name)"
    }
  }
}

extension ExpectSelector {
  /// Whether a series of a cluster is meant.
  func matches(_ series: MetricSeriesSnapshot, in cluster: String) -> Bool {
    series.declaration.name == metric && matches(series.labels, in: cluster)
  }

  /// Whether all conditions on labels hold; a label that is not there is empty.
  func matches(_ labels: [MetricLabel], in cluster: String) -> Bool {
    matchers.allSatisfy { matcher in
      let value =
        labels.first { $0.name == matcher.label }?.value
        ?? (matcher.label == MetricDescription.clusterLabel ? cluster : "")
      return (value == matcher.value) == matcher.isEqual
    }
  }
}
