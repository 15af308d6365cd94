// SPDX-License-Identifier: Apache-2.0

/// An unevaluated sum of two doubles, about 106 bits of significand.
///
/// Source of the error-free transformations: T. J. Dekker, "A floating-point technique for
/// extending the available precision", Numerische Mathematik 18, 1971. They hold for values well
/// inside the range of a double (here all are between 2^-60 and 2^12).
struct DoubleDouble {
  var leading: Double
  var trailing: Double

  /// The exact sum of two doubles, the first not smaller than the second in absolute value.
  init(larger: Double, smaller: Double) {
    leading = larger + smaller
    trailing = smaller - (leading - larger)
  }

  /// The exact product of two doubles.
  init(product a: Double, _ b: Double) {
    let (aHigh, aLow) = Self.split(a)
    let (bHigh, bLow) = Self.split(b)
    leading = a * b
    trailing = ((aHigh * bHigh - leading) + aHigh * bLow + aLow * bHigh) + aLow * bLow
  }

  /// A number given by its two parts.
  init(leading: Double, trailing: Double) {
    self.leading = leading
    self.trailing = trailing
  }

  /// The parts of 26 bits each that add up to `value`.
  private static func split(_ value: Double) -> (high: Double, low: Double) {
    let shifted = 134_217_729 * value  // 2^27 + 1
    let high = shifted - (shifted - value)
    return (high, value - high)
  }

  static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let product = DoubleDouble(product: a.leading, b.leading)
    let cross = a.leading * b.trailing + a.trailing * b.leading
    return DoubleDouble(larger: product.leading, smaller: product.trailing + cross)
  }

  /// The sum, where the first operand is not smaller than the second in absolute value.
  static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let sum = DoubleDouble(larger: a.leading, smaller: b.leading)
    return DoubleDouble(
      larger: sum.leading, smaller: sum.trailing + (a.trailing + b.trailing))
  }
}
