// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Measurement
import Scenario

/// What a run has shown, as a short text for people.
package struct RunSummary {
  /// Up to so many points stand side by side; more of them become rows.
  private static let mostColumns = 6

  private let result: ExperimentResult

  package init(_ result: ExperimentResult) {
    self.result = result
  }

  /// The text, with a newline at its end.
  ///
  /// - Parameter keptIn: the folder of the full result, if there is one.
  package func text(keptIn: String?) -> String {
    let parts = [
      heading, figures, expectations, waiting, calibrated, unusedKnobs, warnings,
      keptIn.map { ["kept in \($0)"] } ?? [],
    ]
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }

  // MARK: What was run

  private var heading: [String] {
    let base = result.points[0]
    let runs = result.points.reduce(0) { $0 + $1.replications.count }
    let events = result.points.reduce(0) { $0 + $1.engine.events }
    let from = [result.source?.post, result.source?.experiment].compactMap { $0 }
    let replications = base.replications.count
    let facts = [
      plural(result.points.count, "point"),
      replications == 1 ? "" : plural(replications, "replication"),
      "\(seconds(base.simulatedSeconds)) simulated"
        + (base.warmUpSeconds > 0 ? ", the first \(seconds(base.warmUpSeconds)) as warm-up" : ""),
      base.run.tier == .full ? "" : "tier \(base.run.tier.rawValue)", "seed \(base.run.seed)",
      plural(runs, "run"), "\(QuantityText.number(Double(events))) events",
      "fingerprint \(base.fingerprint.hexadecimal)",
    ]
    return [
      result.title ?? result.name, from.joined(separator: ", "),
      facts.filter { !$0.isEmpty }.joined(separator: ", "),
    ].filter { !$0.isEmpty }
  }

  private func seconds(_ value: Double) -> String { QuantityText.text(value, in: .seconds) }

  private func plural(_ count: Int, _ noun: String) -> String {
    "\(QuantityText.number(Double(count))) \(noun)\(count == 1 ? "" : "s")"
  }

  // MARK: Figures

  /// Points side by side, or below each other when there are many of them.
  private var figures: [String] {
    let (figures, points) = (result.figures, result.points)
    guard !figures.isEmpty else { return [] }
    let precision = FigurePrecision(result)
    if points.count <= Self.mostColumns {
      var table = TextTable([.left] + points.map { _ in .right })
      if points.count > 1 { table.add([""] + points.map(\.name)) }
      for figure in figures {
        table.add([figure.name] + points.indices.map { precision.text(figure, at: $0) })
      }
      return table.lines() + precision.notes
    }
    var table = TextTable([.left] + figures.map { _ in .right })
    table.add([""] + figures.indices.map { "[\($0 + 1)]" })
    for (index, point) in points.enumerated() {
      table.add([point.name] + figures.map { precision.text($0, at: index) })
    }
    return table.lines() + precision.notes + figures.enumerated().map { "[\($0 + 1)] \($1.name)" }
  }

  // MARK: Expectations

  private var expectations: [String] {
    guard !result.expectations.isEmpty else { return [] }
    let tally = Verdict.allCases.compactMap { verdict -> String? in
      let count = result.expectations.count { $0.verdict == verdict }
      return count > 0 ? "\(count) \(verdict.rawValue)" : nil
    }
    var table = TextTable([.left, .left, .left, .left, .left])
    table.add(["verdict", "id", "class", "simulated", "published"])
    for expectation in result.expectations {
      table.add([
        expectation.verdict.rawValue, expectation.id, expectation.toleranceClass.rawValue,
        simulated(expectation), expectation.published ?? "",
      ])
    }
    let rows = table.lines(indent: "  ")
    let reasons = result.expectations.map(reasons)
    return ["expectations: " + tally.joined(separator: ", "), rows[0]]
      + zip(rows.dropFirst(), reasons).flatMap { [$0] + $1 }
  }

  private func simulated(_ expectation: ExpectationResult) -> String {
    guard let interval = expectation.finding.interval else { return expectation.finding.text }
    let unit = expectation.finding.unit
    let ends = [interval.lower, interval.upper].map { QuantityText.text($0, in: unit) }
    return expectation.finding.text + " (\(ends[0]) to \(ends[1]))"
  }

  /// What has to be said below the row of an expectation that is not simply met.
  private func reasons(_ expectation: ExpectationResult) -> [String] {
    let indent = "      "
    let isPlain = expectation.verdict == .met || expectation.verdict == .notApplicable
    return [
      expectation.finding.reason.isEmpty ? nil : indent + expectation.finding.reason,
      isPlain ? nil : indent + expectation.that,
      isPlain ? nil : expectation.because.map { indent + "because: " + $0 },
    ].compactMap { $0 }
  }

  // MARK: What else has to be said

  /// The resources for which the requests of the first point waited longest.
  private var waiting: [String] {
    let waits = result.points[0].bottlenecks.prefix(3).filter { $0.waitShare >= 0.001 }
    guard !waits.isEmpty else { return [] }
    let shares = waits.map {
      "\($0.resource) \(QuantityText.number(($0.waitShare * 1_000).rounded() / 10))%"
    }
    return [
      "share of the requests' time spent waiting"
        + (result.points.count > 1 ? " (\(result.points[0].name))" : "") + ": "
        + shares.joined(separator: ", ")
    ]
  }

  private var calibrated: [String] {
    var lines: [String] = []
    for value in result.points.flatMap(\.calibrated) {
      let line = "  \(value.key): \(value.because)"
      if !lines.contains(line) { lines.append(line) }
    }
    return lines.isEmpty ? [] : ["calibrated, not predicted:"] + lines
  }

  private var unusedKnobs: [String] {
    let knobs = result.points[0].unusedKnobs.filter { knob in
      result.points.allSatisfy { $0.unusedKnobs.contains(knob) }
    }
    return knobs.isEmpty ? [] : ["stated, but without influence:"] + knobs.map { "  \($0)" }
  }

  private var warnings: [String] {
    var lines: [String] = []
    for warning in result.warnings + result.points.flatMap(\.warnings)
    where !lines.contains("  " + warning) {
      lines.append("  " + warning)
    }
    return lines.isEmpty ? [] : ["warnings:"] + lines
  }
}
