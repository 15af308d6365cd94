// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Measurement

/// A run as one HTML file that stands alone.
///
/// The same result gives the same bytes, whether it was just run or read back.
package struct RunReport {
  private let experiment: SavedExperiment
  private let points: [ReportPoint]

  /// - Parameters:
  ///   - series: what was followed over time in each point, in the order of the points.
  ///   - nodes: the nodes over time in each point.
  package init(
    _ experiment: SavedExperiment, series: [[SavedSeries]], nodes: [NodeHistory?] = []
  ) {
    self.experiment = experiment
    points = experiment.points.enumerated().map { index, result in
      ReportPoint(
        name: result.pointName, result: result,
        series: series.indices.contains(index) ? series[index] : [],
        nodes: nodes.indices.contains(index) ? nodes[index] : nil)
    }
  }

  /// A run that was just made.
  package init(_ result: ExperimentResult) throws(SavedResultError) {
    var series: [[SavedSeries]] = []
    for point in result.points {
      series.append(try SavedSeries.all(csv: SeriesTable.csv(of: point), path: "series.csv"))
    }
    self.init(
      try SavedExperiment(result), series: series, nodes: result.points.map(\.nodeHistory))
  }

  /// The whole file.
  package var text: String {
    let drawn = ReportPoint.drawn(points)
    let duration = points.reduce(0) { max($0, $1.result.simulatedSeconds) }
    let verdicts = VerdictSection(expectations: experiment.expectations)
    let charts = ChartSections(drawn, expectations: experiment.expectations, duration: duration)
    let notes = NotesSection(points: points)
    return ReportPage(
      title: base.title ?? base.scenario, introduction: introduction(drawn, verdicts),
      duration: duration,
      sections: [
        ReportSection(id: "verdicts", title: "Verdicts", body: verdicts.html),
        ReportSection(
          id: "bottlenecks", title: "Bottlenecks", body: BottleneckSection(points: drawn).html),
        ReportSection(id: "accounts", title: "Where the time went", body: accounts(drawn)),
        ReportSection(id: "time", title: "Over time", body: charts.overTime),
        ReportSection(id: "distributions", title: "Latencies", body: charts.distributions),
        ReportSection(id: "map", title: "The cluster over time", body: charts.map),
        ReportSection(
          id: "metrics", title: "All metrics",
          body: Folded.details("every series with a value", MetricSection(points: drawn).html)),
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

  private var base: SavedResult { points[0].result }

  private func introduction(_ drawn: [ReportPoint], _ verdicts: VerdictSection) -> HTML {
    let facts = [
      base.scenario, "\(points.count) point\(points.count == 1 ? "" : "s")",
      base.replications == 1 ? "" : "\(base.replications) replications",
      QuantityText.text(base.simulatedSeconds, in: .seconds) + " simulated",
      base.tier == "full" ? "" : "tier \(base.tier)", "seed \(base.seed)",
      "Orrery \(base.program)",
    ]
    let left: HTML =
      drawn.count == points.count
      ? .nothing
      : """
      <p>Charts and tables show \(drawn.count) of \(points.count) points, evenly spread: \
      \(drawn.map(\.name).joined(separator: "; ")).</p>

      """
    return """
      \(source)<p><small>\(facts.filter { !$0.isEmpty }.joined(separator: ", "))</small></p>
      \(left)
      """
  }

  /// The only link that leaves the page; nothing is loaded from it.
  private var source: HTML {
    guard let source = base.source else { return .nothing }
    let name = [source.post, source.experiment].compactMap { $0 }.joined(separator: ", ")
    let text = name.isEmpty ? source.url ?? "" : name
    guard let url = source.url, url.hasPrefix("https://") || url.hasPrefix("http://") else {
      return text.isEmpty ? .nothing : "<p>\(text)</p>\n"
    }
    return "<p><a href=\"\(url)\">\(text)</a></p>\n"
  }

  private func accounts(_ drawn: [ReportPoint]) -> HTML {
    let resources = AccountBars.resources(of: drawn.flatMap(\.result.accounts))
    let parts = drawn.enumerated().map { index, point -> HTML in
      guard !point.result.accounts.isEmpty else {
        return "<p>\(drawn.count > 1 ? point.name + ": " : "")No time accounts were kept.</p>\n"
      }
      let bars = AccountBars(point.result.accounts, resources: resources).html
      return drawn.count == 1 ? bars : Folded.details(point.name, isOpen: index == 0, bars)
    }
    return """
      <p>Classes of requests and the starts of pods, the ones with most time first; each bar is the mean of one class, \
      once over all of them and once over the slowest hundredth.</p>
      \(AccountBars.legend(resources))\
      \(parts)
      """
  }
}
