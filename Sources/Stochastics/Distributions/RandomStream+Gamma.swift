// SPDX-License-Identifier: Apache-2.0

extension RandomStream {
  /// A gamma draw with scale 1, so with mean `shape`.
  ///
  /// Source: G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables", ACM TOMS
  /// 26(3), 2000: a normal draw, cubed and accepted in more than 95 % of the cases. For a shape
  /// below 1 a draw of shape + 1 is multiplied by U^(1 / shape), as the paper says.
  ///
  /// - Precondition: `shape` is above zero.
  package mutating func gamma(shape: Double) -> Double {
    guard shape < 1 else {
      return gammaOfShapeFromOne(shape)
    }
    // U^(1 / shape) is e to the minus of an exponential over the shape.
    let boost = DeterministicMath.exp(-exponential() / shape)
    return boost * gammaOfShapeFromOne(shape + 1)
  }

  private mutating func gammaOfShapeFromOne(_ shape: Double) -> Double {
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      guard root > 0 else {
        continue
      }
      let v = root * root * root
      let u = nextOpenUnit()
      let square = x * x
      // The squeeze: a cheap lower bound of the acceptance probability.
      if u < 1 - 0.0331 * square * square {
        return d * v
      }
      let bound = 0.5 * square + d * (1 - v + DeterministicMath.log(v))
      if DeterministicMath.log(u) < bound {
        return d * v
      }
    }
  }
}
