// SPDX-License-Identifier: Apache-2.0
import Experiments
import Measurement

/// The plots of a sweep: each figure against each factor, a line for each variant and each
/// combination of the other factors.
struct SweepPlots {
  /// More lines cannot be told apart.
  static let mostLines = 6

  let results: [SavedResult]
  private let exponents: [ScalingExponent]

  init(_ results: [SavedResult]) {
    self.results = results
    exponents = ScalingExponent.all(of: results)
  }

  /// Factors with more than one value.
  var factors: [String] {
    (results.first?.coordinates.keys.sorted() ?? []).filter { axis in
      Set(results.compactMap { $0.coordinates[axis] }).count > 1
    }
  }

  /// Names of figures, in the order in which they first appear.
  var figures: [String] {
    var names: [String] = []
    for figure in results.flatMap({ $0.figures ?? [] }) where !names.contains(figure.name) {
      names.append(figure.name)
    }
    return names
  }

  /// One a factor and figure that has a value somewhere.
  var all: [LinePlot] {
    factors.flatMap { factor in figures.compactMap { plot($0, against: factor) } }
  }

  private func plot(_ figure: String, against axis: String) -> LinePlot? {
    let place = PlotAxis.Factor(results.compactMap { $0.coordinates[axis] })
    let groups = groups(varying: axis)
    let short = axis.split(separator: ".").last.map(String.init) ?? axis
    var unit: MetricUnit?
    let lines = groups.compactMap { group -> LinePlot.Line? in
      let points = group.results.compactMap { result -> LinePlot.Point? in
        guard let value = result.coordinates[axis],
          let own = result.figures?.first(where: { $0.name == figure }), own.value.isFinite
        else { return nil }
        unit = .named(own.unit)
        let interval = own.shownInterval
        let text =
          QuantityText.figure(own.value, in: .named(own.unit), isRate: own.rate)
          + (interval.map { ends in
            let texts = [ends.lower, ends.upper].map {
              QuantityText.figure($0, in: .named(own.unit), isRate: own.rate)
            }
            return " (\(texts[0]) to \(texts[1]))"
          } ?? "")
        return LinePlot.Point(
          x: place.number(value), y: own.value, interval: interval,
          words: "\(group.name), \(short) \(value): \(text)")
      }
      guard !points.isEmpty else { return nil }
      return LinePlot.Line(
        name: group.name, note: exponent(of: figure, over: axis, among: group.full),
        points: points.sorted { $0.x < $1.x })
    }
    guard !lines.isEmpty else { return nil }
    return LinePlot(title: figure, factor: axis, unit: unit, x: place.axis, lines: lines)
  }

  private func exponent(of figure: String, over axis: String, among group: String) -> String {
    guard
      let fit = exponents.first(where: {
        $0.figure == figure && $0.axis == axis && $0.among == group
      })
    else { return "" }
    let texts = [fit.exponent, fit.interval.lower, fit.interval.upper].map(QuantityText.number)
    return "grows with power \(texts[0]) (\(texts[1]) to \(texts[2]))"
  }

  private struct Group {
    /// Short, for people.
    let name: String
    /// As ``ScalingExponent`` names it.
    let full: String
    var results: [SavedResult]
  }

  /// Points that differ in one factor only; evenly chosen where there are too many.
  private func groups(varying axis: String) -> [Group] {
    var groups: [Group] = []
    for result in results {
      let others = result.coordinates.filter { $0.key != axis }.sorted { $0.key < $1.key }
      let full = ([result.variant] + others.map { "\($0.key)=\($0.value)" }).joined(separator: " ")
      if let index = groups.firstIndex(where: { $0.full == full }) {
        groups[index].results.append(result)
        continue
      }
      let short = others.map { "\($0.key.split(separator: ".").last ?? "")=\($0.value)" }
      groups.append(
        Group(
          name: ([result.variant] + short).joined(separator: " "), full: full, results: [result]))
    }
    guard groups.count > Self.mostLines else { return groups }
    return (0..<Self.mostLines).map { groups[$0 * (groups.count - 1) / (Self.mostLines - 1)] }
  }
}

extension SavedResult.Figure {
  /// As it was kept; results of before intervals were kept have the replications only.
  var shownInterval: ResultInterval? {
    if let interval { return ResultInterval(lower: interval.lower, upper: interval.upper) }
    let known = replications.compactMap { $0 }
    return known.count == replications.count ? ResultInterval(replications: known) : nil
  }
}
