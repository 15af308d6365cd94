// SPDX-License-Identifier: Apache-2.0
@preconcurrency import CGSL
import Testing

@testable import Stochastics

@Suite struct ZigguratTests {
  @Test func layersHaveEqualAreasAndCloseAtTheTop() {
    for (table, area) in [
      (Ziggurat.exponential, Ziggurat.exponentialArea), (.normal, Ziggurat.normalArea),
    ] {
      #expect(table.layers.count == 256)
      for layer in table.layers.dropFirst() {
        let width = layer.step * 0x1p53
        #expect(abs(width * (layer.upperDensity - layer.lowerDensity) - area) < 1e-14)
      }
      #expect(table.layers[255].innerEdge == 0)
      #expect(table.layers[255].upperDensity == 1)
    }
  }

  @Test func baseLayersHoldTheTails() {
    // Rectangle plus tail: r f(r) + integral of f beyond r; the normal tail by GSL's erfc.
    let r = Ziggurat.exponentialTailStart
    #expect(abs((r + 1) * gsl_sf_exp(-r) - Ziggurat.exponentialArea) < 1e-16)
    let s = Ziggurat.normalTailStart
    let tail = (Double.pi / 2).squareRoot() * gsl_sf_erfc(s / 2.0.squareRoot())
    #expect(abs(s * gsl_sf_exp(-0.5 * s * s) + tail - Ziggurat.normalArea) < 1e-16)
  }

  @Test func exponentialDrawsFollowTheExponential() throws {
    var stream = RandomStream(seed: 1, name: "exponential")
    let draws = (0..<50_000).map { _ in stream.exponential() }
    let right = try KolmogorovSmirnov(draws) { gsl_cdf_exponential_P($0, 1) }
    #expect(right.pValue > 0.001)
    // The test can tell: a mean wrong by a tenth is impossible.
    let wrong = try KolmogorovSmirnov(draws) { gsl_cdf_exponential_P($0, 1.1) }
    #expect(wrong.pValue < 1e-10)
  }

  @Test func normalDrawsFollowTheNormal() throws {
    var stream = RandomStream(seed: 2, name: "normal")
    let draws = (0..<50_000).map { _ in stream.normal() }
    #expect(try KolmogorovSmirnov(draws, cdf: gsl_cdf_ugaussian_P).pValue > 0.001)
    let wrong = try KolmogorovSmirnov(draws) { gsl_cdf_gaussian_P($0, 1.1) }
    #expect(wrong.pValue < 1e-10)
    let moments = Moments(draws)
    #expect(abs(moments.mean) < 4 / 50_000.0.squareRoot())
    #expect(abs(moments.variance - 1) < 4 * (2 / 50_000.0).squareRoot())
  }

  /// One draw in 2 200 leaves the stack into the tail; there the rejection code decides.
  @Test func exponentialTailIsAsHeavyAsItShouldBe() throws {
    var stream = RandomStream(seed: 3, name: "exponential tail")
    let count = 400_000
    var beyond: [Double] = []
    for _ in 0..<count {
      let draw = stream.exponential()
      if draw > Ziggurat.exponentialTailStart {
        beyond.append(draw - Ziggurat.exponentialTailStart)
      }
    }
    let expected = Double(count) * gsl_sf_exp(-Ziggurat.exponentialTailStart)
    #expect(abs(Double(beyond.count) - expected) < 4 * expected.squareRoot())
    #expect(try KolmogorovSmirnov(beyond) { gsl_cdf_exponential_P($0, 1) }.pValue > 0.001)
  }

