// SPDX-License-Identifier: Apache-2.0

/// A share of a whole, 0 to 1: `0.5` or `50%`.
package struct Fraction: Hashable, Sendable, Comparable, Codable {
  /// The share; 0...1 once it passed a knob's limits.
  package let value: Double

  package init(_ value: Double) {
    self.value = value
  }

  package static func < (lhs: Fraction, rhs: Fraction) -> Bool { lhs.value < rhs.value }
}

extension Fraction: ScalarKnobValue {
  package static var kind: KnobKind { .fraction }
  package static var placeholder: Fraction { Fraction(0) }

  package static var customaryLimits: KnobLimits<Fraction>? {
    KnobLimits(Fraction(0)...Fraction(1), isDeclared: false)
  }

  package init(parsing text: String) throws(ValueProblem) {
    guard let number = DecimalText(text[...], allowingExponent: true) else {
      throw ValueProblem(.malformed(found: text, kind: .fraction))
    }
    let rest = number.rest.drop { $0 == " " }
    guard rest.isEmpty || rest == "%" else {
      throw ValueProblem(.malformed(found: text, kind: .fraction))
    }
    let value = rest.isEmpty ? number.double : number.double / 100
    guard value.isFinite else { throw ValueProblem(.tooLarge(found: text, kind: .fraction)) }
    self.init(value)
  }

  package var rendered: String { value.plainText }
}
