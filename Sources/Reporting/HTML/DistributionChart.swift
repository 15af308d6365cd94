// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Measurement

/// Distributions in one chart, both axes logarithmic: how large the largest tenth, hundredth,
/// thousandth of the samples is.
struct DistributionChart {
  let panel: ChartPanel<SavedResult.Metric>

  private var unit: MetricUnit? { panel.lines.first.flatMap { .named($0.value.unit) } }

  /// A place of a distribution: `share` of the samples lie above `value`.
  struct Place: Equatable {
    let name: String
    let share: Double
    let value: Double
  }

  /// From the smallest sample to the largest; percentiles that are finer than the number of samples
  /// are left out, since they only repeat the largest.
  static func places(of metric: SavedResult.Metric) -> [Place] {
    let largest = 1 / Double(max(metric.count, 1))
    let inner: [(String, Double, Double?)] = [
      ("p50", 0.5, metric.p50), ("p90", 0.1, metric.p90), ("p95", 0.05, metric.p95),
      ("p99", 0.01, metric.p99), ("p99.9", 0.001, metric.p999),
    ]
    return [("min", 1.0, metric.min)].compactMap(place)
      + inner.filter { $0.1 > largest }.compactMap(place)
      + [("max", largest, metric.count > 1 ? metric.max : nil)].compactMap(place)
  }

  private static func place(_ name: String, _ share: Double, _ value: Double?) -> Place? {
    value.map { Place(name: name, share: share, value: $0) }
  }

  private var drawn: [(label: String, metric: SavedResult.Metric, places: [Place])] {
    panel.lines.map { ($0.label, $0.value, Self.places(of: $0.value)) }
  }

  /// How many places are drawn, over all lines.
  var pointCount: Int { drawn.reduce(0) { $0 + $1.places.count } }

  var html: HTML {
    let drawn = drawn
    let values = drawn.flatMap(\.places).map(\.value).filter { $0 > 0 }
    var heights = LogarithmicTicks.heights(from: values.min() ?? 1, to: values.max() ?? 1)
    // What is zero stands on the lower edge.
    if drawn.contains(where: { $0.places.contains { $0.value <= 0 } }) {
      heights.insert(heights[0] - 1, at: 0)
    }
    let finest = drawn.flatMap(\.places).map(\.share).min() ?? 0.1
    let width = max(2, ceil(-log10(finest) - 1e-9))
    let lines = drawn.enumerated().map { index, line in
      drawing(line.places, color: index, width: width, heights: heights)
    }
    let keys = drawn.enumerated().map { index, line -> HTML in
      """
      <li><i class="c\(index)"></i>\(line.label.isEmpty ? "all" : line.label): \
      \(words(line.metric, line.places))</li>
      """
    }
    let spoken =
      panel.title + ", distribution: "
      + drawn.map { "\($0.label) \(words($0.metric, $0.places))" }.joined(separator: "; ")
    return """
      <figure class="chart distribution" data-points="\(pointCount)"><figcaption>\
      <b>\(panel.title)</b> <small>\(unit.map { "in \($0.name), " } ?? "")both axes \
      logarithmic</small></figcaption>\
      <div class="plot" role="img" aria-label="\(spoken)">\
      <svg viewBox="0 0 \(TimeChart.extent) \(TimeChart.extent)" preserveAspectRatio="none" \
      aria-hidden="true">\(grid(heights))\(lines)</svg>\
      <div class="yt" aria-hidden="true">\(yLabels(heights))</div>\
      <div class="xt" aria-hidden="true">\(xLabels(width))</div></div>\
      <ul class="keys">\(keys)</ul></figure>

      """
  }

  private func words(_ metric: SavedResult.Metric, _ places: [Place]) -> String {
    let shown = places.filter { ["p50", "p99", "p99.9", "max"].contains($0.name) }
    let values = shown.map { "\($0.name) \(QuantityText.text($0.value, in: unit))" }
    return values.joined(separator: ", ")
      + " of \(QuantityText.number(Double(metric.count))) sample\(metric.count == 1 ? "" : "s")"
  }

  private func drawing(
    _ places: [Place], color: Int, width: Double, heights: [Double]
  ) -> HTML {
    let extent = Double(TimeChart.extent)
    let (low, high) = (heights[0], heights[heights.count - 1])
    let path = places.map { place -> (Int, Int) in
      let height = place.value > 0 ? (log10(place.value) - low) / (high - low) : 0
      return (
        Int((-log10(place.share) / width * extent).rounded()),
        Int(((1 - min(max(height, 0), 1)) * extent).rounded())
      )
    }
    // A line of no length with round ends is a dot, whatever the drawing is stretched to.
    let dots = path.map { "M\($0.0) \($0.1)h0" }.joined()
    return """
      <g class="line c\(color)"><path class="last" d="\(TimeChart.path(path))"/><path \
      class="dots" d="\(dots)"/></g>
      """
  }

  /// How far below the upper edge each height is, as a share of the axis.
  private func depths(_ heights: [Double]) -> [Double] {
    let (low, high) = (heights[0], heights[heights.count - 1])
    return heights.map { (high - $0) / (high - low) }
  }

  private func grid(_ heights: [Double]) -> HTML {
    let extent = TimeChart.extent
    let lines = depths(heights).map { "M0 \(Int(($0 * Double(extent)).rounded()))h\(extent)" }
    return "<path class=\"grid\" d=\"\(lines.joined())\"/>"
  }

  private func yLabels(_ heights: [Double]) -> [HTML] {
    zip(heights, depths(heights)).map { height, depth in
      """
      <span style="top:\(TimeChart.percent(depth))">\
      \(TimeChart.axisText(pow(10, height), unit))</span>
      """
    }
  }

  private func xLabels(_ width: Double) -> [HTML] {
    let shown: [(String, Double)] = [
      ("min", 0), ("p50", -log10(0.5)), ("p90", 1), ("p99", 2), ("p99.9", 3), ("p99.99", 4),
      ("p99.999", 5),
    ]
    return shown.filter { $0.1 <= width && (width < 3 || $0.0 != "p50") }.map { name, place in
      "<span style=\"left:\(TimeChart.percent(place / width))\">\(name)</span>"
    }
  }
}
