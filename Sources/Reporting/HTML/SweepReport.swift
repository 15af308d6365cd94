// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Measurement

/// A sweep as one HTML file that stands alone.
package struct SweepReport {
  /// Of the plots alone, in the folder of a sweep.
  static let plotName = "plot.svg"

  /// So many plots stand open.
  private static let mostOpen = 12

  private let results: [SavedResult]

  /// - Parameter results: the points that are there; at least one.
  package init(_ results: [SavedResult]) {
    self.results = results
  }

  /// The plots alone, as one SVG file: every figure against every factor.
  package static func plot(_ results: [SavedResult]) -> String {
    LinePlot.file(SweepPlots(results).all)
  }

  /// The whole file.
  package var text: String {
    let base = results[0]
    let points = results.map { ReportPoint(name: $0.pointName, result: $0) }
    let expectations = results.flatMap { result in
      result.expectations.map { (result.pointName, $0) }
    }
    let verdicts = VerdictSection(
      expectations: expectations.map(\.1), places: expectations.map(\.0))
    let notes = NotesSection(points: points)
    let facts = [
      base.scenario, "\(results.count) points", "sweep",
      base.replications == 1 ? "" : "\(base.replications) replications",
      QuantityText.text(base.simulatedSeconds, in: .seconds) + " simulated each",
      base.tier == "full" ? "" : "tier \(base.tier)", "Orrery \(base.program)",
    ].filter { !$0.isEmpty }.joined(separator: ", ")
    return ReportPage(
      title: (base.title ?? base.scenario) + ", swept",
      introduction: "<p><small>\(facts)</small></p>\n", duration: base.simulatedSeconds,
      sections: [
        ReportSection(id: "verdicts", title: "Verdicts", body: verdicts.html),
        ReportSection(id: "growth", title: "Figures against factors", body: plots),
        ReportSection(id: "exponents", title: "Scaling", body: exponents),
        ReportSection(id: "points", title: "Points", body: table),
        ReportSection(
          id: "configuration", title: "Configuration",
          body: ConfigurationSection(points: points).html),
        ReportSection(id: "calibrated", title: "Calibrated inputs", body: notes.calibrated),
        ReportSection(
          id: "unused", title: "Values without influence", body: notes.unusedKnobs),
        ReportSection(id: "warnings", title: "Warnings", body: notes.warnings),
        ReportSection(id: "fidelity", title: "Fidelity", body: notes.fidelity),
      ]
    ).html.markup
  }

  private var plots: HTML {
    let all = SweepPlots(results).all
    guard !all.isEmpty else { return "<p>No factor has more than one value.</p>" }
    let rest = all.dropFirst(Self.mostOpen).map(\.html)
    let folded: HTML =
      rest.isEmpty
      ? .nothing
      : Folded.details("\(rest.count) more plots", "<div class=\"charts\">\n\(rest)</div>")
    return """
      <p>A dot is a point of the sweep, with its 95 % interval over replications where there are \
      several. Point at it for its numbers.</p>
      <div class="charts">
      \(all.prefix(Self.mostOpen).map(\.html))</div>
      \(folded)
      """
  }

  private var exponents: HTML {
    let all = ScalingExponent.all(of: results)
    guard !all.isEmpty else {
      return "<p>No power was fitted: that takes three values of a factor, all above zero.</p>"
    }
    var table = HTMLTable(["figure", "power", "95 %", "R²", "of", "among"])
    for fit in all {
      let ends = [fit.interval.lower, fit.interval.upper].map(QuantityText.number)
      table.add([
        "\(fit.figure)", "\(QuantityText.number(fit.exponent))", "\(ends[0]) to \(ends[1])",
        "\(QuantityText.number(fit.rSquared))", "\(fit.axis)", "\(fit.among)",
      ])
    }
    return """
      <p>The <i>b</i> of figure = a · factor<sup>b</sup>, by least squares of the logarithms; the interval \
      says how well a power law fits.</p>
      \(table.html)
      """
  }

  /// Factors first, one row a figure of a point.
  private var table: HTML {
    let axes = results[0].coordinates.keys.sorted()
    let names = axes.map { $0.split(separator: ".").last.map(String.init) ?? $0 }
    var table = HTMLTable(["variant"] + names + ["figure", "value", "95 %", "replications"])
    for result in results {
      for figure in result.figures ?? [] {
        let ends = figure.shownInterval.map { interval in
          [interval.lower, interval.upper].map { Self.text($0, figure) }.joined(separator: " to ")
        }
        table.add(
          ["\(result.variant)"] + axes.map { "\(result.coordinates[$0] ?? "")" }
            + [
              "\(figure.name)", "\(Self.text(figure.value, figure))", "\(ends ?? "")",
              "\(result.replications)",
            ])
      }
    }
    return Folded.details("\(table.rowCount) rows, as in table.csv", table.html)
  }

  private static func text(_ value: Double, _ figure: SavedResult.Figure) -> String {
    QuantityText.figure(value, in: .named(figure.unit), isRate: figure.rate)
  }
}
