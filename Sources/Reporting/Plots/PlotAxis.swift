// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Measurement
import Scenario

/// An axis of a plot: numbers by their size or by their logarithm, or words side by side.
struct PlotAxis {
  struct Tick {
    /// From 0 to 1 along the axis.
    let place: Double
    let text: String
  }

  let isLogarithmic: Bool
  private let low: Double
  private let high: Double
  let ticks: [Tick]

  /// Where a value stands, from 0 to 1.
  func place(_ value: Double) -> Double {
    let size = isLogarithmic ? log10(max(value, .leastNormalMagnitude)) : value
    return min(max((size - low) / (high - low), 0), 1)
  }

  private init(
    isLogarithmic: Bool, low: Double, high: Double, marks: [(size: Double, text: String)]
  ) {
    self.isLogarithmic = isLogarithmic
    self.low = low
    self.high = high > low ? high : low + 1
    let span = self.high - low
    ticks = marks.map { Tick(place: ($0.size - low) / span, text: $0.text) }
  }

  // MARK: Figures

  /// - Parameter values: at least one; the ends of intervals among them.
  static func figure(
    _ values: [Double], unit: MetricUnit?, prefersLogarithm: Bool
  ) -> PlotAxis {
    let (least, most) = (values.min() ?? 0, values.max() ?? 1)
    if prefersLogarithm, least > 0, most >= 3 * least {
      let heights = LogarithmicTicks.heights(from: least, to: most)
      return PlotAxis(
        isLogarithmic: true, low: heights[0], high: heights[heights.count - 1],
        marks: heights.map { ($0, TimeChart.axisText(pow(10, $0), unit)) })
    }
    let above = most > 0 ? AxisTicks.values(upTo: most, in: unit) : [0]
    let below =
      least < 0 ? AxisTicks.values(upTo: -least, in: unit).dropFirst().reversed().map { -$0 } : []
    let all = below + above
    return PlotAxis(
      isLogarithmic: false, low: all[0], high: all[all.count - 1],
      marks: all.map { ($0, TimeChart.axisText($0, unit)) })
  }

  // MARK: Factors

  /// Where the values of a factor stand, and what they are on the axis.
  struct Factor {
    let axis: PlotAxis
    private let numbers: [String: Double]

    /// The number of a value on the axis.
    func number(_ text: String) -> Double { numbers[text] ?? 0 }

    /// - Parameter texts: as the scenario writes them; logarithmic where they grow by a ratio, and
    ///   side by side where they are no numbers of one unit.
    init(_ texts: [String]) {
      var distinct: [String] = []
      for text in texts where !distinct.contains(text) { distinct.append(text) }
      let amounts = distinct.map { WrittenAmount($0) }
      let isNumeric = amounts.allSatisfy { $0 != nil && $0?.unit == amounts[0]?.unit }
      let values = distinct.indices.map { isNumeric ? amounts[$0]?.number ?? 0 : Double($0) }
      numbers = Dictionary(zip(distinct, values), uniquingKeysWith: { first, _ in first })
      let sorted = zip(values, distinct).sorted { $0.0 < $1.0 }
      let isLogarithmic = isNumeric && PlotAxis.isGeometric(sorted.map(\.0))
      func size(_ value: Double) -> Double { isLogarithmic ? log10(value) : value }
      // So many texts fit below a plot.
      let step = max(1, (sorted.count + 6) / 7)
      let marks = sorted.enumerated().filter { $0.offset % step == 0 }.map {
        (size: size($0.element.0), text: Self.text($0.element.1))
      }
      let sizes = sorted.map { size($0.0) }
      let room = max((sizes[sizes.count - 1] - sizes[0]) * 0.03, isNumeric ? 0 : 0.3)
      axis = PlotAxis(
        isLogarithmic: isLogarithmic, low: sizes[0] - room, high: sizes[sizes.count - 1] + room,
        marks: marks)
    }

    private static func text(_ text: String) -> String {
      guard let number = Double(text) else { return text }
      return QuantityText.number(number)
    }
  }

  /// Whether values grow by a ratio rather than by a step.
  static func isGeometric(_ values: [Double]) -> Bool {
    guard let first = values.first, let last = values.last, first > 0, last >= 4 * first else {
      return false
    }
    guard values.count > 2 else { return last >= 10 * first }
    func unevenness(_ steps: [Double]) -> Double {
      (steps.max() ?? 1) / max(steps.min() ?? 1, 1e-300)
    }
    let pairs = zip(values, values.dropFirst())
    return unevenness(pairs.map { log($1 / $0) }) < unevenness(pairs.map { $1 - $0 })
  }
}
