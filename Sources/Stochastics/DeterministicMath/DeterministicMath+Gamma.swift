// SPDX-License-Identifier: Apache-2.0

extension DeterministicMath {
  /// The natural logarithm of the gamma function, for `x` above zero; not a number otherwise.
  ///
  /// The recurrence shifts `x` to 10 or more, where Stirling's series with nine terms (Bernoulli
  /// numbers; NIST DLMF 5.11.1) has a remainder below 2^-57. The largest error is 8 x 10^-15,
  /// relative where the result exceeds 1 and absolute below, so also at the zeros 1 and 2.
  package static func logGamma(_ x: Double) -> Double {
    guard x > 0 else {
      return .nan
    }
    guard x < .infinity else {
      return .infinity
    }
    var shifted = x
    var product = 1.0
    while shifted < 10 {
      product *= shifted
      shifted += 1
    }
    let halfLogTwoPi = 0.9189385332046728
    let stirling = (shifted - 0.5) * log(shifted) - shifted + halfLogTwoPi
    return stirling + stirlingTail(1 / shifted) - log(product)
  }

  /// The gamma function for `x` above zero, from its logarithm.
  package static func gamma(_ x: Double) -> Double {
    exp(logGamma(x))
  }

  /// sum of B(2k) / (2k (2k - 1)) u^(2k - 1), k = 1...9.
  private static func stirlingTail(_ u: Double) -> Double {
    let w = u * u
    let coefficients: [Double] = [
      1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360_360, 1.0 / 156,
      -3617.0 / 122_400, 43_867.0 / 244_188,
    ]
    return u * coefficients.reversed().reduce(0) { $0 * w + $1 }
  }
}
