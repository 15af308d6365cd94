// SPDX-License-Identifier: Apache-2.0
import Experiments
import Measurement

/// Every series that has something to say, points side by side.
struct MetricSection {
  let points: [ReportPoint]

  var html: HTML {
    var table = HTMLTable(["metric"] + points.map(\.name))
    var order: [String] = []
    var found: [String: [SavedResult.Metric?]] = [:]
    for (index, point) in points.enumerated() {
      for metric in point.result.metrics where Self.hasValue(metric) {
        let selector = metric.selector
        if found[selector] == nil {
          order.append(selector)
          found[selector] = [SavedResult.Metric?](repeating: nil, count: points.count)
        }
        found[selector]?[index] = metric
      }
    }
    for selector in order {
      let values = found[selector] ?? []
      let help = values.compactMap { $0 }.first?.help ?? ""
      table.add(
        ["<span title=\"\(help)\">\(selector)</span>"]
          + values.map { metric in "\(metric.map(Self.text) ?? "–")" })
    }
    return """
      <p>Counters: growth in the measured time, and per second. Gauges: mean over time, lowest to \
      highest. Histograms: samples and percentiles. Series without samples and counters that stayed \
      at zero are left out.</p>
      \(table.html)
      """
  }

  private static func hasValue(_ metric: SavedResult.Metric) -> Bool {
    switch metric.kind {
    case "counter": metric.count > 0 || (metric.total ?? 0) > 0
    case "histogram": metric.count > 0
    default: (metric.max ?? 0) != 0 || (metric.min ?? 0) != 0
    }
  }

  static func text(_ metric: SavedResult.Metric) -> String {
    let unit = MetricUnit.named(metric.unit)
    func quantity(_ value: Double?) -> String {
      value.map { QuantityText.text($0, in: unit) } ?? "–"
    }
    func bare(_ value: Double?) -> String { value.map { TimeChart.axisText($0, unit) } ?? "–" }
    switch metric.kind {
    case "counter":
      let rate = metric.rate.map { ", \(QuantityText.number($0))/s" } ?? ""
      return QuantityText.text(Double(metric.count), in: unit) + rate
    case "histogram":
      return "\(QuantityText.number(Double(metric.count))): p50 \(quantity(metric.p50)), "
        + "p99 \(quantity(metric.p99)), max \(quantity(metric.max))"
    default:
      return "\(quantity(metric.mean)), \(bare(metric.min)) to \(bare(metric.max))"
    }
  }
}
