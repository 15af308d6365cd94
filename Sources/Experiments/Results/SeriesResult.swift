// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
package import Measurement

/// A series over time, in buckets of equal width.
package struct SeriesResult: Sendable {
  package struct Bucket: Sendable, Hashable {
    package let startSeconds: Double
    package let minimum: Double
    package let maximum: Double
    /// The value at its end.
    package let last: Double
    /// Values recorded in it; a level just goes on where there are none.
    package let count: Int
  }

  package let declaration: MetricDeclaration
  /// With the label `cluster` in front when the world has several.
  package let labels: [MetricLabel]
  package let widthSeconds: Double
  /// In order of time; empty buckets of samples are left out.
  package let buckets: [Bucket]
}

extension PointResult {
  /// What was followed over time in the first replication; the others differ by their luck only.
  package var series: [SeriesResult] {
    let replication = replications[0]
    return replication.clusters.flatMap { cluster in
      let label =
        replication.clusters.count > 1 ? [MetricLabel("cluster", cluster.name)] : []
      return cluster.traces.map { trace in
        SeriesResult(
          declaration: trace.declaration, labels: label + trace.labels,
          widthSeconds: trace.series.bucketWidth.seconds,
          buckets: trace.series.points(until: replication.end)
            .filter { trace.series.interpolation == .level || $0.count > 0 }
            .map {
              .init(
                startSeconds: $0.start.seconds, minimum: $0.minimum, maximum: $0.maximum,
                last: $0.last, count: $0.count)
            })
      }
    }
  }
}
