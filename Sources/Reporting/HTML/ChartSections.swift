// SPDX-License-Identifier: Apache-2.0
import Experiments

/// The charts of some points, the most telling ones open and the rest folded.
struct ChartSections {
  /// So many charts of a kind stand open.
  static let mostOpen = 12
  /// What is looked at first where the expectations name nothing.
  private static let headlines = [
    "apiserver_current_inflight_requests", "scheduler_pending_pods", "kube_pod_status_phase",
    "cloud_machines_up", "etcd_server_proposals_pending", "etcd_mvcc_db_total_size_in_bytes",
    "hardware_open_faults", "training_members_working", "apiserver_request_duration_seconds",
    "etcd_request_duration_seconds", "kubelet_pod_start_duration_seconds",
    "scheduler_pod_scheduling_sli_duration_seconds", "etcd_disk_wal_fsync_duration_seconds",
  ]

  let points: [ReportPoint]
  let duration: Double
  /// Names of metrics, most telling first.
  private let ranking: [String]

  /// - Parameter expectations: what they name is most telling.
  init(_ points: [ReportPoint], expectations: [SavedResult.Expectation], duration: Double) {
    self.points = points
    self.duration = duration
    let words = expectations.flatMap { expectation in
      expectation.that.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
        .map(String.init)
    }
    ranking = words + Self.headlines
  }

  // MARK: Time

  var overTime: HTML {
    let moving = points.map { point in
      (
        name: point.name,
        series: point.series.filter { $0.minimum < $0.maximum }
          .map { (metric: $0.metric, labels: $0.labels, value: $0) }
      )
    }
    let panels = ChartPanel<SavedSeries>.all(moving, isApart: true)
    guard !panels.isEmpty else {
      return "<p>Nothing that changed was followed over time.</p>\n\(still)"
    }
    let lines = panels.reduce(0) { $0 + $1.lines.count }
    let charts = panels.map { panel in
      (
        metric: panel.title,
        html: TimeChart(panel: panel, duration: duration, linesOnPage: lines).html
      )
    }
    return """
      <p>Each bucket shows its lowest and highest value as a band and its last one as a line. Drag \
      over a chart to choose a window of time for all of them; keys: arrows, +, -, Escape. The \
      crosshair reads to a ten-thousandth of the axis.</p>
      <div class="tools"><button data-zoom="0.5">zoom in</button> <button data-zoom="2">zoom \
      out</button> <button data-zoom="all">whole run</button></div>
      \(gallery(charts))\(still)
      """
  }

  /// Series that never changed, in words.
  private var still: HTML {
    let lines = points.flatMap { point in
      point.series.filter { $0.minimum >= $0.maximum }.map { series in
        let name = points.count > 1 ? point.name + " · " : ""
        let labels = series.labels.isEmpty ? "" : " " + series.labels.replacing(";", with: ", ")
        let value = QuantityText.text(series.last, in: .named(series.unit))
        return "\(name)\(series.metric)\(labels): \(value)"
      }
    }
    guard !lines.isEmpty else { return .nothing }
    let items: [HTML] = lines.map { "<li>\($0)</li>\n" }
    return Folded.details(
      "\(lines.count) series that never changed", "<ul class=\"keys\">\(items)</ul>")
  }

  // MARK: Distributions

  var distributions: HTML {
    let sampled = points.map { point in
      (
        name: point.name,
        series: point.result.metrics
          .filter { $0.kind == "histogram" && $0.count > 0 && ($0.max ?? 0) > 0 }
          .enumerated().sorted { a, b in
            (b.element.count, a.offset) < (a.element.count, b.offset)
          }
          .map { (metric: $0.element.name, labels: Self.labels($0.element), value: $0.element) }
      )
    }
    let panels = ChartPanel<SavedResult.Metric>.all(sampled, isApart: false)
    guard !panels.isEmpty else { return "<p>No histogram has samples.</p>" }
    return """
      <p>How large the slowest tenth, hundredth and thousandth are. Series whose samples are all \
      zero are left out.</p>
      \(gallery(panels.map { ($0.title, DistributionChart(panel: $0).html) }))
      """
  }

  private static func labels(_ metric: SavedResult.Metric) -> String {
    metric.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ";")
  }

  // MARK: States

  var map: HTML { "\(nodes)<h3>Counts over the whole cluster</h3>\n\(counts)" }

  private var nodes: HTML {
    let maps = points.map { point in
      (name: point.name, map: point.nodes.map { NodeMap(history: $0, duration: duration).html })
    }
    guard maps.contains(where: { $0.map != nil }) else {
      return """
        <p>No nodes were followed over time: there are none, or the result is older than that.</p>

        """
    }
    return """
      <h3>Nodes</h3>
      <p>A row is a node, or neighbours of a pool where there are many; time as in the charts above. A \
      change between two looks is not seen.</p>
      \(maps.enumerated().map { index, entry -> HTML in
        let map = entry.map ?? "<p>No nodes were followed.</p>\n"
        return maps.count == 1 ? map : Folded.details(entry.name, isOpen: index == 0, map)
      })
      """
  }

  private var counts: HTML {
    let maps = points.map { (name: $0.name, map: StateMap($0.series, duration: duration)) }
    guard maps.contains(where: { $0.map.rowCount > 0 }) else {
      return "<p>Nothing is followed that could be shown here.</p>"
    }
    return
      "<p>The darker, the nearer to the highest value of the row; time as in the charts above.</p>\n"
      + maps.enumerated().map { index, entry in
        maps.count == 1
          ? entry.map.html : Folded.details(entry.name, isOpen: index == 0, entry.map.html)
      }.joined()
  }

  // MARK: Order

  /// At most one open chart a metric comes before the second of another.
  private func gallery(_ charts: [(metric: String, html: HTML)]) -> HTML {
    var open: [Int] = []
    var taken: Set<String> = []
    for metric in ranking where taken.insert(metric).inserted {
      if let index = charts.firstIndex(where: { $0.metric == metric }) { open.append(index) }
    }
    open = Array(open.prefix(Self.mostOpen))
    if open.isEmpty { open = Array(charts.indices.prefix(Self.mostOpen)) }
    let rest = charts.indices.filter { !open.contains($0) }
    let folded: HTML =
      rest.isEmpty
      ? .nothing
      : Folded.details(
        "\(rest.count) more charts", "<div class=\"charts\">\n\(rest.map { charts[$0].html })</div>"
      )
    return "<div class=\"charts\">\n\(open.map { charts[$0].html })</div>\n\(folded)"
  }
}
