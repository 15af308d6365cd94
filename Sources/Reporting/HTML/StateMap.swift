// SPDX-License-Identifier: Apache-2.0
import Experiments
import Measurement

/// The cluster over time: a row for each state, with the darker a field the more of the cluster is
/// in it.
///
/// Rows are pools or nodes where the series have such a label, and otherwise the states that are
/// counted over the whole cluster.
struct StateMap {
  /// What is counted when a series tells the state of the cluster.
  private static let things = [
    "nodes", "machines", "faults", "pods", "members", "gangs", "GPUs", "processes",
  ]
  /// Labels that tell where something is.
  private static let places = ["node", "pool", "nodepool", "node_pool"]
  /// Fields of a row.
  static let columns = 150

  let series: [SavedSeries]
  let duration: Double
  /// Whether rows tell places; what is missing has to be said otherwise.
  let hasPlaces: Bool
  /// What never changed, in words.
  let still: [String]

  init(_ series: [SavedSeries], duration: Double) {
    let states = series.filter { Self.things.contains($0.unit) }
    let placed = series.filter { series in
      series.labels.split(separator: ";").contains { label in
        Self.places.contains { label.hasPrefix($0 + "=") }
      }
    }
    hasPlaces = !placed.isEmpty
    let rows = hasPlaces ? placed + states.filter { !placed.contains($0) } : states
    self.series = rows.filter { $0.minimum < $0.maximum && $0.maximum > 0 }
    still = rows.filter { $0.minimum >= $0.maximum }.map {
      "\(Self.name($0)): \(QuantityText.number($0.last))"
    }
    self.duration = duration
  }

  /// How many rows are drawn.
  var rowCount: Int { series.count }

  private static func name(_ series: SavedSeries) -> String {
    series.labels.isEmpty
      ? series.metric : "\(series.metric) \(series.labels.replacing(";", with: ", "))"
  }

  var html: HTML {
    let silent: HTML =
      still.isEmpty
      ? .nothing
      : "<p><small>The same all the time: \(still.joined(separator: "; ")).</small></p>\n"
    return """
      <div class="map" data-rows="\(rowCount)">\(series.map(row))</div>
      \(silent)
      """
  }

  private func row(_ series: SavedSeries) -> HTML {
    let unit = MetricUnit.named(series.unit)
    let range =
      "\(QuantityText.number(series.minimum)) to "
      + "\(QuantityText.text(series.maximum, in: unit))"
    return """
      <div class="state"><span>\(Self.name(series)) <small>\(range)</small></span>\
      <svg class="cells" viewBox="0 0 \(TimeChart.extent) 1" preserveAspectRatio="none" role="img" \
      aria-label="\(Self.name(series)): \(range)">\(cells(series))</svg></div>

      """
  }

  /// The highest value of each field in nine steps of darkness; neighbours of one step are one box.
  private func cells(_ series: SavedSeries) -> [HTML] {
    let width = duration / Double(Self.columns)
    var steps = [Int](repeating: 0, count: Self.columns)
    for bucket in series.buckets {
      let step = Int((bucket.maximum / series.maximum * 9).rounded(.up))
      let first = Int(bucket.startSeconds / width)
      let end = bucket.startSeconds + series.widthSeconds
      let last = max(first, Int((end / width).rounded(.up)) - 1)
      for column in first...last where steps.indices.contains(column) {
        steps[column] = max(steps[column], step)
      }
    }
    var boxes: [HTML] = []
    var start = 0
    for column in 1...steps.count where column == steps.count || steps[column] != steps[start] {
      let (x, end) = (place(start), place(column))
      if steps[start] > 0 {
        boxes.append(
          "<rect class=\"s\(steps[start])\" x=\"\(x)\" width=\"\(end - x)\" height=\"1\"/>")
      }
      start = column
    }
    return boxes
  }

  private func place(_ column: Int) -> Int { column * TimeChart.extent / Self.columns }
}
