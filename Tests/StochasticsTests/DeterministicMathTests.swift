// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Stochastics

@Suite struct DeterministicMathTests {
  /// The distance in units in the last place of `reference`.
  private func error(_ value: Double, _ reference: Double) -> Double {
    if value == reference || (value.isNaN && reference.isNaN) {
      return 0
    }
    return abs(value - reference) / reference.ulp
  }

  /// Whether the two are equal or neighbours.
  private func isWithinOneStep(_ value: Double, _ bits: UInt64) -> Bool {
    let reference = Double(bitPattern: bits)
    return value == reference || value == reference.nextUp || value == reference.nextDown
  }

  /// Correctly rounded values from mpmath at 200 bits.
  @Test(
    arguments: [
      (2.0, 0x3FE6_2E42_FEFA_39EF), (0.1, 0xC002_6BB1_BBB5_5515), (1e-300, 0xC085_9634_47F8_7FB5),
      (1.0000001, 0x3E7A_D7F2_847B_6492), (123456.789, 0x4027_7281_CAD8_A844),
      (.leastNonzeroMagnitude, 0xC087_4385_446D_71C3),
    ] as [(Double, UInt64)])
  func logarithmsAgreeWithManyDigits(x: Double, bits: UInt64) {
    #expect(isWithinOneStep(DeterministicMath.log(x), bits))
  }

  @Test(
    arguments: [
      (1.0, 0x4005_BF0A_8B14_5769), (-1.0, 0x3FD7_8B56_362C_EF38), (0.5, 0x3FFA_6129_8E1E_069C),
      (700.25, 0x7F12_FD8E_4CBF_A413), (-700.5, 0x00C4_FF47_5C68_CA02),
      (1e-05, 0x3FF0_000A_7C5E_340E),
    ] as [(Double, UInt64)])
  func exponentialsAgreeWithManyDigits(x: Double, bits: UInt64) {
    #expect(isWithinOneStep(DeterministicMath.exp(x), bits))
  }

  @Test(
    arguments: [
      (2.0, 0.5, 0x3FF6_A09E_667F_3BCD), (10.0, -3.0, 0x3F50_624D_D2F1_A9FC),
      (1.1, 1000.0, 0x4886_AEC8_CD64_ABA1), (0.3, 7.7, 0x3F18_AE7E_5B4E_6BAF),
      (1e200, -1.5, 0x01A5_6E1F_C2F8_F359),
    ] as [(Double, Double, UInt64)])
  func powersAgreeWithManyDigits(base: Double, exponent: Double, bits: UInt64) {
    #expect(isWithinOneStep(DeterministicMath.pow(base, exponent), bits))
  }

  @Test(arguments: [
    (0.001, 6.907178885383853), (0.5, 0.5723649429247001), (1.5, -0.12078223763524522),
    (3.25, 0.9358019311087253), (10.0, 12.801827480081469), (100.5, 361.4355404677776),
    (1e6, 12815504.569147611),
  ])
  func logGammaAgreesWithManyDigits(x: Double, expected: Double) {
    #expect(abs(DeterministicMath.logGamma(x) - expected) < 1e-14 * max(1, abs(expected)))
  }

  // The bounds below are half a unit of own rounding, half of the library's, and for the functions
  // near zero another unit.

  @Test func exponentialStaysNextToTheCLibrary() {
    var stream = RandomStream(seed: 1, name: "exp")
    let wide = (0..<20_000).map { _ in (stream.nextUnit() - 0.5) * 1400 }
    let small = (0..<20_000).map { _ in stream.normal() * 0.1 }
    let middle = (0..<20_000).map { _ in stream.normal() * 3 }
    expectClose(wide + small, DeterministicMath.exp, exp, units: 1)
    expectClose(small + middle, DeterministicMath.expMinusOne, expm1, units: 2)
  }

  @Test func logarithmStaysNextToTheCLibrary() {
    var stream = RandomStream(seed: 2, name: "log")
    // Random bits: every magnitude from subnormal to the largest.
    let wide = (0..<20_000).map { _ in Double(bitPattern: stream.next() >> 1) }.filter(\.isFinite)
    let nearOne = (0..<20_000).map { _ in 1 + stream.normal() * 0.01 }
    let tiny = (0..<20_000).map { _ in stream.normal() * 1e-5 }
    let middle = (0..<20_000).map { _ in stream.exponential() - 0.99 }
    expectClose(wide + nearOne, DeterministicMath.log, log, units: 1)
    expectClose(tiny + middle, DeterministicMath.logOnePlus, log1p, units: 2)
  }

