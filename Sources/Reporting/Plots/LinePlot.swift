// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Measurement

/// A figure against a factor, one line for each variant: drawn as SVG with its own texts, for a page
/// or for a file of its own.
struct LinePlot {
  struct Point {
    /// Number on the axis of the factor.
    let x: Double
    let y: Double
    let interval: ResultInterval?
    /// What stands at the point when it is pointed at.
    let words: String
  }

  struct Line {
    let name: String
    /// Behind the name, such as a fitted exponent.
    let note: String
    let points: [Point]
  }

  static let size = (width: 520, height: 300)
  private static let edges = (left: 84, right: 16, top: 30, bottom: 48)

  let title: String
  /// Name of the factor.
  let factor: String
  let unit: MetricUnit?
  let x: PlotAxis
  let lines: [Line]
  /// What the figure must not cross, drawn across.
  var bound: Double?
  /// Points that are not joined by lines.
  var isScattered = false

  private var y: PlotAxis {
    let values = lines.flatMap(\.points).flatMap { point in
      [point.y] + (point.interval.map { [$0.lower, $0.upper] } ?? [])
    }
    return .figure(
      values + (bound.map { [$0] } ?? []), unit: unit, prefersLogarithm: x.isLogarithmic)
  }

  /// How many points are drawn, over all lines.
  var pointCount: Int { lines.reduce(0) { $0 + $1.points.count } }

  // MARK: Page

  /// With its lines named below.
  var html: HTML {
    let keys: [HTML] = lines.enumerated().map { index, line in
      "<li><i class=\"c\(index)\"></i>\(Self.key(line))</li>"
    }
    return """
      <figure class="chart factor" data-points="\(pointCount)">\
      <svg class="lp" viewBox="0 0 \(Self.size.width) \(Self.size.height)" role="img" \
      aria-label="\(title) against \(factor)">\(drawing)</svg>\
      <ul class="keys">\(keys)</ul></figure>

      """
  }

  private static func key(_ line: Line) -> String {
    [line.name, line.note].filter { !$0.isEmpty }.joined(separator: ": ")
  }

  // MARK: File

  /// Plots below each other in one file that needs nothing else.
  static func file(_ plots: [LinePlot]) -> String {
    var top = 0
    let parts = plots.map { plot -> HTML in
      defer { top += size.height + 16 * plot.lines.count + 20 }
      let keys: [HTML] = plot.lines.enumerated().map { index, line in
        """
        <g class="c\(index)"><circle cx="\(edges.left)" cy="\(size.height + 16 * index + 8)" r="4"/>\
        <text x="\(edges.left + 12)" y="\(size.height + 16 * index + 12)">\(key(line))</text></g>

        """
      }
      return "<g transform=\"translate(0 \(top))\">\(plot.drawing)\(keys)</g>\n"
    }
    let height = max(top, 40)
    let sheet: HTML = """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" class="lp" width="\(size.width)" height="\(height)" \
      viewBox="0 0 \(size.width) \(height)">
      <style>\(HTML(raw: ReportStyles.colors + LinePlotStyles.css))</style>
      <rect width="100%" height="100%" style="fill:var(--bg)"/>
      \(parts)</svg>

      """
    return sheet.markup
  }

  // MARK: Drawing

  private func left(_ place: Double) -> Int {
    let width = Double(Self.size.width - Self.edges.left - Self.edges.right)
    return Self.edges.left + Int((place * width).rounded())
  }

  private func top(_ place: Double) -> Int {
    let height = Double(Self.size.height - Self.edges.top - Self.edges.bottom)
    return Self.edges.top + Int(((1 - place) * height).rounded())
  }

  private var drawing: HTML {
    let axis = y
    let (end, floor) = (Self.size.width - Self.edges.right, Self.size.height - Self.edges.bottom)
    let rows: [HTML] = axis.ticks.map { tick in
      """
      <path class="grid" d="M\(Self.edges.left) \(top(tick.place))H\(end)"/><text class="dim" \
      text-anchor="end" x="\(Self.edges.left - 6)" y="\(top(tick.place) + 4)">\(tick.text)</text>
      """
    }
    let columns: [HTML] = x.ticks.map { tick in
      """
      <path class="grid" d="M\(left(tick.place)) \(floor)v5"/><text class="dim" \
      text-anchor="middle" x="\(left(tick.place))" y="\(floor + 18)">\(tick.text)</text>
      """
    }
    let scale = x.isLogarithmic ? axis.isLogarithmic ? "both axes" : "axis of the factor" : ""
    let note = scale.isEmpty ? "" : " (\(scale) logarithmic)"
    let limit: HTML =
      bound.map { value in
        "<path class=\"bound\" d=\"M\(Self.edges.left) \(top(axis.place(value)))H\(end)\"/>"
      } ?? .nothing
    return """
      <text class="title" x="4" y="16">\(Self.short(title))<title>\(title)</title></text>\(rows)\
      \(columns)<text class="dim" text-anchor="middle" x="\((Self.edges.left + end) / 2)" \
      y="\(Self.size.height - 8)">\(factor)\(note)</text>\(limit)\
      \(lines.enumerated().map { index, line in drawing(line, color: index, axis) })
      """
  }

  /// Names of figures may be longer than a plot is wide.
  private static func short(_ title: String) -> String {
    title.count <= 66 ? title : title.prefix(64) + "…"
  }

  private func drawing(_ line: Line, color: Int, _ axis: PlotAxis) -> HTML {
    let places = line.points.map { (left(x.place($0.x)), top(axis.place($0.y))) }
    let curve: HTML =
      places.count > 1 && !isScattered
      ? "<path class=\"curve\" d=\"M\(places.map { "\($0.0) \($0.1)" }.joined(separator: "L"))\"/>"
      : .nothing
    let dots: [HTML] = zip(line.points, places).map { point, place in
      let interval: HTML =
        point.interval.map { ends in
          """
          <path class="interval" d="M\(place.0) \(top(axis.place(ends.lower)))V\
          \(top(axis.place(ends.upper)))"/>
          """
        } ?? .nothing
      return """
        \(interval)<circle cx="\(place.0)" cy="\(place.1)" r="3.5"><title>\(point.words)</title>\
        </circle>
        """
    }
    return "<g class=\"c\(color)\">\(curve)\(dots)</g>"
  }
}

/// How plots look, in a page and in a file.
enum LinePlotStyles {
  static let css = """
    .lp{width:100%;height:auto;max-width:660px}
    .lp text{font:12.5px system-ui,"DejaVu Sans",sans-serif;fill:var(--fg)}
    .lp .title{font-weight:700}.lp text.dim{fill:var(--dim)}.lp .grid{stroke:var(--rule);fill:none}
    .lp .curve{stroke:var(--c);fill:none;stroke-width:1.6}.lp circle{fill:var(--c)}
    .lp .interval{stroke:var(--c);stroke-width:1.4;opacity:.75;fill:none}
    .lp .bound{stroke:var(--bad);stroke-width:1.4;stroke-dasharray:6 4;fill:none}

    """
}
