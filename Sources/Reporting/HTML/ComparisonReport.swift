// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Foundation
import Measurement

/// A comparison as one HTML file that stands alone.
package struct ComparisonReport {
  private let comparison: Comparison

  package init(_ comparison: Comparison) {
    self.comparison = comparison
  }

  private var points: [Comparison.Point] { comparison.points }
  private var others: Range<Int> { 1..<points.count }

  /// The whole file.
  package var text: String {
    let reported = points.map { ReportPoint(name: $0.name, result: $0.result) }
    let notes = NotesSection(points: reported)
    let names = points.dropFirst().map(\.name).joined(separator: ", ")
    return ReportPage(
      title: "\(names) beside \(points[0].name)",
      introduction: "<p><small>\(how)</small></p>\n",
      duration: points[0].result.simulatedSeconds,
      sections: [
        ReportSection(id: "verdicts", title: "Verdicts", body: verdicts),
        ReportSection(id: "knobs", title: "Knobs that differ", body: knobs),
        ReportSection(id: "cost", title: "Cost", body: costs),
        ReportSection(
          id: "bottlenecks", title: "Bottlenecks", body: BottleneckSection(points: reported).html),
        ReportSection(
          id: "configuration", title: "Configuration",
          body: ConfigurationSection(points: reported).html),
        ReportSection(id: "calibrated", title: "Calibrated inputs", body: notes.calibrated),
        ReportSection(id: "warnings", title: "Warnings", body: notes.warnings),
        ReportSection(id: "fidelity", title: "Fidelity", body: notes.fidelity),
      ]
    ).html.markup
  }

  private var how: String {
    let runs = points.map(\.result.replications)
    let pairs =
      comparison.isPaired
      ? "\(runs[0]) pairs of runs with equal seeds, so that both sides see the same luck"
      : "runs with seeds of their own (\(runs.map(String.init).joined(separator: ", ")))"
    return "\(pairs); all verdicts together hold at "
      + "\(QuantityText.number((1 - Comparison.level) * 100)) %"
      + (runs.contains(1) ? "; one run alone tells no difference from luck" : "")
      + "; Orrery \(points[0].result.program)"
  }

  // MARK: Verdicts

  /// What is worse stands first, then what is better; the order is kept otherwise.
  private var ordered: [ComparedFigure] {
    comparison.figures.enumerated().sorted { a, b in
      (Self.rank(a.element), a.offset) < (Self.rank(b.element), b.offset)
    }.map(\.element)
  }

  private static let unclear = 3

  private static func rank(_ figure: ComparedFigure) -> Int {
    figure.cells.dropFirst().map { cell in
      switch cell.verdict {
      case .worse: 0
      case .better: 1
      case .higher, .lower: 2
      case .cannotTell: unclear
      case .missing, .same: unclear + 1
      }
    }.min() ?? unclear + 1
  }

  private var tally: String {
    let verdicts = comparison.figures.flatMap { $0.cells.dropFirst().map(\.verdict) }
    let order: [ComparisonVerdict] = [
      .worse, .better, .higher, .lower, .cannotTell, .same, .missing,
    ]
    return order.compactMap { verdict in
      let count = verdicts.count { $0 == verdict }
      return count > 0 ? "\(count) \(verdict.rawValue)" : nil
    }.joined(separator: ", ")
  }

  private var verdicts: HTML {
    guard !comparison.figures.isEmpty else { return "<p>There is nothing to compare.</p>" }
    let bar = IntervalBar(
      comparison.figures.flatMap { figure in
        figure.cells.dropFirst().map { ($0, figure.cells[0].value) }
      })
    let edge = Self.percent(exp(bar.reach) - 1)
    let different = ordered.filter { Self.rank($0) < Self.unclear }
    let unclear = ordered.filter { Self.rank($0) == Self.unclear }
    let same = ordered.filter { Self.rank($0) > Self.unclear }
    return """
      <p>\(tally)</p>
      <p>Bars: the interval of the change round the value of \(points[0].name), which is the line in the \
      middle; an axis of ratios up to \(edge) at its right edge.</p>
      \(different.isEmpty ? .nothing : table(different, bar))\
      \(folded("figures that luck alone explains", unclear, bar, isOpen: unclear.count <= 20))\
      \(folded("figures that are the same or missing", same, bar, isOpen: false))
      """
  }

  private func folded(
    _ what: String, _ figures: [ComparedFigure], _ bar: IntervalBar, isOpen: Bool
  ) -> HTML {
    figures.isEmpty
      ? .nothing
      : Folded.details("\(figures.count) \(what)", isOpen: isOpen, table(figures, bar))
  }

  private func table(_ figures: [ComparedFigure], _ bar: IntervalBar) -> HTML {
    let hasSeveral = others.count > 1
    let headings =
      ["verdict", "figure"] + (hasSeveral ? ["point"] : [])
      + [points[0].name, hasSeveral ? "value" : points[1].name, "change", "95 % interval"]
    var table = HTMLTable(headings)
    for figure in figures {
      for index in others {
        let (first, cell) = (figure.cells[0].value, figure.cells[index])
        table.add(
          [Self.badge(cell.verdict), "<code>\(figure.name)</code>"]
            + (hasSeveral ? ["\(points[index].name)"] : [])
            + [
              "\(Self.number(first, figure))", "\(Self.number(cell.value, figure))",
              "\(Self.change(cell, of: first))",
              "\(bar.html(cell, of: first))<small>\(Self.interval(cell, of: first))</small>",
            ])
      }
    }
    return "<div class=\"changes\">\(table.html)</div>\n"
  }

  private static func badge(_ verdict: ComparisonVerdict) -> HTML {
    let marks: [ComparisonVerdict: String] = [
      .better: "✓", .worse: "✗", .higher: "↑", .lower: "↓", .same: "=", .cannotTell: "?",
      .missing: "–",
    ]
    return """
      <span class="verdict \(IntervalBar.name(verdict))">\(marks[verdict] ?? "") \
      \(verdict.rawValue)</span>
      """
  }

  private static func number(_ value: Double?, _ figure: ComparedFigure) -> String {
    QuantityText.figure(value, in: .named(figure.unit), isRate: figure.isRate)
  }

  private static func change(_ cell: ComparedFigure.Cell, of first: Double?) -> String {
    cell.share(of: first).map(percent) ?? ""
  }

  private static func interval(_ cell: ComparedFigure.Cell, of first: Double?) -> String {
    guard let interval = cell.interval, let first, first != 0 else { return "" }
    return "\(percent(interval.lower / abs(first))) to \(percent(interval.upper / abs(first)))"
  }

  private static func percent(_ share: Double) -> String {
    (share > 0 ? "+" : "") + QuantityText.number(share * 100) + " %"
  }

  // MARK: What differs

  private var knobs: HTML {
    guard !comparison.knobs.isEmpty else { return "<p>No knob differs.</p>" }
    var table = HTMLTable(["knob"] + points.map(\.name))
    for knob in comparison.knobs {
      table.add(["\(knob.path)"] + knob.values.map { "\($0 ?? "(absent)")" })
    }
    return "<div class=\"knobs\">\(table.html)</div>"
  }

  private var costs: HTML {
    let costs = points.map { MachineCost(of: $0.result) }
    guard costs.contains(where: { $0.perHour > 0 }) else {
      return "<p>No machine has a price.</p>"
    }
    var table = HTMLTable(["point", "per hour", "without a price"])
    for (point, cost) in zip(points, costs) {
      table.add([
        "\(point.name)", "\(QuantityText.number(cost.perHour))",
        "\(cost.unpriced.joined(separator: ", "))",
      ])
    }
    return "<p>Machines that are always there.</p>\n\(table.html)"
  }
}
