// SPDX-License-Identifier: Apache-2.0
import Experiments

/// A point of an experiment as a report shows it.
struct ReportPoint: Sendable {
  let name: String
  let result: SavedResult
  let series: [SavedSeries]
  /// Nil where nodes were not followed.
  let nodes: NodeHistory?

  init(
    name: String, result: SavedResult, series: [SavedSeries] = [], nodes: NodeHistory? = nil
  ) {
    self.name = name
    self.result = result
    self.series = series
    self.nodes = nodes
  }

  /// How many points the charts show.
  static let mostDrawn = 6

  /// All of them, or evenly spread ones with the first and the last.
  static func drawn(_ points: [ReportPoint]) -> [ReportPoint] {
    guard points.count > mostDrawn else { return points }
    return (0..<mostDrawn).map { points[$0 * (points.count - 1) / (mostDrawn - 1)] }
  }
}
