// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Stochastics

@Suite struct GoodnessOfFitTests {
  /// scipy.stats.kstwobign.sf; 1.3581 and 1.6276 are the printed 5 and 1 % points.
  @Test(arguments: [
    (0.3, 0.9999906941986655), (0.8, 0.5441424115741981), (1.0, 0.26999967167735456),
    (1.1799, 0.12351204971188676), (1.1801, 0.12339559161939295), (1.3581, 0.0499996304316674),
    (1.6276, 0.010001537333060776), (2.5, 7.453306344157342e-06),
  ])
  func kolmogorovDistributionAgreesWithSciPy(x: Double, expected: Double) {
    #expect(abs(KolmogorovSmirnov.survival(x) / expected - 1) < 1e-9)
  }

  @Test func distancesAgreeWithHandAndSciPy() throws {
    // Against the uniform: steps at 0.1, 0.4, 0.7; the largest gap is 1 - 0.7 = 0.3 at the last,
    // and 2/3 - 0.4 = 0.267 at the second.
    let one = try KolmogorovSmirnov([0.7, 0.1, 0.4]) { min(1, max(0, $0)) }
    #expect(abs(one.distance - 0.3) < 1e-15)
    // scipy.stats.ks_2samp, with values in common.
    let two = try KolmogorovSmirnov([1, 2, 2, 3, 5, 8], [2, 3, 4, 4, 9, 10, 11])
    #expect(abs(two.distance - 0.42857142857142855) < 1e-15)
    #expect(try KolmogorovSmirnov([1, 2, 3], [3, 1, 2]).distance == 0)
    #expect(try KolmogorovSmirnov([1, 2], [3, 4]).distance == 1)
  }

  /// If the distribution is right, p-values are uniform: a tenth of them lies below 0.1.
  @Test func pValuesAreUniformUnderTheHypothesis() throws {
    var stream = RandomStream(seed: 1, name: "p-values")
    var deciles = [Int](repeating: 0, count: 10)
    for _ in 0..<2000 {
      let sample = (0..<40).map { _ in stream.nextUnit() }
      let p = try KolmogorovSmirnov(sample) { $0 }.pValue
      deciles[min(9, Int(p * 10))] += 1
    }
    #expect(try ChiSquare(uniform: deciles).pValue > 0.001)
  }

  @Test func chiSquareAgreesWithSciPy() throws {
    let test = try ChiSquare(uniform: [18, 22, 31, 9, 20])
    #expect(abs(test.statistic - 12.5) < 1e-12)
    #expect(test.degreesOfFreedom == 4)
    #expect(abs(test.pValue / 0.013995792487650894 - 1) < 1e-9)
    // Shares 1/2, 1/4, 1/4 of 40: deviations 2, -2, 0 give 4/20 + 4/10.
    let shares = try ChiSquare(counts: [22, 8, 10], shares: [0.5, 0.25, 0.25])
    #expect(abs(shares.statistic - 0.6) < 1e-12)
    #expect(throws: AnalysisError.self) { try ChiSquare(uniform: [5]) }
    #expect(throws: AnalysisError.self) { try ChiSquare(uniform: [0, 0]) }
  }
}
