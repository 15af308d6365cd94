// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Measurement
import Scenario

/// A search as one HTML file that stands alone.
package struct SearchReport {
  private let outcome: CapacitySearch.Outcome
  private let scenario: String
  private let variant: String

  /// - Parameter scenario: its title or path.
  package init(_ outcome: CapacitySearch.Outcome, scenario: String, variant: String) {
    self.outcome = outcome
    self.scenario = scenario
    self.variant = variant
  }

  /// The whole file.
  package var text: String {
    let range = outcome.range
    return ReportPage(
      title: "How far \(range.path) goes: \(scenario)",
      introduction: """
        <p><small>\(variant), searched from \(range.text(range.lower)) to \(range.text(range.upper)), \
        Orrery \(Release.version)</small></p>

        """,
      duration: 1,
      sections: [
        ReportSection(id: "verdicts", title: "Answer", body: answer),
        ReportSection(id: "figures", title: "Figures against the bound", body: plots),
        ReportSection(id: "trials", title: "What was tried", body: trials),
        ReportSection(id: "binding", title: "What binds", body: binding),
        ReportSection(
          id: "fidelity", title: "Fidelity",
          body: """
            <p>Everything here is simulated: no real component ran. What holds at one value is taken \
            to hold on the whole side of it that is searched last.</p>
            """),
      ]
    ).html.markup
  }

  private var answer: HTML {
    let verdict: Verdict = outcome.holding == nil ? .missed : .met
    return "<p>\(VerdictSection.badge(verdict.rawValue)) \(SearchSummary(outcome).answer)</p>"
  }

  // MARK: Figures

  /// The objectives, each as often as it was judged.
  private var objectives: Int { outcome.trials.first?.objectives.count ?? 0 }

  private var plots: HTML {
    let plots = (0..<objectives).compactMap(plot)
    guard !plots.isEmpty else { return "<p>No objective has a figure to be drawn.</p>" }
    return """
      <p>The measured side of each objective at each tried value, with its 95 % interval over \
      replications; dashed: what it is compared with at the last value that holds.</p>
      <div class="charts">
      \(plots.map(\.html))</div>
      """
  }

  private func plot(_ index: Int) -> LinePlot? {
    let range = outcome.range
    let trials = outcome.trials.sorted { $0.value < $1.value }
    let place = PlotAxis.Factor(trials.map { range.text($0.value) })
    let judged = trials.compactMap { trial -> (Verdict, LinePlot.Point)? in
      let objective = trial.objectives[index]
      guard let value = objective.finding.simulated, value.isFinite else { return nil }
      let text = range.text(trial.value)
      return (
        objective.verdict,
        LinePlot.Point(
          x: place.number(text), y: value, interval: objective.finding.interval,
          words: "\(text): \(objective.finding.text), \(objective.verdict.rawValue)")
      )
    }
    guard !judged.isEmpty else { return nil }
    let verdicts: [(Verdict, String)] = [
      (.met, "holds"), (.missed, "does not hold"), (.cannotTell, "cannot tell"),
    ]
    let lines = verdicts.compactMap { verdict, name -> LinePlot.Line? in
      let points = judged.filter { $0.0 == verdict }.map(\.1)
      return points.isEmpty ? nil : .init(name: name, note: "\(points.count) tried", points: points)
    }
    let decisive = outcome.holding ?? outcome.failing ?? trials[0]
    let bound = decisive.objectives[index].finding.bound
    return LinePlot(
      title: trials[0].objectives[index].that, factor: range.path,
      unit: trials.compactMap { $0.objectives[index].finding.unit }.first, x: place.axis,
      lines: lines, bound: bound.flatMap { $0.isFinite ? $0 : nil }, isScattered: true)
  }

  private var trials: HTML {
    var table = HTMLTable(["value", "runs", "verdict", "objectives"])
    for trial in outcome.trials {
      let objectives: [HTML] = trial.objectives.map { objective in
        let reason = objective.finding.reason
        let note: HTML = reason.isEmpty ? .nothing : " <small>\(reason)</small>"
        return """
          \(VerdictSection.badge(objective.verdict.rawValue)) <code>\(objective.that)</code> \
          \(objective.finding.text)\(note)
          """
      }
      table.add([
        "\(outcome.range.text(trial.value))", "\(trial.replications)",
        VerdictSection.badge(trial.verdict.rawValue), objectives.joined(separator: "<br>"),
      ])
    }
    return "<p>In the order in which they were tried.</p>\n\(table.html)"
  }

  private var binding: HTML {
    guard let failing = outcome.failing else {
      return "<p>Nothing within the range: all objectives hold to its end.</p>"
    }
    let missed: [HTML] = failing.objectives.filter { $0.verdict != .met }.map {
      "<li>\(VerdictSection.badge($0.verdict.rawValue)) <code>\($0.that)</code> \($0.finding.text)</li>\n"
    }
    var table = HTMLTable(["resource", "waiting for it", "in its service"])
    for bottleneck in failing.bottlenecks.prefix(8) {
      table.add([
        "\(bottleneck.resource)", "\(ShareText.percent(bottleneck.waitShare))",
        "\(ShareText.percent(bottleneck.serviceShare))",
      ])
    }
    let shares: HTML =
      table.rowCount == 0
      ? "<p>No request closed a time account.</p>"
      : "<p>Where the requests' time goes there, as shares of it:</p>\n\(table.html)"
    return """
      <p>At \(outcome.range.text(failing.value)), the nearest value that does not hold:</p>
      <ul>\(missed)</ul>
      \(shares)
      """
  }
}
