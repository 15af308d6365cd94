// SPDX-License-Identifier: Apache-2.0
import Foundation
import Scenario

/// Scales values as they are written in a configuration.
enum KnobScale {
  /// A number with its unit times a factor; of a distribution, all its parts that have a unit. Nil for
  /// what is no amount: names, lists, `null`.
  ///
  /// - Parameter keepingWhole: a bare whole number stays one. Not all of them have to: `cpu-speed: 1`.
  static func scaled(
    _ text: String, by factor: Double, keepingWhole: Bool = true
  ) -> String? {
    if let amount = amount(text[...], by: factor, keepingWhole) { return amount }
    guard let open = text.firstIndex(of: "("), text.hasSuffix(")") else { return nil }
    var didScale = false
    let arguments = text[text.index(after: open)...].dropLast().split(separator: ",").map {
      part -> String in
      let pieces = part.split(separator: ":", maxSplits: 1).map {
        String($0).trimmingCharacters(in: .whitespaces)
      }
      guard let value = pieces.last, let last = value.last, !last.isNumber,
        let scaled = amount(value[...], by: factor, keepingWhole)
      else { return pieces.joined(separator: ": ") }
      didScale = true
      return (pieces.dropLast() + [scaled]).joined(separator: ": ")
    }
    return didScale ? text[...open] + arguments.joined(separator: ", ") + ")" : nil
  }

  private static func amount(
    _ text: Substring, by factor: Double, _ keepingWhole: Bool
  ) -> String? {
    guard let amount = WrittenAmount(text), amount.number >= 0 else { return nil }
    // Nothing is nothing, however often.
    guard amount.number > 0 else { return String(text) }
    let scaled = amount.number * factor
    let isWhole =
      amount.isWhole
      && (amount.unit.isEmpty && keepingWhole || scaled == scaled.rounded())
    if amount.unit == "ns" || isWhole {
      // What is written as a whole number stays one, and at least one; nothing is finer than 1 ns.
      return WrittenAmount.text(max(1, scaled.rounded()), unit: amount.unit)
    }
    return String(format: "%.6g", scaled) + amount.unit
  }
}
