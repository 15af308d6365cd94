// SPDX-License-Identifier: Apache-2.0

extension DeterministicMath {
  /// The natural logarithm of `x`; negative infinity at zero, not a number below it.
  ///
  /// x = 2^k (1 + f) with 1 + f between sqrt(1/2) and sqrt(2); with s = f / (2 + f),
  /// log(1 + f) = 2 (s + s^3 / 3 + s^5 / 5 + ...). Largest error 0.73 units in the
  /// last place.
  package static func log(_ x: Double) -> Double {
    guard let (exponent, f) = decomposed(x) else {
      return logOfSpecial(x)
    }
    return logOfOnePlus(f, adding: exponent)
  }

  /// log(1 + `x`), accurate near zero; negative infinity at -1, not a number below it.
  /// Largest error 1.2 units in the last place.
  package static func logOnePlus(_ x: Double) -> Double {
    // Between these bounds 1 + x needs no scaling, and x itself is the exact fraction.
    if x > -0.29, x < 0.41 {
      return x == 0 ? x : logOfOnePlus(x, adding: 0)
    }
    let sum = 1 + x
    guard sum > 0, sum < .infinity else {
      return logOfSpecial(sum)
    }
    // What the sum lost in rounding, to first order.
    let lost = x > 1 ? 1 - (sum - x) : x - (sum - 1)
    return log(sum) + lost / sum
  }

  /// `x` as 2^exponent (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)); nil unless positive and finite.
  static func decomposed(_ x: Double) -> (exponent: Double, fraction: Double)? {
    guard x > 0, x < .infinity else {
      return nil
    }
    var bits = x.bitPattern
    var exponent = -1023
    if x < 0x1p-1022 {
      bits = (x * 0x1p54).bitPattern
      exponent -= 54
    }
    exponent += Int(bits >> 52)
    bits &= 0x000F_FFFF_FFFF_FFFF
    // The significand bits of sqrt(2); above, the next power of two is nearer.
    if bits > 0x0006_A09E_667F_3BCD {
      exponent += 1
      return (Double(exponent), Double(bitPattern: bits | 0x3FE0_0000_0000_0000) - 1)
    }
    return (Double(exponent), Double(bitPattern: bits | 0x3FF0_0000_0000_0000) - 1)
  }

  private static func logOfSpecial(_ x: Double) -> Double {
    if x == 0 {
      return -.infinity
    }
    return x < 0 ? .nan : x
  }

  /// log(1 + f) + `exponent` log 2 for f in [-0.3, 0.42].
  private static func logOfOnePlus(_ f: Double, adding exponent: Double) -> Double {
    let s = f / (2 + f)
    let z = s * s
    // 2 s = f - s f, and s f = f^2 / 2 - s f^2 / 2; so the large term f stays free of the
    // quotient's rounding error: log(1 + f) = f - (f^2 / 2 - s (f^2 / 2 + tail)).
    let half = 0.5 * f * f
    let correction = s * (half + 2 * z * atanhTail(z))
    if exponent == 0 {
      return f - (half - correction)
    }
    return exponent * ln2Leading - ((half - (correction + exponent * ln2Trailing)) - f)
  }

  /// 1/3 + z/5 + z^2/7 + ... + z^10/23; for z <= 0.0318 the remainder is below 2^-57 of the sum.
  /// Even and odd powers are summed apart, which halves the chain of dependent operations.
  private static func atanhTail(_ z: Double) -> Double {
    let w = z * z
    let even =
      1.0 / 3 + w * (1.0 / 7 + w * (1.0 / 11 + w * (1.0 / 15 + w * (1.0 / 19 + w * (1.0 / 23)))))
    let odd = 1.0 / 5 + w * (1.0 / 9 + w * (1.0 / 13 + w * (1.0 / 17 + w * (1.0 / 21))))
    return even + z * odd
  }
}
