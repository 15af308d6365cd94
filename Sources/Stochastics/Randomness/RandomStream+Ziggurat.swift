// SPDX-License-Identifier: Apache-2.0

extension RandomStream {
  /// An exponential draw with mean 1, in [0, infinity).
  ///
  /// The layer comes from the lowest eight bits of a draw and the place in it from the highest 53,
  /// so that the two are independent (J. Doornik's objection to the first published ziggurats).
  /// About 3 ns.
  @inlinable
  package mutating func exponential() -> Double {
    let bits = next()
    let layer = Ziggurat.exponential.layers[Int(truncatingIfNeeded: bits & 0xFF)]
    let x = Double(bits >> 11) * layer.step
    return x < layer.innerEdge ? x : exponentialOutsideCore(bits: bits, x: x)
  }

  /// A standard normal draw: mean 0, variance 1. About 3 ns.
  @inlinable
  package mutating func normal() -> Double {
    let bits = next()
    let layer = Ziggurat.normal.layers[Int(truncatingIfNeeded: bits & 0xFF)]
    let x = Double(bits >> 11) * layer.step
    let size = x < layer.innerEdge ? x : normalOutsideCore(bits: bits, x: x)
    // Bit 8, which belongs neither to the layer nor to the place in it, becomes the sign; without
    // a branch, since half of all guesses would be wrong.
    return Double(bitPattern: size.bitPattern | (bits & 0x100) << 55)
  }

  /// Finishes an exponential draw that fell right of its layer's inner edge.
  @usableFromInline
  mutating func exponentialOutsideCore(bits: UInt64, x: Double) -> Double {
    var (bits, x) = (bits, x)
    var offset = 0.0
    while true {
      let index = Int(truncatingIfNeeded: bits & 0xFF)
      let layer = Ziggurat.exponential.layers[index]
      if x < layer.innerEdge {
        return offset + x
      }
      if index == 0 {
        // The exponential has no memory: the tail is the whole distribution again, shifted.
        offset += Ziggurat.exponentialTailStart
      } else if height(in: layer) < DeterministicMath.exp(-x) {
        return offset + x
      }
      bits = next()
      x = Double(bits >> 11) * Ziggurat.exponential.layers[Int(bits & 0xFF)].step
    }
  }

  /// Finishes the absolute value of a normal draw that fell right of its layer's inner edge.
  @usableFromInline
  mutating func normalOutsideCore(bits: UInt64, x: Double) -> Double {
    var (bits, x) = (bits, x)
    while true {
      let index = Int(truncatingIfNeeded: bits & 0xFF)
      let layer = Ziggurat.normal.layers[index]
      if x < layer.innerEdge {
        return x
      }
      if index == 0 {
        return normalTail()
      }
      if height(in: layer) < DeterministicMath.exp(-0.5 * x * x) {
        return x
      }
      bits = next()
      x = Double(bits >> 11) * Ziggurat.normal.layers[Int(bits & 0xFF)].step
    }
  }

  /// A draw from the normal density beyond the start of the tail.
  ///
  /// Source: G. Marsaglia, "Generating a variable from the tail of the normal distribution",
  /// Technometrics 6(1), 1964.
  private mutating func normalTail() -> Double {
    while true {
      let x = exponential() / Ziggurat.normalTailStart
      if 2 * exponential() > x * x {
        return Ziggurat.normalTailStart + x
      }
    }
  }

  private mutating func height(in layer: Ziggurat.Layer) -> Double {
    layer.lowerDensity + nextUnit() * (layer.upperDensity - layer.lowerDensity)
  }
}