  @Test func normalTailsAreAsHeavyAsTheyShouldBe() throws {
    var stream = RandomStream(seed: 4, name: "normal tail")
    let count = 400_000
    let start = Ziggurat.normalTailStart
    var beyond: [Double] = []
    var negative = 0
    for _ in 0..<count {
      let draw = stream.normal()
      if abs(draw) > start {
        beyond.append(abs(draw))
        negative += draw < 0 ? 1 : 0
      }
    }
    let tail = gsl_cdf_ugaussian_Q(start)
    let expected = 2 * tail * Double(count)
    #expect(abs(Double(beyond.count) - expected) < 4 * expected.squareRoot())
    #expect(abs(Double(negative) - expected / 2) < 4 * (expected / 2).squareRoot())
    let fit = try KolmogorovSmirnov(beyond) { 1 - gsl_cdf_ugaussian_Q($0) / tail }
    #expect(fit.pValue > 0.001)
  }

  /// One draw in a hundred needs a comparison with the curve, too few for a test on whole draws.
  /// So the points beside the core are put there on purpose: of those uniform in a layer's wedge,
  /// the share under the curve is accepted, by areas from GSL.
  @Test func wedgesAreCutAlongTheCurve() {
    expectWedges(
      of: .exponential,
      area: { gsl_sf_exp(-$0) - gsl_sf_exp(-$1) },
      finish: { $0.exponentialOutsideCore(bits: $1, x: $2) })
    expectWedges(
      of: .normal,
      area: {
        (2 * Double.pi).squareRoot() * (gsl_cdf_ugaussian_Q($0) - gsl_cdf_ugaussian_Q($1))
      },
      finish: { $0.normalOutsideCore(bits: $1, x: $2) })
  }

  private func expectWedges(
    of table: Ziggurat, area: (Double, Double) -> Double,
    finish: (inout RandomStream, UInt64, Double) -> Double
  ) {
    var stream = RandomStream(seed: 6, name: "wedges")
    var accepted = 0.0
    var expected = 0.0
    var variance = 0.0
    for index in 1..<256 {
      let layer = table.layers[index]
      let outerEdge = layer.step * 0x1p53
      let width = outerEdge - layer.innerEdge
      let below = area(layer.innerEdge, outerEdge) - width * layer.lowerDensity
      let share = below / (width * (layer.upperDensity - layer.lowerDensity))
      for _ in 0..<100 {
        let x = layer.innerEdge + width * stream.nextOpenUnit()
        accepted += finish(&stream, UInt64(index), x) == x ? 1 : 0
        expected += share
        variance += share * (1 - share)
      }
    }
    #expect(abs(accepted - expected) < 4 * variance.squareRoot())
  }

  /// As above, with points put into the tail.
  @Test func tailsFollowTheirConditionalDistribution() throws {
    var stream = RandomStream(seed: 7, name: "tails")
    let r = Ziggurat.exponentialTailStart
    let exponential = (0..<10_000).map { _ in
      stream.exponentialOutsideCore(bits: 0, x: r + 0.1)
    }
    #expect(try KolmogorovSmirnov(exponential) { 1 - gsl_sf_exp(r - $0) }.pValue > 0.001)

    let s = Ziggurat.normalTailStart
    let tail = gsl_cdf_ugaussian_Q(s)
    let normal = (0..<10_000).map { _ in stream.normalOutsideCore(bits: 0, x: s + 0.01) }
    #expect(
      try KolmogorovSmirnov(normal) { 1 - gsl_cdf_ugaussian_Q($0) / tail }.pValue > 0.001)
    // The test can tell: without its rejection step the normal tail is an exponential.
    #expect(try KolmogorovSmirnov(normal) { 1 - gsl_sf_exp(s * (s - $0)) }.pValue < 1e-6)
  }

  /// Successive draws share nothing: pairs of normals fill the plane evenly in angle.
  @Test func pairsOfNormalDrawsHaveNoDirection() throws {
    var stream = RandomStream(seed: 5, name: "pairs")
    var octants = [Int](repeating: 0, count: 8)
    for _ in 0..<20_000 {
      let (x, y) = (stream.normal(), stream.normal())
      octants[(x < 0 ? 4 : 0) + (y < 0 ? 2 : 0) + (abs(x) < abs(y) ? 1 : 0)] += 1
    }
    #expect(try ChiSquare(uniform: octants).pValue > 0.001)
  }
}
