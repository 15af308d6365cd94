// SPDX-License-Identifier: Apache-2.0

extension DeterministicMath {
  /// `base` to the power `exponent`, with C's rules for zeros, infinities and negative bases.
  ///
  /// exp(`exponent` log(`base`)) with the logarithm and the product in twice the precision, since
  /// an error in the product's last place would be multiplied by up to 745. Largest error
  /// 0.7 units in the last place.
  package static func pow(_ base: Double, _ exponent: Double) -> Double {
    if exponent == 0 || base == 1 {
      return 1
    }
    if base.isNaN || exponent.isNaN {
      return .nan
    }
    if exponent.isInfinite {
      return powerToInfinity(abs(base), exponent)
    }
    let isInteger = exponent.rounded(.towardZero) == exponent
    let isOdd = isInteger && abs(exponent) < 0x1p53 && Int64(exponent) & 1 == 1
    guard base > 0 || isInteger || base == 0 || base.isInfinite else {
      return .nan
    }
    let size = powerOfPositive(abs(base), exponent)
    return base.sign == .minus && isOdd ? -size : size
  }

  private static func powerToInfinity(_ size: Double, _ exponent: Double) -> Double {
    if size == 1 {
      return 1
    }
    return (size > 1) == (exponent > 0) ? .infinity : 0
  }

  private static func powerOfPositive(_ base: Double, _ exponent: Double) -> Double {
    guard let (power, fraction) = decomposed(base) else {
      return (base == 0) == (exponent > 0) ? 0 : .infinity
    }
    let logarithm = preciseLog(onePlus: fraction, power: power)
    // Beyond this the result is 0, 1 or infinity anyway, and the exact product could overflow.
    let estimate = logarithm.leading * exponent
    guard abs(estimate) < 1000, abs(exponent) < 0x1p70 else {
      return exp(estimate)
    }
    guard abs(estimate) > 0x1p-60 else {
      return 1 + estimate
    }
    let product = logarithm * DoubleDouble(leading: exponent, trailing: 0)
    return exp(product.leading, trailing: product.trailing)
  }

  /// log(1 + f) + `power` log 2 to about 2^-65 of its value.
  private static func preciseLog(onePlus f: Double, power: Double) -> DoubleDouble {
    // s = f / (2 + f), with the remainder of the division as the trailing part. The sum is exact
    // in two parts, so nothing of f is lost.
    let divisor = DoubleDouble(larger: 2, smaller: f)
    let quotient = f / divisor.leading
    let back = DoubleDouble(product: quotient, divisor.leading)
    let remainder = (f - back.leading) - back.trailing - quotient * divisor.trailing
    let s = DoubleDouble(larger: quotient, smaller: remainder / divisor.leading)

    // log(1 + f) = 2 s (1 + z / 3 + z^2 (1/5 + z/7 + ...)), z = s^2: the first two terms in full,
    // the rest, below 2^-12 of the sum, in plain doubles.
    let z = s * s
    let third = DoubleDouble(leading: 0x1.5555555555555p-2, trailing: 0x1.5555555555555p-56)
    let rest = z.leading * z.leading * atanhRest(z.leading)
    let series = DoubleDouble(leading: 1, trailing: 0) + (z * third)
    let bracket = DoubleDouble(larger: series.leading, smaller: series.trailing + rest)
    let doubled = DoubleDouble(leading: 2 * s.leading, trailing: 2 * s.trailing)
    let fraction = doubled * bracket
    guard power != 0 else {
      return fraction
    }
    let whole = DoubleDouble(
      larger: power * ln2Leading, smaller: power * ln2Trailing)
    let low = DoubleDouble(leading: 0, trailing: power * ln2Remainder)
    return (whole + fraction) + low
  }

  /// What the two parts of the logarithm of 2 leave.
  private static let ln2Remainder = -0x1.9ff0342542fc3p-90

  /// 1/5 + z/7 + z^2/9 + ... + z^9/23.
  private static func atanhRest(_ z: Double) -> Double {
    var sum = 0.0
    for denominator in stride(from: 23.0, through: 5.0, by: -2) {
      sum = sum * z + 1 / denominator
    }
    return sum
  }
}
