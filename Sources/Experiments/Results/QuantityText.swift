// SPDX-License-Identifier: Apache-2.0
import Foundation
package import Measurement

/// Numbers as people read them: four significant digits, with the unit that suits the size.
package enum QuantityText {
  /// A value in a unit: `21.3 ms`, `2.15 GB`, `12,345 requests`; a bare number without a unit.
  package static func text(_ value: Double, in unit: MetricUnit?) -> String {
    guard value.isFinite else { return "\(value)" }
    switch unit {
    case .seconds: return scaled(value, steps: durations)
    case .bytes: return scaled(value, steps: sizes)
    case .bytesPerSecond: return scaled(value, steps: sizes) + "/s"
    case .percent: return number(value) + "%"
    case .none, .ratio: return number(value)
    case .watts, .celsius, .count: return "\(number(value)) \(unit?.symbol ?? "")"
    }
  }

  /// A figure in a table that names what it counts: a bare number for counts, `-` without a value.
  package static func figure(_ value: Double?, in unit: MetricUnit?, isRate: Bool) -> String {
    guard let value else { return "-" }
    let isCount = if case .count = unit { true } else { false }
    return (isCount ? number(value) : text(value, in: unit)) + (isRate ? "/s" : "")
  }

  /// Four significant digits, all digits before the point, thousands separated by commas.
  package static func number(_ value: Double) -> String {
    let magnitude = abs(value)
    if magnitude >= 1e15 || (magnitude < 1e-4 && magnitude > 0) {
      return String(format: "%.3e", value)
    }
    guard magnitude >= 1_000 else { return String(format: "%.4g", value) }
    let digits = Array(String(format: "%.0f", magnitude))
    let grouped = digits.enumerated().reduce(into: "") { text, digit in
      if digit.offset > 0, (digits.count - digit.offset).isMultiple(of: 3) { text += "," }
      text.append(digit.element)
    }
    return (value < 0 ? "-" : "") + grouped
  }

  /// A unit, and from how many base units on it is used.
  private typealias Step = (name: String, size: Double, from: Double)

  /// Largest first. Days, hours and minutes begin at two of them: 90 s is easier to read than
  /// 1.5 min.
  private static let durations: [Step] = [
    ("d", 86_400, 172_800), ("h", 3_600, 7_200), ("min", 60, 120), ("s", 1, 1),
    ("ms", 1e-3, 1e-3), ("µs", 1e-6, 1e-6), ("ns", 1e-9, 0),
  ]
  private static let sizes: [Step] = [
    ("TB", 1e12, 1e12), ("GB", 1e9, 1e9), ("MB", 1e6, 1e6), ("kB", 1e3, 1e3), ("B", 1, 0),
  ]

  private static func scaled(_ value: Double, steps: [Step]) -> String {
    // Zero is zero of the base unit.
    let step =
      value == 0 ? steps.first { $0.size == 1 } : steps.first { abs(value) >= $0.from }
    guard let step else { return number(value) }
    return "\(number(value / step.size)) \(step.name)"
  }
}
