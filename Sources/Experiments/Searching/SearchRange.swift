// SPDX-License-Identifier: Apache-2.0
import Foundation
import Scenario

/// Between which values of a knob is searched: `path=from..to`, both ends with the same unit.
package struct SearchRange: Sendable, Hashable {
  /// Why a range makes no sense.
  package struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
    package let text: String
    package let reason: String
    package var description: String { "--over \(text): error: \(reason)" }
  }

  package let path: String
  package let lower: Double
  package let upper: Double
  /// Written behind the number.
  package let unit: String
  /// Only whole numbers are tried.
  package let isWhole: Bool

  package init(parsing text: String) throws(Problem) {
    func problem(_ reason: String) -> Problem { Problem(text: text, reason: reason) }
    guard let equals = text.firstIndex(of: "="),
      let dots = text[equals...].firstRange(of: "..")
    else { throw problem("expected path=from..to, such as cluster.nodePools.gpu.count=100..10k") }
    path = String(text[..<equals])
    let (from, to) = (text[text.index(after: equals)..<dots.lowerBound], text[dots.upperBound...])
    guard let lower = WrittenAmount(from), let upper = WrittenAmount(to) else {
      throw problem("'\(from)' to '\(to)' are no numbers")
    }
    guard lower.unit == upper.unit else { throw problem("the ends have different units") }
    guard lower.number < upper.number else { throw problem("it has to go upwards") }
    self.lower = lower.number
    self.upper = upper.number
    unit = lower.unit
    isWhole =
      unit.isEmpty && lower.number == lower.number.rounded()
      && upper.number == upper.number.rounded() && upper.number - lower.number > 1
  }

  /// A value as the scenario language writes it.
  package func text(_ value: Double) -> String { WrittenAmount.text(value, unit: unit) }

  /// Halfway: by ratio where the ends are far apart, since then the size is what is sought.
  func middle(_ a: Double, _ b: Double) -> Double {
    let low = min(a, b)
    let high = max(a, b)
    let middle = low > 0 && high > 2 * low ? (low * high).squareRoot() : (low + high) / 2
    if isWhole { return min(max(middle.rounded(), low + 1), high - 1) }
    let rounded = Self.rounded(middle)
    return low < rounded && rounded < high ? rounded : middle
  }

  /// To four significant digits: nobody asks for more of a capacity.
  private static func rounded(_ value: Double) -> Double {
    Double(String(format: "%.4g", value)) ?? value
  }
}
