// SPDX-License-Identifier: Apache-2.0
import Experiments
import Measurement

/// One number of a metric, under the name that it has in `result.json`.
struct StatisticRow {
  let statistic: String
  /// From 0; nil for all of them pooled.
  var replication: Int?
  let value: Double
  var interval: SavedResult.Interval?
}

extension SavedResult.Metric {
  /// Every number there is: the pooled ones in the order of `result.json`, then those of each
  /// replication.
  var statisticRows: [StatisticRow] {
    let pooled: [(String, Double?)] = [
      ("count", Double(count)), ("mean", mean), ("min", min), ("p50", p50), ("p90", p90),
      ("p95", p95), ("p99", p99), ("p999", p999), ("max", max), ("rate", rate), ("total", total),
      ("last", last), ("peak", peak), ("firstNonZeroSeconds", firstNonZeroSeconds),
    ]
    let replicated = (replications ?? [:]).sorted { $0.key < $1.key }
    return pooled.compactMap { name, value in
      value.map {
        StatisticRow(statistic: name, value: $0, interval: interval(of: name))
      }
    }
      + replicated.flatMap { name, replicated in
        replicated.values.enumerated().compactMap { index, value in
          value.map { StatisticRow(statistic: name, replication: index, value: $0) }
        }
      }
  }
}
