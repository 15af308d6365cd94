// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// When a metric first compared as asked: a counter by its running total, a gauge by its level, a
/// histogram by its samples. The whole run counts, warm-up included.
///
/// Leaving zero is known exactly for every metric. Other bounds need a series over time and are as
/// sharp as its buckets: the time is the start of the bucket. Of several series that match, the
/// earliest counts.
struct FirstMoment {
  let selector: ExpectSelector
  let relation: ExpectRelation
  let bound: Double

  func seconds(in replication: ReplicationResult) throws(MissingValue) -> Double {
    let series = replication.clusters.flatMap { cluster in
      cluster.series.filter { selector.matches($0, in: cluster.name) }
    }
    guard !series.isEmpty else { throw .noValue("no series matches \(selector)") }
    let time =
      isLeavingZero
      ? series.compactMap(\.summary.firstNonZero).min()
      : try firstInTraces(of: replication)
    guard let time else {
      throw .noValue("\(selector) never was \(relation.rawValue) \(bound)")
    }
    return time.seconds
  }

  private var isLeavingZero: Bool {
    bound == 0 && (relation == .greater || relation == .notEqual)
  }

  private func firstInTraces(of replication: ReplicationResult) throws(MissingValue) -> SimTime? {
    let traces = replication.clusters.flatMap { cluster in
      cluster.traces.filter {
        $0.declaration.name == selector.metric && selector.matches($0.labels, in: cluster.name)
      }
    }
    guard !traces.isEmpty else {
      throw .noValue("\(selector.metric) is not followed over time: ask for '> 0'")
    }
    return traces.compactMap { trace in
      trace.series.points(until: replication.end).first { bucket in
        (trace.series.interpolation == .level || bucket.count > 0) && holds(in: bucket)
      }?.start
    }.min()
  }

  /// Whether some value in a bucket compares so.
  private func holds(in bucket: TimeSeries.Point) -> Bool {
    switch relation {
    case .less: bucket.minimum < bound
    case .lessOrEqual: bucket.minimum <= bound
    case .greater: bucket.maximum > bound
    case .greaterOrEqual: bucket.maximum >= bound
    case .equal: bucket.minimum <= bound && bound <= bucket.maximum
    case .notEqual: bucket.minimum != bound || bucket.maximum != bound
    }
  }
}
