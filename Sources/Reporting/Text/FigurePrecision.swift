// SPDX-License-Identifier: Apache-2.0
import Experiments

/// How well the figures of a table are known: `±2.1 %` behind a value, and what that means below
/// the table.
struct FigurePrecision {
  /// Behind a value whose interval is too narrow.
  private static let mark = "~"

  private let result: ExperimentResult

  init(_ result: ExperimentResult) {
    self.result = result
  }

  /// A figure at a point with half of its interval as a share of the value; the value alone where
  /// there is no interval or nothing to divide by.
  func text(_ figure: Figure, at point: Int) -> String {
    let text = figure.text(figure.values[point])
    guard let value = figure.values[point], value != 0, let interval = figure.intervals[point],
      interval.upper > interval.lower
    else { return text }
    let share = (interval.upper - interval.lower) / 2 / abs(value) * 100
    let digits = share < 10 ? 10.0 : 1
    // Rounded up: no figure is known better than is said.
    let rounded = (share * digits).rounded(.up) / digits
    return "\(text) ±\(QuantityText.number(rounded)) %" + (interval.isTooNarrow ? Self.mark : "")
  }

  /// Where the intervals come from.
  var notes: [String] {
    let shown = result.figures.flatMap { figure in
      zip(figure.values, figure.intervals).compactMap { value, interval in
        interval.flatMap { $0.upper > $0.lower && value != 0 ? $0 : nil }
      }
    }
    guard !shown.isEmpty else { return [] }
    let sources = [
      shown.contains { $0.method == .replications } ? "over replications" : nil,
      shown.contains { $0.method != .replications }
        ? "over batches of the measured time" : nil,
    ].compactMap { $0 }
    return ["±: half of the 95 % interval, \(sources.joined(separator: ", or "))"]
      + (shown.contains(where: \.isTooNarrow)
        ? ["\(Self.mark): wider in truth, as the batches are correlated; a longer run helps"] : [])
  }
}

extension ResultInterval {
  /// Whether its batches are correlated.
  var isTooNarrow: Bool {
    if case .batchMeans(_, let areCorrelated) = method { areCorrelated } else { false }
  }
}
