// SPDX-License-Identifier: Apache-2.0
import Experiments

/// Which metric of a point a series belongs to: `series.csv` has the labels as one text, in the order
/// of their declaration, and a value may hold the signs that separate them.
struct SeriesIdentities {
  private struct Identity: Hashable {
    let name: String
    let labels: [String]

    init(_ name: String, _ labels: String) {
      self.name = name
      // A value with a semicolon falls apart in the same way on both sides.
      self.labels = labels.split(separator: ";", omittingEmptySubsequences: false)
        .map(String.init).sorted()
    }
  }

  private let metrics: [SavedResult.Metric]
  private let indices: [Identity: Int]

  init(_ metrics: [SavedResult.Metric]) {
    self.metrics = metrics
    indices = Dictionary(
      metrics.enumerated().map { index, metric in
        let labels = metric.labels.map { "\($0.key)=\($0.value)" }.joined(separator: ";")
        return (Identity(metric.name, labels), index)
      }, uniquingKeysWith: { first, _ in first })
  }

  /// The index of its metric; nil if the point has none such.
  func metric(of series: SavedSeries) -> Int? {
    indices[Identity(series.metric, series.labels)]
  }

  func labels(of series: SavedSeries) -> [String: String] {
    if let metric = metric(of: series) { return metrics[metric].labels }
    let pairs = series.labels.split(separator: ";").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }
    return Dictionary(pairs, uniquingKeysWith: { _, last in last })
  }
}
