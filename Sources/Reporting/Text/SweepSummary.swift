// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Measurement

/// A sweep for people: a row a point, and how figures grow.
package struct SweepSummary {
  /// So many fit a screen.
  private static let mostExponents = 24

  private let results: [SavedResult]

  /// - Parameter results: at least one.
  package init(_ results: [SavedResult]) {
    self.results = results
  }

  package func text(keptIn: String) -> String {
    [figures, exponents, ["kept in \(keptIn): points, and table.csv and plot.svg of all of them"]]
      .filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private var figures: [String] {
    var names: [String] = []
    for figure in results.flatMap({ $0.figures ?? [] }) where !names.contains(figure.name) {
      names.append(figure.name)
    }
    var table = TextTable([.left] + names.map { _ in .right })
    table.add([""] + names.indices.map { "[\($0 + 1)]" })
    for result in results {
      let own = Dictionary(
        (result.figures ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      table.add(
        [result.pointName]
          + names.map { name in
            own[name].map {
              QuantityText.text($0.value, in: MetricUnit(symbol: $0.unit)) + ($0.rate ? "/s" : "")
            } ?? "-"
          })
    }
    return table.lines() + names.enumerated().map { "[\($0 + 1)] \($1)" }
  }

  private var exponents: [String] {
    let all = ScalingExponent.all(of: results)
    guard !all.isEmpty else { return [] }
    var table = TextTable([.left, .right, .left, .right, .left])
    table.add(["  figure", "exponent", "95 %", "R²", "over, among"])
    for fit in all.prefix(Self.mostExponents) {
      table.add([
        "  " + fit.figure, QuantityText.number(fit.exponent),
        "(\(QuantityText.number(fit.interval.lower)) to \(QuantityText.number(fit.interval.upper)))",
        QuantityText.number(fit.rSquared), "\(fit.axis), \(fit.among)",
      ])
    }
    let more = all.count - Self.mostExponents
    return ["growth with a knob, as its power:"] + table.lines()
      + (more > 0 ? ["  and \(more) more"] : [])
  }
}
