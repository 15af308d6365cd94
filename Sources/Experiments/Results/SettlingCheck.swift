// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// Says which levels had not settled when their mean over time was taken: such a mean depends on
/// how long the run was.
///
/// Only gauges that are followed over time and whose `mean` an expectation asks for are looked at;
/// a peak or a last value makes sense without a steady state.
enum SettlingCheck {
  /// MSER-5 needs ten values; fewer buckets than this say nothing.
  private static let fewestBuckets = 20

  static func warnings(for expectations: [Expectation], points: [PointResult]) -> [String] {
    let selectors = Set(
      expectations.flatMap { $0.that.comparisons.flatMap(\.terms).flatMap(\.averaged) })
    guard !selectors.isEmpty else { return [] }
    return points.flatMap { point in
      point.replications[0].clusters.flatMap { cluster in
        cluster.traces.filter { trace in
          trace.declaration.kind == .gauge
            && selectors.contains {
              $0.metric == trace.declaration.name && $0.matches(trace.labels, in: cluster.name)
            }
            && !hasSettled(trace, point)
        }.map { trace in
          "\(point.name): \(trace.declaration.name) had not settled, so its mean depends on the "
            + "length of the run"
        }
      }
    }
  }

  private static func hasSettled(_ trace: MetricTrace, _ point: PointResult) -> Bool {
    let levels = trace.series.points(until: point.replications[0].end)
      .filter { $0.start.seconds >= point.warmUpSeconds }
      .map(\.last)
    guard levels.count >= fewestBuckets else { return true }
    return (try? WarmUp.mser5(levels))?.isReliable ?? true
  }
}

extension ExpectTerm {
  /// The metrics whose mean is asked for.
  fileprivate var averaged: [ExpectSelector] {
    switch self {
    case .metric(.mean, let selector): [selector]
    case .metric, .number, .first: []
    case .negated(let term), .absolute(let term), .exponential(let term),
      .inVariant(_, let term), .at(_, _, let term), .exponent(let term, _, _),
      .linearity(let term, _):
      term.averaged
    case .knee(let comparison, _): comparison.terms.flatMap(\.averaged)
    case .sum(let a, let b), .difference(let a, let b), .product(let a, let b),
      .quotient(let a, let b):
      a.averaged + b.averaged
    case .smallest(let terms), .largest(let terms): terms.flatMap(\.averaged)
    }
  }
}
