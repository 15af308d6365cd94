// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import Experiments
import Measurement

/// The nodes of a run over time as three maps with the same cells: how they are, how many of their
/// GPUs are used, and what is broken.
///
/// A map is drawn of boxes in units of cells, one path for each colour, and needs no script. The
/// values behind the colours stand beside it in short, for the script to name them.
struct NodeMap {
  /// One of the three.
  enum View: String, CaseIterable {
    case state, gpu, faults

    var title: String {
      switch self {
      case .state: "State"
      case .gpu: "GPU use"
      case .faults: "Faults"
      }
    }
  }

  let history: NodeHistory
  /// Length of the time axis, in seconds.
  let duration: Double

  /// Below so many rows each has its name beside it.
  private static let mostNamed = 24

  /// Those that have something to show: GPUs only where there are some.
  var views: [View] {
    View.allCases.filter { view in
      view != .gpu || history.rows.contains { $0.gpusPerNode > 0 }
    }
  }

  /// How many columns the time axis has room for.
  private var width: Double { duration / history.widthSeconds }
  /// In pixels.
  private var height: Int { min(540, max(26, history.rows.count * 16)) }

  var html: HTML {
    let buttons: [HTML] = views.enumerated().map { index, view in
      """
      <button data-view="\(view.rawValue)" \
      aria-pressed="\(index == 0 ? "true" : "false")">\(view.title)</button>
      """
    }
    let rows: [HTML] = history.rows.map { row in
      """
      <i data-n="\(name(row))" data-s="\(RunLengths.text(row.conditions.map { Int($0.rawValue) }))" \
      data-r="\(RunLengths.text(row.ready))" data-g="\(RunLengths.text(row.gpuUse))" \
      data-f="\(RunLengths.text(row.faults))"></i>
      """
    }
    let names = NodeCondition.allCases.map(\.name).joined(separator: ",")
    return """
      <div class="heat" data-columns="\(history.columns)" data-width="\(String(history.widthSeconds))" \
      data-names="\(names)">
      <div class="views">\(buttons.joined(separator: " "))</div>
      \(views.map(figure))<div class="rows" hidden>\(rows)</div></div>

      """
  }

  private func figure(_ view: View) -> HTML {
    let drawing = NodeMapDrawing(history, view)
    return """
      <figure data-view="\(view.rawValue)" data-points="\(drawing.boxedCells)"><figcaption>\
      <b>\(view.title)</b> <small>\(resolution)</small></figcaption>\
      <div class="plot field" tabindex="0" role="img" aria-label="\(view.title): \(spoken(view))" \
      style="height:\(height)px">\
      <svg class="cells" data-w="\(String(width))" data-h="\(history.rows.count)" \
      viewBox="0 0 \(String(width)) \(history.rows.count)" preserveAspectRatio="none" \
      aria-hidden="true">\(drawing.html)\(borders)</svg>\
      <div class="yt" aria-hidden="true">\(rowLabels)</div>\
      <div class="xt" aria-hidden="true">\(TimeChart.xLabels(duration))</div></div>\
      \(NodeMapDrawing.legend(view))</figure>

      """
  }

  private var resolution: String {
    let most = history.rows.reduce(1) { max($0, $1.last - $1.first + 1) }
    let column = QuantityText.text(history.widthSeconds, in: .seconds)
    let look = QuantityText.text(
      history.widthSeconds / Double(max(1, history.looksPerColumn)), in: .seconds)
    return (most > 1 ? "rows of up to \(most) nodes" : "a row for each node")
      + ", columns of \(column), looked at every \(look)"
  }

  /// Lines between pools.
  private var borders: HTML {
    let rows = history.rows
    let lines = rows.indices.dropFirst().filter {
      rows[$0].pool != rows[$0 - 1].pool || rows[$0].cluster != rows[$0 - 1].cluster
    }.map { "M0 \($0)H\(history.columns)" }
    return lines.isEmpty ? .nothing : "<path class=\"border\" d=\"\(lines.joined())\"/>"
  }

  private var hasClusters: Bool { Set(history.rows.map(\.cluster)).count > 1 }

  private func name(_ row: NodeHistory.Row) -> String {
    hasClusters ? "\(row.cluster): \(row.name)" : row.name
  }

  /// The name of each row where there are few, and of each pool where there are many.
  private var rowLabels: [HTML] {
    let count = Double(history.rows.count)
    let isNamed = history.rows.count <= Self.mostNamed
    var labels: [HTML] = []
    var last = -1.0
    for (index, row) in history.rows.enumerated() {
      let isFirst =
        index == 0 || history.rows[index - 1].pool != row.pool
        || history.rows[index - 1].cluster != row.cluster
      let place = (Double(index) + 0.5) / count
      // Pools of one row each in a crowd: names do not stand on each other.
      guard isNamed || isFirst, place - last > 13 / Double(height) else { continue }
      last = place
      let pool = hasClusters ? "\(row.cluster): \(row.pool)" : row.pool
      labels.append(
        """
        <span style="top:\(TimeChart.percent(place))">\(isNamed ? name(row) : pool)</span>
        """)
    }
    return labels
  }

  /// What the map shows, in a sentence.
  private func spoken(_ view: View) -> String {
    let rows = history.rows
    switch view {
    case .state:
      let worst = rows.flatMap(\.conditions).max() ?? .absent
      let bad = rows.count { $0.conditions.contains { $0 > .joining } }
      return "\(rows.count) rows; \(bad) of them were cordoned, not ready or stopped at a time; "
        + "the worst is \(worst.name)"
    case .gpu:
      let values = rows.flatMap(\.gpuUse).compactMap { $0 }
      return "\(values.min() ?? 0) to \(values.max() ?? 0) per cent"
    case .faults:
      let most = rows.flatMap(\.faults).max() ?? 0
      return "at most \(most) open at a time in a row"
    }
  }
}