  @Test(arguments: [-1000, -3.3, -1, 0.3, 0.5, 1.7, 2, 6, 1000])
  func powerStaysNextToTheCLibrary(exponent: Double) {
    var stream = RandomStream(seed: 3, name: "pow")
    // Bases whose powers stay inside the normal range.
    let reach = min(700, 700 / abs(exponent))
    let bases = (0..<4000).map { _ in
      DeterministicMath.exp((2 * stream.nextUnit() - 1) * reach)
    }
    expectClose(
      bases, { DeterministicMath.pow($0, exponent) }, { pow($0, exponent) }, units: 1)
  }

  /// One expectation for all arguments: the worst must be within `units` in the last place.
  private func expectClose(
    _ arguments: [Double], _ function: (Double) -> Double, _ reference: (Double) -> Double,
    units: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var worst = (error: 0.0, argument: 0.0)
    for argument in arguments {
      let error = error(function(argument), reference(argument))
      if !(error <= worst.error) {
        worst = (error, argument)
      }
    }
    #expect(
      worst.error <= units, "worst argument: \(worst.argument)", sourceLocation: sourceLocation)
  }

  @Test func specialArgumentsFollowTheStandard() {
    #expect(DeterministicMath.exp(.infinity) == .infinity)
    #expect(DeterministicMath.exp(-.infinity) == 0)
    #expect(DeterministicMath.exp(.nan).isNaN)
    #expect(DeterministicMath.exp(0) == 1)
    #expect(DeterministicMath.exp(709.79) == .infinity)
    #expect(DeterministicMath.exp(709.7827128933840) > 1.79e308)
    #expect(DeterministicMath.exp(-745.2) == 0)
    #expect(DeterministicMath.exp(-745) == .leastNonzeroMagnitude)
    #expect(DeterministicMath.expMinusOne(-.infinity) == -1)
    #expect(DeterministicMath.expMinusOne(.nan).isNaN)
    #expect(DeterministicMath.expMinusOne(-0.0).sign == .minus)
    #expect(DeterministicMath.log(0) == -.infinity)
    #expect(DeterministicMath.log(-0.0) == -.infinity)
    #expect(DeterministicMath.log(1) == 0)
    #expect(DeterministicMath.log(.infinity) == .infinity)
    #expect(DeterministicMath.log(-1).isNaN)
    #expect(DeterministicMath.log(.nan).isNaN)
    #expect(DeterministicMath.logOnePlus(-1) == -.infinity)
    #expect(DeterministicMath.logOnePlus(-1.5).isNaN)
    #expect(DeterministicMath.logOnePlus(.infinity) == .infinity)
    #expect(DeterministicMath.logGamma(1) < 1e-14)
    #expect(DeterministicMath.logGamma(0).isNaN)
    #expect(DeterministicMath.logGamma(.infinity) == .infinity)
  }

  @Test(arguments: [0.0, -0.0, 0.5, 1, 2, -1, -2, -0.5, .infinity, -.infinity, .nan])
  func powersOfSpecialArgumentsFollowTheStandard(base: Double) {
    let exponents = [0, -0.0, 0.5, 1, 2, 3, -1, -2, -3, -0.5, 1e300, .infinity, -.infinity, .nan]
    for exponent in exponents {
      let ours = DeterministicMath.pow(base, exponent)
      let library = pow(base, exponent)
      #expect(
        (ours.isNaN && library.isNaN) || (ours == library && ours.sign == library.sign),
        "\(base) to the power \(exponent): \(ours), C says \(library)")
    }
  }

  @Test func wholePowersOfTenAreExact() {
    var expected = 1.0
    for exponent in 0...22 {
      #expect(DeterministicMath.pow(10, Double(exponent)) == expected)
      expected *= 10
    }
  }

  @Test func gammaGivesFactorials() {
    var factorial = 1.0
    for n in 1...20 {
      #expect(abs(DeterministicMath.gamma(Double(n)) / factorial - 1) < 1e-13)
      factorial *= Double(n)
    }
  }
}
