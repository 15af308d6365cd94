// SPDX-License-Identifier: Apache-2.0

/// The stack of 256 equal-area layers under a decreasing density on [0, infinity).
///
/// Source: G. Marsaglia, W. W. Tsang, "The ziggurat method for generating random variables",
/// Journal of Statistical Software 5(8), 2000. Layer 0 is the base: a rectangle up to `tailStart`
/// and the whole tail beyond, widened to a rectangle of the common area. A point drawn uniformly
/// in a layer is accepted at once if it lies left of the next layer's edge, which happens in
/// 98.9 % (exponential) and 99.3 % (normal) of the draws.
///
/// The edges are computed once per process with `DeterministicMath`, hence the same everywhere.
@usableFromInline
struct Ziggurat: Sendable {
  /// One layer, as a draw needs it.
  @usableFromInline
  struct Layer: Sendable, BitwiseCopyable {
    /// The layer's width times 2^-53, to be multiplied by a 53-bit integer.
    @usableFromInline let step: Double
    /// Left of this edge, which is the width of the layer above, every point is under the curve.
    @usableFromInline let innerEdge: Double
    /// The density at the layer's outer edge: the layer's lower border.
    @usableFromInline let lowerDensity: Double
    /// The density at the inner edge: the layer's upper border.
    @usableFromInline let upperDensity: Double
  }

  /// 256 layers from the base to the top.
  @usableFromInline let layers: [Layer]

  /// Stacks the layers.
  ///
  /// - Parameters:
  ///   - tailStart: Where the tail begins: the outer edge of layer 1.
  ///   - area: The area of each layer.
  ///   - density: The density, not normalised: 1 at zero.
  ///   - inverse: The point where the density takes a given value in (0, 1).
  init(
    tailStart: Double, area: Double, density: (Double) -> Double, inverse: (Double) -> Double
  ) {
    let count = 256
    var edges = [area / density(tailStart), tailStart]
    var height = density(tailStart)
    while edges.count < count {
      height += area / edges[edges.count - 1]
      edges.append(inverse(height))
    }
    // `tailStart` and `area` are such that the last layer closes at the density's peak.
    edges.append(0)
    layers = (0..<count).map { index in
      Layer(
        step: edges[index] * 0x1p-53,
        innerEdge: edges[index + 1],
        lowerDensity: density(edges[index]),
        upperDensity: density(edges[index + 1]))
    }
  }

  /// Where the tail of the exponential ziggurat begins.
  ///
  /// This and the three constants below solve, for 256 layers, "the area of the last layer is that
  /// of the others"; solved anew to 300 bits, equal to the values in the paper.
  @usableFromInline static let exponentialTailStart = 7.69711747013105
  static let exponentialArea = 0.003949659822581557

  /// Where the tail of the normal ziggurat begins.
  @usableFromInline static let normalTailStart = 3.654152885361009
  static let normalArea = 0.004928673233974655

  /// The ziggurat under exp(-x).
  @usableFromInline static let exponential = Ziggurat(
    tailStart: exponentialTailStart, area: exponentialArea,
    density: { DeterministicMath.exp(-$0) },
    inverse: { -DeterministicMath.log($0) })

  /// The ziggurat under exp(-x^2 / 2).
  @usableFromInline static let normal = Ziggurat(
    tailStart: normalTailStart, area: normalArea,
    density: { DeterministicMath.exp(-0.5 * $0 * $0) },
    inverse: { (-2 * DeterministicMath.log($0)).squareRoot() })
}
