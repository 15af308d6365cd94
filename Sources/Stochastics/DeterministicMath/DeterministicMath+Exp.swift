// SPDX-License-Identifier: Apache-2.0

extension DeterministicMath {
  /// e^`x`.
  ///
  /// x = (32 k + j) ln 2 / 32 + r with |r| <= ln 2 / 64, so e^x = 2^k 2^(j/32) e^r, with a table
  /// for the second and a Taylor polynomial for the third factor. Overflows to infinity above
  /// 709.78; results below 2^-1022 are subnormal and carry their rounding error. Largest error
  /// 0.53 units in the last place.
  package static func exp(_ x: Double) -> Double {
    exp(x, trailing: 0)
  }

  /// e^(`x` + `trailing`), where `trailing` is at most a few units in the last place of `x`.
  static func exp(_ x: Double, trailing: Double) -> Double {
    guard x < 709.79 else {
      return x.isNaN ? x : .infinity
    }
    guard x > -745.14 else {
      return 0
    }
    let (leading, rest, exponent) = reduced(x)
    let index = Int(exponent)
    let r = (leading - rest) + trailing
    let table = index & 31
    let power = PowersOfTwo.leading[table]
    let significand = power + (PowersOfTwo.trailing[table] + power * expMinusOneNearZero(r))
    return scaled(significand, by: index >> 5)
  }

  /// e^`x` - 1, accurate near zero. Largest error 1.1 units in the last place.
  package static func expMinusOne(_ x: Double) -> Double {
    guard abs(x) < 0.5 else {
      return x.isNaN ? x : exp(x) - 1
    }
    guard x != 0 else {
      return x  // Zero keeps its sign.
    }
    // Taylor series; 16 terms leave less than 2^-64 of the sum at the border.
    var sum = 0.0
    for denominator in stride(from: 16.0, through: 2.0, by: -1) {
      sum = (1 + sum) * x / denominator
    }
    return x + x * sum
  }

  /// Splits `x` = n ln 2 / 32 + (leading - rest); n is at most 2^16 in absolute value, so that its
  /// product with the 33 upper bits of the constant is exact.
  private static func reduced(_ x: Double) -> (leading: Double, rest: Double, n: Double) {
    let n = rounded(x * 46.16624130844683)
    return (x - n * (ln2Leading * 0x1p-5), n * (ln2Trailing * 0x1p-5), n)
  }

  /// e^r - 1 for |r| <= 0.011: Taylor polynomial of degree 6, remainder below 2^-58.
  private static func expMinusOneNearZero(_ r: Double) -> Double {
    let square = r * r
    let low = 1.0 / 2 + r * (1.0 / 6)
    let high = (1.0 / 24 + r * (1.0 / 120)) + square * (1.0 / 720)
    return r + square * (low + square * high)
  }

  /// `significand` 2^`exponent` for a significand in [0.5, 4), in two steps where one factor is
  /// not a normal number.
  static func scaled(_ significand: Double, by exponent: Int) -> Double {
    if exponent > 1023 {
      return significand * 0x1p1023 * powerOfTwo(exponent - 1023)
    }
    if exponent < -1022 {
      return significand * powerOfTwo(exponent + 1022) * 0x1p-1022
    }
    return significand * powerOfTwo(exponent)
  }
}
