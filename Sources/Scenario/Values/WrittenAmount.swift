// SPDX-License-Identifier: Apache-2.0

/// A number with what is written behind it: `500`, `1.5GiB`, `20/s`, `8k`.
///
/// For arithmetic on values as users write them, where the unit does not matter and has to stay.
package struct WrittenAmount: Sendable, Hashable {
  package let number: Double
  /// Empty for a bare number; `k`, `M` and `G` behind one are counted into it.
  package let unit: String
  /// Whether it is written without a point.
  package let isWhole: Bool

  private static let factors = ["k": 1e3, "M": 1e6, "G": 1e9]

  package init?(_ text: some StringProtocol) {
    let digits = text.prefix { $0.isNumber || $0 == "." || $0 == "-" }
    guard let number = Double(digits) else { return nil }
    let unit = String(text.dropFirst(digits.count))
    guard unit.allSatisfy({ $0.isLetter || $0 == "/" || $0 == "%" }) else { return nil }
    let factor = Self.factors[unit]
    self.number = number * (factor ?? 1)
    self.unit = factor == nil ? unit : ""
    isWhole = !digits.contains(".")
  }

  /// A number in the way of the scenario language, whole where it is.
  package static func text(_ number: Double, unit: String) -> String {
    (number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)) + unit
  }
}
