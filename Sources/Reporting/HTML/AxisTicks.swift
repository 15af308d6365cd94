// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Measurement

/// Round values along an axis. The script of the page does the same when it zooms.
enum AxisTicks {
  /// From zero to a round value that is not below `largest`, in at most five steps.
  static func values(upTo largest: Double, in unit: MetricUnit?) -> [Double] {
    guard largest > 0, largest.isFinite else { return [0, 1] }
    let step =
      unit == .seconds && largest >= 120
      ? timeStep(largest / 4) : decimalStep(largest / 4)
    let count = max(1, Int((largest / step - 1e-9).rounded(.up)))
    return (0...count).map { Double($0) * step }
  }

  /// Times from zero within a duration, in seconds.
  static func times(until duration: Double) -> [Double] {
    guard duration > 0 else { return [0] }
    let step = timeStep(duration / 6)
    return Array(stride(from: 0, through: duration, by: step))
  }

  /// The power of ten times 1, 2 or 5 that is not below `least`.
  static func decimalStep(_ least: Double) -> Double {
    let power = pow(10, floor(log10(least)))
    return ([1, 2, 5, 10].first { $0 * power >= least * (1 - 1e-9) } ?? 10) * power
  }

  /// A step people count time in that is not below `least`, both in seconds.
  static func timeStep(_ least: Double) -> Double {
    if least <= 1 { return decimalStep(least) }
    return timeSteps.first { $0 >= least } ?? decimalStep(least / 86_400) * 86_400
  }

  private static let timeSteps: [Double] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
    86_400, 172_800,
  ]

  /// A time as it stands below the axis.
  static func timeText(_ seconds: Double, step: Double) -> String {
    let unit: (size: Double, name: String) =
      step >= 86_400
      ? (86_400, "d")
      : step >= 3_600 ? (3_600, "h") : step >= 60 ? (60, "min") : (1, "s")
    return QuantityText.number(seconds / unit.size) + " " + unit.name
  }
}

extension MetricUnit {
  /// The unit with a symbol, as written in `result.json` and `series.csv`; nil for a ratio.
  static func named(_ symbol: String) -> MetricUnit? {
    let plain: [MetricUnit] = [.seconds, .bytes, .percent, .bytesPerSecond, .watts, .celsius]
    return symbol.isEmpty ? nil : plain.first { $0.symbol == symbol } ?? .count(symbol)
  }
}
