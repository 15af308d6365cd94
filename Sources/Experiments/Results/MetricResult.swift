// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
package import Measurement

/// One series of a metric over all replications of a point.
package struct MetricResult: Sendable {
  package let cluster: String
  /// With the label `cluster` in front when the world has several.
  package let labels: [MetricLabel]
  /// Pooled over replications: percentiles are taken after merging, never averaged.
  package let summary: MetricSummary
  /// What is told of every replication; empty with one.
  package let replicated: [ReplicatedStatistic]
  /// Intervals from the batches of a single run; empty with several replications.
  package let batched: [BatchedStatistic]

  /// Of the mean (histograms, gauges) or the rate (counters): over replications, or over the batches
  /// of a single run.
  package var interval: ResultInterval? {
    let headline = MetricStatistic.headline(summary.kind)
    return replicated.first { $0.statistic == headline }?.interval
      ?? batched.first { $0.statistic == headline }?.interval
  }

  /// When a counter first grew, a gauge first left zero, or the first sample came, in the
  /// replication where that was earliest.
  package var firstNonZeroSeconds: Double? { summary.firstNonZero?.seconds }

  /// All series of a point, in the order in which the clusters registered them.
  package static func all(of replications: [ReplicationResult]) -> [MetricResult] {
    guard let first = replications.first else { return [] }
    return first.clusters.indices.flatMap { index in
      let runs = replications.map { $0.clusters[index].series }
      let cluster = first.clusters[index].name
      return MetricSeriesSnapshot.pooled(runs).enumerated().map { position, snapshot in
        let summary = snapshot.summary
        return MetricResult(
          cluster: cluster,
          labels: (first.clusters.count > 1 ? [MetricLabel("cluster", cluster)] : [])
            + snapshot.labels,
          summary: summary,
          replicated: replicated(snapshot, at: position, over: runs),
          batched: batched(
            summary, runs.count == 1 ? first.clusters[index].batches(ofSeries: position) : nil))
      }
    }
  }

  private static func batched(
    _ summary: MetricSummary, _ batches: SeriesBatches?
  ) -> [BatchedStatistic] {
    guard let batches else { return [] }
    return MetricStatistic.replicated(summary.kind).compactMap { statistic in
      guard let figure = statistic.value(in: summary), let read = statistic.ofBatches,
        let interval = ResultInterval(batches, read, around: figure)
      else { return nil }
      return BatchedStatistic(statistic: statistic, interval: interval)
    }
  }

  /// - Parameter position: where the series usually is in each run.
  private static func replicated(
    _ pooled: MetricSeriesSnapshot, at position: Int, over runs: [[MetricSeriesSnapshot]]
  ) -> [ReplicatedStatistic] {
    guard runs.count > 1 else { return [] }
    func isSame(_ series: MetricSeriesSnapshot) -> Bool {
      series.declaration.name == pooled.declaration.name && series.labels == pooled.labels
    }
    let summaries = runs.map { run in
      let usual = run.indices.contains(position) && isSame(run[position])
      return (usual ? run[position] : run.first(where: isSame))?.summary
    }
    return MetricStatistic.replicated(pooled.declaration.kind).map { statistic in
      ReplicatedStatistic(
        statistic, values: summaries.map { $0.flatMap { statistic.value(in: $0) } })
    }
  }
}
