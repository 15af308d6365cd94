// SPDX-License-Identifier: Apache-2.0
import Experiments
import Measurement

/// Series over time in one chart: for each a band from the lowest to the highest value of a bucket
/// and a line through the last ones.
///
/// The drawing is static and needs no script. All coordinates are whole numbers from 0 to
/// ``extent``, relative to the point before, so that the page stays small; the script reads them
/// back to zoom and to name values.
struct TimeChart {
  /// Width and height of the drawing in its own coordinates.
  static let extent = 10_000
  /// A screen has no more columns than this to show.
  static let mostBuckets = 600

  /// What all charts of a page may draw together, so that it stays below some megabytes.
  static let pageBudget = 150_000

  let panel: ChartPanel<SavedSeries>
  /// Length of the time axis, in seconds.
  let duration: Double
  /// A line has at most so many buckets.
  let bucketsPerLine: Int

  /// - Parameter linesOnPage: of all charts; many of them get fewer buckets each.
  init(panel: ChartPanel<SavedSeries>, duration: Double, linesOnPage: Int = 1) {
    self.panel = panel
    self.duration = duration
    bucketsPerLine = max(100, min(Self.mostBuckets, Self.pageBudget / max(1, linesOnPage)))
  }

  private var unitSymbol: String { panel.lines.first?.value.unit ?? "" }
  private var unit: MetricUnit? { .named(unitSymbol) }

  private var drawn: [(label: String, series: SavedSeries)] {
    panel.lines.map { ($0.label, $0.value.cut(to: bucketsPerLine)) }
  }

  /// How many buckets are drawn, over all lines.
  var pointCount: Int { drawn.reduce(0) { $0 + $1.series.buckets.count } }

  var html: HTML {
    let drawn = drawn
    let ticks = AxisTicks.values(
      upTo: drawn.reduce(0) { max($0, $1.series.maximum) }, in: unit)
    let top = ticks[ticks.count - 1]
    let lines = drawn.enumerated().map { index, line in
      Self.drawing(line.series, color: index, top: top, duration: duration)
    }
    let keys = drawn.enumerated().map { index, line in key(line.label, line.series, color: index) }
    let widths = Set(drawn.map(\.series.widthSeconds)).sorted()
      .map { QuantityText.text($0, in: .seconds) }
    return """
      <figure class="chart time" data-points="\(pointCount)" data-top="\(String(top))" \
      data-unit="\(unitSymbol)"><figcaption><b>\(panel.title)</b> <small>\
      \(unit.map { "in \($0.name), " } ?? "")buckets of \(widths.joined(separator: ", "))</small>\
      <span class="at"></span></figcaption>\
      <div class="plot" tabindex="0" role="img" aria-label="\(spoken(drawn))">\
      <svg viewBox="0 0 \(Self.extent) \(Self.extent)" preserveAspectRatio="none" \
      aria-hidden="true">\(Self.grid(ticks, top: top))\(lines)</svg>\
      <div class="yt" aria-hidden="true">\(Self.yLabels(ticks, top: top, unit: unit))</div>\
      <div class="xt" aria-hidden="true">\(Self.xLabels(duration))</div></div>\
      <ul class="keys">\(keys)</ul></figure>

      """
  }

  private func spoken(_ drawn: [(label: String, series: SavedSeries)]) -> String {
    panel.title + " over time: "
      + drawn.map { ($0.label.isEmpty ? "" : $0.label + " ") + range(of: $0.series) }
      .joined(separator: "; ")
  }

  private func range(of series: SavedSeries) -> String {
    let values = [series.minimum, series.maximum, series.last].map { Self.axisText($0, unit) }
    return "\(values[0]) to \(values[1]), at the end \(values[2])"
  }

  private func key(_ label: String, _ series: SavedSeries, color: Int) -> HTML {
    """
    <li><i class="c\(color)"></i>\(label.isEmpty ? "all" : label): \
    <span class="v">\(range(of: series))</span></li>
    """
  }

  // MARK: Drawing

  private static func drawing(
    _ series: SavedSeries, color: Int, top: Double, duration: Double
  ) -> HTML {
    let scale = Double(extent)
    let places = series.buckets.map { bucket -> (x: Int, low: Int, high: Int, last: Int) in
      func height(_ value: Double) -> Int {
        Int(((1 - min(max(value / top, 0), 1)) * scale).rounded())
      }
      let middle = bucket.startSeconds + series.widthSeconds / 2
      return (
        Int((min(middle / duration, 1) * scale).rounded()), height(bucket.minimum),
        height(bucket.maximum), height(bucket.last)
      )
    }
    let band = path(
      places.map { ($0.x, $0.high) } + places.reversed().map { ($0.x, $0.low) })
    let line = path(places.map { ($0.x, $0.last) })
    return """
      <g class="line c\(color)"><path class="band" d="\(band)z"/><path class="last" \
      d="\(line)"/></g>
      """
  }

  /// The first place, and then the way from each to the next.
  static func path(_ places: [(Int, Int)]) -> String {
    guard var previous = places.first else { return "" }
    // A path of one place is a dot.
    if places.count == 1 { return "M\(previous.0) \(previous.1)h0" }
    var text = "M\(previous.0) \(previous.1)l"
    for (index, place) in places.dropFirst().enumerated() {
      let (x, y) = (place.0 - previous.0, place.1 - previous.1)
      text += (index > 0 && x >= 0 ? " " : "") + "\(x)" + (y >= 0 ? " " : "") + "\(y)"
      previous = place
    }
    return text
  }

  private static func grid(_ ticks: [Double], top: Double) -> HTML {
    let lines = ticks.map { "M0 \(Int(((1 - $0 / top) * Double(extent)).rounded()))h\(extent)" }
    return "<path class=\"grid\" d=\"\(lines.joined())\"/>"
  }

  private static func yLabels(_ ticks: [Double], top: Double, unit: MetricUnit?) -> [HTML] {
    ticks.map { tick in
      "<span style=\"top:\(percent(1 - tick / top))\">\(axisText(tick, unit))</span>"
    }
  }

  static func xLabels(_ duration: Double) -> [HTML] {
    let ticks = AxisTicks.times(until: duration)
    let step = ticks.count > 1 ? ticks[1] - ticks[0] : duration
    return ticks.map { tick in
      """
      <span style="left:\(percent(tick / duration))">\
      \(AxisTicks.timeText(tick, step: step))</span>
      """
    }
  }

  /// Beside an axis the names of things are left out: they are in the caption.
  static func axisText(_ value: Double, _ unit: MetricUnit?) -> String {
    if case .count = unit { return QuantityText.number(value) }
    return QuantityText.text(value, in: unit)
  }

  static func percent(_ share: Double) -> String {
    String((share * 10_000).rounded() / 100) + "%"
  }
}
