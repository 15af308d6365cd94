// SPDX-License-Identifier: Apache-2.0
package import Measurement
import Scenario

/// A number worth a row in a table: one figure of every point.
package struct Figure: Sendable, Hashable {
  /// As an expectation would ask for it, such as `p99(etcd_request_duration_seconds)`.
  package let name: String
  package let unit: MetricUnit?
  /// Growth per second of what `unit` says.
  package let isRate: Bool
  /// In the order of the points; nil where there are no samples.
  package let values: [Double?]
  /// The same of each replication; for each point in the order of its replications.
  package let replicated: [[Double?]]
  /// Over replications, or over the batches of a single run; in the order of the points.
  package let intervals: [ResultInterval?]
  /// Which way is better; nil where that depends on who asks.
  package let better: FigureDirection?

  /// A value in words.
  package func text(_ value: Double?) -> String {
    QuantityText.figure(value, in: unit, isRate: isRate)
  }

  /// What is shown of every run that has it: how requests, the store and pods felt.
  private static let headlines: [(ExpectAggregate, String)] = [
    (.rate, "apiserver_request_total"),
    (.percentile(99), "apiserver_request_duration_seconds"),
    (.percentile(99), "etcd_request_duration_seconds"),
    (.percentile(99), "kubelet_pod_start_duration_seconds"),
    (.value, "kube_job_completed_total"),
  ]

  /// The figures that expectations speak of; the headlines where they speak of none.
  static func judged(of points: [PointResult], expectations: [Expectation]) -> [Figure] {
    let asked = all(of: points, expectations: expectations, withHeadlines: false)
    return asked.isEmpty ? all(of: points, expectations: []) : asked
  }

  /// The figures that expectations speak of, in their order, then the headlines.
  static func all(
    of points: [PointResult], expectations: [Expectation], withHeadlines: Bool = true
  ) -> [Figure] {
    let asked = expectations.flatMap { expectation in
      expectation.that.comparisons.flatMap(\.terms).flatMap(\.figures)
    }
    let headlines = (withHeadlines ? headlines : []).map {
      Asked(aggregate: $0.0, selector: .init(metric: $0.1))
    }
    var seen: Set<Asked> = []
    let figures = asked.compactMap { figure in
      seen.insert(figure).inserted ? figure.read(at: points) : nil
    }
    // A headline that nothing was counted for tells nobody anything.
    return figures
      + headlines.compactMap { figure in
        seen.insert(figure).inserted ? figure.read(at: points) : nil
      }.filter { $0.values.contains { $0 != nil && $0 != 0 } }
  }

  /// An aggregate of a metric.
  struct Asked: Hashable {
    let aggregate: ExpectAggregate
    let selector: ExpectSelector

    /// `p99` for the 99th percentile, as authors write it.
    private var aggregateName: String {
      guard case .percentile(let rank) = aggregate else { return aggregate.name }
      return "p" + "\(rank)".replacing(".0", with: "").replacing(".", with: "")
    }

    /// As an expectation would ask for it.
    var name: String { "\(aggregateName)(\(selector))" }

    /// The figure at all points; nil when none of them has it.
    func read(at points: [PointResult]) -> Figure? {
      let values = points.map { point in
        try? MetricReader(point: point).value(aggregate, of: selector, replication: nil)
      }
      guard values.contains(where: { $0 != nil }) else { return nil }
      let unit = points.lazy.compactMap { point in
        point.metrics.first { $0.summary.name == selector.metric }?.summary.unit
      }.first
      let replicated = points.map { point in
        point.replications.indices.map { replication in
          try? MetricReader(point: point)
            .value(aggregate, of: selector, replication: replication)
        }
      }
      return Figure(
        name: name, unit: aggregate == .count ? .count("") : unit,
        isRate: aggregate == .rate, values: values, replicated: replicated,
        intervals: points.indices.map { index in
          values[index].flatMap { value in
            interval(around: value, replicated[index], at: points[index])
          }
        },
        better: .better(metric: selector.metric, unit: unit))
    }

    private func interval(
      around value: Double, _ replicated: [Double?], at point: PointResult
    ) -> ResultInterval? {
      guard replicated.count == 1 else {
        let known = replicated.compactMap { $0 }
        return known.count == replicated.count ? ResultInterval(replications: known) : nil
      }
      let statistic: SeriesBatches.Statistic? =
        switch aggregate {
        case .mean: .mean
        case .rate: .rate
        case .percentile(let rank): .percentile(rank)
        case .maximum, .minimum, .count, .sum, .value, .peak: nil
        }
      guard let statistic, let batches = point.batches(of: selector) else { return nil }
      return ResultInterval(batches, statistic, around: value)
    }
  }
}

extension PointResult {
  /// The batches of all series that a selector matches, added up; nil where those of one of them are
  /// not known.
  fileprivate func batches(of selector: ExpectSelector) -> SeriesBatches? {
    var sum: SeriesBatches?
    for cluster in replications[0].clusters {
      for (index, series) in cluster.series.enumerated()
      where selector.matches(series, in: cluster.name) {
        guard let own = cluster.batches(ofSeries: index) else { return nil }
        if sum == nil { sum = own } else { sum?.aggregate(own) }
      }
    }
    return sum
  }
}

extension ExpectTerm {
  /// The aggregates of metrics in a term.
  fileprivate var figures: [Figure.Asked] {
    switch self {
    case .metric(let aggregate, let selector): [.init(aggregate: aggregate, selector: selector)]
    case .number, .first: []
    case .negated(let term), .absolute(let term), .exponential(let term),
      .inVariant(_, let term), .at(_, _, let term):
      term.figures
    case .exponent(let term, _, _), .linearity(let term, _): term.figures
    case .knee(let comparison, _): comparison.terms.flatMap(\.figures)
    case .sum(let a, let b), .difference(let a, let b), .product(let a, let b),
      .quotient(let a, let b):
      a.figures + b.figures
    case .smallest(let terms), .largest(let terms): terms.flatMap(\.figures)
    }
  }
}
