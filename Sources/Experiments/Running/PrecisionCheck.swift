// SPDX-License-Identifier: Apache-2.0
import Scenario

/// Whether the figures of an experiment are known as well as was asked, and what to do when not.
struct PrecisionCheck {
  /// Half-widths from fewer runs are themselves too uncertain to stop by.
  private static let fewestReplications = 3

  private let precision: RunOptions.Precision
  /// Each figure of a point that is too wide, with its half-width as a share of its mean.
  private let wide: [(name: String, share: Double)]

  init(
    _ points: [PointResult], of document: ScenarioDocument, _ precision: RunOptions.Precision
  ) {
    self.precision = precision
    let figures = Figure.judged(of: points, expectations: document.asked + document.expectations)
    wide = figures.flatMap { figure in
      points.indices.compactMap { index -> (String, Double)? in
        let values = figure.replicated[index].compactMap { $0 }
        guard values.count == points[index].replications.count else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        guard mean != 0, let interval = ResultInterval(replications: values) else { return nil }
        let share = (interval.upper - interval.lower) / 2 / abs(mean)
        return share > precision.relative
          ? ("\(points[index].name): \(figure.name)", share) : nil
      }
    }
  }

  /// How many replications there should be next; nil when there are enough, or as many as may be.
  func replications(after count: Int) -> Int? {
    guard count < precision.most else { return nil }
    if count < Self.fewestReplications { return min(Self.fewestReplications, precision.most) }
    guard !wide.isEmpty else { return nil }
    return min(max(count + 1, count * 3 / 2), precision.most)
  }

  var warnings: [String] {
    wide.map { name, share in
      "\(name) is known to ±\(QuantityText.number(share * 100)) % only, after "
        + "\(precision.most) replications; ±\(QuantityText.number(precision.relative * 100)) % was "
        + "asked for"
    }
  }
}
