// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Measurement

/// A comparison for people: a table for terminals, or Markdown fit for a pull-request comment.
package struct ComparisonTable {
  private let comparison: Comparison

  package init(_ comparison: Comparison) {
    self.comparison = comparison
  }

  // MARK: Terminal

  package func text() -> String {
    let parts = [
      [heading], others.count > 1 ? stacked : sideBySide, knobs { "  \($0): \($1)" },
      costs { "  \($0): \($1)" },
    ]
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n")
  }

  private var sideBySide: [String] {
    var table = TextTable([.left, .right] + columns)
    table.add(["", comparison.points[0].name, others[1].name, "change"])
    for figure in comparison.figures {
      table.add(
        [figure.name, number(figure.cells[0].value, figure)] + cells(of: figure, at: 1))
    }
    return table.lines()
  }

  /// The points of a figure below each other: several beside each other are too wide.
  private var stacked: [String] {
    var table = TextTable([.left] + columns)
    for figure in comparison.figures {
      table.add([figure.name])
      table.add(["  " + comparison.points[0].name, number(figure.cells[0].value, figure)])
      for index in others.indices {
        table.add(["  " + others[index].name] + cells(of: figure, at: index))
      }
    }
    return table.lines()
  }

  private var columns: [TextTable.Alignment] { [.right, .right, .left, .left] }

  private func cells(of figure: ComparedFigure, at point: Int) -> [String] {
    let (first, cell) = (figure.cells[0].value, figure.cells[point])
    return [
      number(cell.value, figure), share(cell, of: first), interval(cell, of: first),
      cell.verdict.rawValue,
    ]
  }

  // MARK: Markdown

  package func markdown() -> String {
    let head =
      ["figure", comparison.points[0].name]
      + others.flatMap { [$0.name, "change (95 %)", "verdict"] }
    let rule = ["---", "---:"] + others.flatMap { _ in ["---:", "---:", "---"] }
    let rows = comparison.figures.map { figure in
      ["`\(figure.name)`", number(figure.cells[0].value, figure)]
        + figure.cells.dropFirst().flatMap { cell in
          let first = figure.cells[0].value
          return [
            number(cell.value, figure),
            [share(cell, of: first), interval(cell, of: first)].filter { !$0.isEmpty }
              .joined(separator: " "),
            Self.emphasised(cell.verdict),
          ]
        }
    }
    let table = ([head, rule] + rows).map { row in
      "| " + row.map(Self.escaped).joined(separator: " | ") + " |"
    }
    let parts = [
      [heading], table, knobs { "- `\($0)`: \(Self.escaped($1))" }, costs { "- \($0): \($1)" },
    ]
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n")
  }

  private static func emphasised(_ verdict: ComparisonVerdict) -> String {
    verdict == .better || verdict == .worse ? "**\(verdict.rawValue)**" : verdict.rawValue
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("\n", with: " ")
  }

  // MARK: Parts

  private var others: ArraySlice<Comparison.Point> { comparison.points.dropFirst() }

  private var heading: String {
    let runs = comparison.points.map { $0.result.replications }
    let how =
      comparison.isPaired
      ? "\(runs[0]) pairs of runs with equal seeds"
      : "runs with seeds of their own (\(runs.map(String.init).joined(separator: ", ")))"
    return "each beside \(comparison.points[0].name); \(how); verdicts hold together at "
      + "\(QuantityText.number((1 - Comparison.level) * 100)) %"
      + (runs.contains(1) ? "; one run alone tells no difference from luck" : "")
  }

  private func number(_ value: Double?, _ figure: ComparedFigure) -> String {
    guard let value else { return "-" }
    return QuantityText.text(value, in: MetricUnit(symbol: figure.unit))
      + (figure.isRate ? "/s" : "")
  }

  private func share(_ cell: ComparedFigure.Cell, of first: Double?) -> String {
    guard let share = cell.share(of: first) else { return "" }
    return Self.percent(share)
  }

  private func interval(_ cell: ComparedFigure.Cell, of first: Double?) -> String {
    guard let interval = cell.interval, let first, first != 0 else { return "" }
    let ends = [interval.lower, interval.upper].map { Self.percent($0 / abs(first)) }
    return "(\(ends[0]) to \(ends[1]))"
  }

  private static func percent(_ share: Double) -> String {
    (share > 0 ? "+" : "") + QuantityText.number(share * 100) + "%"
  }

  private func knobs(_ line: (String, String) -> String) -> [String] {
    guard !comparison.knobs.isEmpty else { return ["no knob differs"] }
    return ["knobs that differ:"]
      + comparison.knobs.map { line($0.path, Self.list($0.values.map { $0 ?? "-" })) }
  }

  /// What the machines cost, where prices are given.
  private func costs(_ line: (String, String) -> String) -> [String] {
    let costs = comparison.points.map { MachineCost(of: $0.result) }
    guard costs.contains(where: { $0.perHour > 0 }) else { return [] }
    return ["cost per hour of the machines that are always there:"]
      + zip(comparison.points, costs).map { point, cost in
        line(
          point.name,
          QuantityText.number(cost.perHour)
            + (cost.unpriced.isEmpty
              ? "" : " without \(cost.unpriced.joined(separator: ", ")), whose price is not given"))
      }
  }

  private static func list(_ values: [String]) -> String { values.joined(separator: " | ") }
}

extension MetricUnit {
  /// The unit that is written so after a number; a count of things for words it does not know.
  package init(symbol: String) {
    let named: [MetricUnit] = [
      .seconds, .bytes, .ratio, .percent, .bytesPerSecond, .watts, .celsius,
    ]
    self = named.first { $0.symbol == symbol } ?? .count(symbol)
  }
}
