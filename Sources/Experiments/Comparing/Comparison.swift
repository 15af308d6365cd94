// SPDX-License-Identifier: Apache-2.0
import Stochastics

/// Points side by side, each judged against the first.
///
/// Replications with equal seeds saw the same luck and are compared pair by pair; others as two
/// independent samples (Welch). All verdicts of a comparison together are wrong with a probability of
/// ``level`` at most (Holm), so that many figures do not make one of them differ by chance.
package struct Comparison: Sendable {
  /// The probability that a comparison of equals finds any difference.
  package static let level = 0.05

  /// What is compared.
  package struct Point: Sendable {
    package let name: String
    package let result: SavedResult

    package init(name: String, result: SavedResult) {
      self.name = name
      self.result = result
    }
  }

  /// A knob that is not the same everywhere.
  package struct Difference: Sendable, Hashable {
    package let path: String
    /// In the order of the points; nil where it is not stated and has no default.
    package let values: [String?]
  }

  package let points: [Point]
  package let figures: [ComparedFigure]
  package let knobs: [Difference]
  /// Whether all points have the first one's seeds.
  package let isPaired: Bool

  /// - Parameters:
  ///   - points: two or more.
  ///   - selected: the figures of each point that are compared, in the order of the points.
  package init(_ points: [Point], selecting selection: FigureSelection) {
    precondition(points.count > 1, "one point cannot be compared")
    self.points = points
    isPaired = points.allSatisfy { $0.result.seeds == points[0].result.seeds }
    let columns = points.map { selection.figures(of: $0.result) }
    var names: [String] = []
    var seen: Set<String> = []
    for column in columns {
      for figure in column where seen.insert(figure.name).inserted { names.append(figure.name) }
    }
    let tables = columns.map { column in
      Dictionary(column.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let isPaired = points.map { $0.result.seeds == points[0].result.seeds }
    figures = Self.judged(
      names.compactMap { name in Self.figure(tables.map { $0[name] }, isPaired: isPaired) })
    knobs = Self.differences(points)
  }

  /// Whether any figure is worse than the first point's: for an exit code.
  package var isAnythingWorse: Bool {
    figures.contains { $0.cells.contains { $0.verdict == .worse } }
  }

  private static func figure(
    _ found: [SavedResult.Figure?], isPaired: [Bool]
  ) -> ComparedFigure? {
    guard let any = found.compactMap({ $0 }).first else { return nil }
    let cells = found.indices.map { index in
      cell(found[index], beside: found[0], isPaired: isPaired[index], isFirst: index == 0)
    }
    return ComparedFigure(
      name: any.name, unit: any.unit, isRate: any.rate, better: any.better, cells: cells)
  }

  private static func cell(
    _ figure: SavedResult.Figure?, beside first: SavedResult.Figure?, isPaired: Bool,
    isFirst: Bool
  ) -> ComparedFigure.Cell {
    guard let figure, let first else {
      return .init(
        value: figure?.value, difference: nil, interval: nil, probability: nil,
        verdict: .missing)
    }
    let (mine, others) = (Sample(figure), Sample(first))
    let isSame = isPaired && figure.replications == first.replications
    guard !isFirst, !isSame else {
      return .init(
        value: figure.value, difference: figure.value - first.value, interval: nil,
        probability: nil, verdict: .same)
    }
    let test = mine.difference(from: others, isPaired: isPaired)
    return .init(
      value: figure.value, difference: test?.estimate ?? figure.value - first.value,
      interval: test?.interval, probability: test?.probability, verdict: .cannotTell)
  }

  /// Puts in the verdicts, for which all tests have to be known.
  private static func judged(_ figures: [ComparedFigure]) -> [ComparedFigure] {
    var figures = figures
    let places = figures.indices.flatMap { row in
      figures[row].cells.indices.filter { figures[row].cells[$0].probability != nil }
        .map { (row, $0) }
    }
    let isDifferent = Holm.rejections(
      places.compactMap { figures[$0.0].cells[$0.1].probability }, level: level)
    for (place, isDifferent) in zip(places, isDifferent) where isDifferent {
      let difference = figures[place.0].cells[place.1].difference ?? 0
      figures[place.0].cells[place.1].verdict = verdict(difference, figures[place.0].better)
    }
    return figures
  }

  private static func verdict(
    _ difference: Double, _ better: FigureDirection?
  ) -> ComparisonVerdict {
    switch better {
    case .lower: difference < 0 ? .better : .worse
    case .higher: difference > 0 ? .better : .worse
    case .either, nil: difference > 0 ? .higher : .lower
    }
  }

  /// Knobs whose values differ, in the order of the first point; then what others have besides.
  private static func differences(_ points: [Point]) -> [Difference] {
    var paths: [String] = []
    var seen: Set<String> = []
    for point in points {
      for knob in point.result.configuration where seen.insert(knob.path).inserted {
        paths.append(knob.path)
      }
    }
    let tables = points.map { point in
      Dictionary(
        point.result.configuration.map { ($0.path, $0.value) },
        uniquingKeysWith: { first, _ in first })
    }
    return paths.compactMap { path in
      let values = tables.map { $0[path] }
      return values.allSatisfy { $0 == values[0] } ? nil : Difference(path: path, values: values)
    }
  }
}
