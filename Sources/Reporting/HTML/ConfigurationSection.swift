// SPDX-License-Identifier: Apache-2.0
import Experiments

/// Every value of a run with the place it comes from.
struct ConfigurationSection {
  let points: [ReportPoint]

  var html: HTML {
    let first = points[0].result.configuration
    let stated = first.filter { $0.from != "default" && $0.from != "profile" }
    let parts: [(String, [SavedResult.Knob])] = [
      ("stated for this experiment", stated),
      ("from profiles", first.filter { $0.from == "profile" }),
      ("from documented defaults", first.filter { $0.from == "default" }),
    ]
    let folded: [HTML] = parts.filter { !$0.1.isEmpty }.map { title, knobs in
      Folded.details(
        "\(QuantityText.number(Double(knobs.count))) values \(title)", table(knobs))
    }
    let name: HTML = points.count > 1 ? "<p>Of the point <b>\(points[0].name)</b>:</p>\n" : .nothing
    return differences + name + folded.joined()
  }

  private func table(_ knobs: [SavedResult.Knob]) -> HTML {
    var table = HTMLTable(["knob", "value", "from"])
    for knob in knobs { table.add(["\(knob.path)", "\(knob.value)", "\(origin(knob))"]) }
    return "<div class=\"knobs\">\(table.html)</div>"
  }

  private func origin(_ knob: SavedResult.Knob) -> String {
    let place =
      [knob.source, knob.line.map(String.init), knob.column.map(String.init)].compactMap { $0 }
      .joined(separator: ":")
    return place.isEmpty ? knob.from : "\(knob.from): \(place)"
  }

  /// What the other points have that the first has not.
  private var differences: HTML {
    guard points.count > 1 else { return .nothing }
    var base: [String: String] = [:]
    for knob in points[0].result.configuration { base[knob.path] = knob.value }
    var table = HTMLTable(["point", "knob", "value", "instead of"])
    for point in points.dropFirst() {
      var seen: Set<String> = []
      for knob in point.result.configuration {
        seen.insert(knob.path)
        guard base[knob.path] != knob.value else { continue }
        table.add([
          "\(point.name)", "\(knob.path)", "\(knob.value)", "\(base[knob.path] ?? "(absent)")",
        ])
      }
      for knob in points[0].result.configuration where !seen.contains(knob.path) {
        table.add(["\(point.name)", "\(knob.path)", "(absent)", "\(knob.value)"])
      }
    }
    guard table.rowCount > 0 else { return "<p>All points have the same values.</p>\n" }
    let title =
      table.rowCount == 1
      ? "1 value differs from \(points[0].name)"
      : "\(table.rowCount) values differ from \(points[0].name)"
    return Folded.details(
      title, isOpen: table.rowCount <= 40, "<div class=\"knobs\">\(table.html)</div>")
  }
}
