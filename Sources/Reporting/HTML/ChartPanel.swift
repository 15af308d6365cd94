// SPDX-License-Identifier: Apache-2.0

/// Lines that are drawn into one chart.
struct ChartPanel<Line: Sendable>: Sendable {
  /// More lines than this cannot be told apart.
  static var mostLines: Int { 6 }

  /// Name of the metric.
  let title: String
  let lines: [(label: String, value: Line)]

  /// A panel for each metric, or several where its series times the points are too many lines.
  ///
  /// - Parameters:
  ///   - points: the series of each point with name, labels and value; names and labels keep the
  ///     order in which they first appear.
  ///   - isApart: with several points, a panel for each series instead of some together.
  static func all(
    _ points: [(name: String, series: [(metric: String, labels: String, value: Line)])],
    isApart: Bool
  ) -> [ChartPanel] {
    var metrics: [String] = []
    var labels: [String: [String]] = [:]
    var values: [String: [String: [(point: String, value: Line)]]] = [:]
    for point in points {
      for series in point.series {
        if labels[series.metric] == nil { metrics.append(series.metric) }
        if values[series.metric]?[series.labels] == nil {
          labels[series.metric, default: []].append(series.labels)
        }
        values[series.metric, default: [:]][series.labels, default: []]
          .append((point.name, series.value))
      }
    }
    let together = isApart && points.count > 1 ? 1 : max(1, mostLines / max(1, points.count))
    return metrics.flatMap { metric -> [ChartPanel] in
      let own = labels[metric] ?? []
      return stride(from: 0, to: own.count, by: together).map { first in
        let part = own[first..<min(first + together, own.count)]
        return ChartPanel(
          title: metric,
          lines: part.flatMap { label in
            (values[metric]?[label] ?? []).map { line in
              let name = points.count > 1 ? line.point : ""
              let text = [name, label.replacing(";", with: ", ")].filter { !$0.isEmpty }
              return (text.joined(separator: " · "), line.value)
            }
          })
      }
    }
  }
}
