// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Stochastics

@Suite struct HolmTests {
  /// By hand, ascending: 0.005 * 4 = 0.02, 0.01 * 3 = 0.03, 0.03 * 2 = 0.06, and 0.04 * 1 = 0.04,
  /// which may not be below the one before it: 0.06.
  @Test func aWorkedExample() {
    let pValues = [0.01, 0.04, 0.03, 0.005]
    for (adjusted, expected) in zip(Holm.adjusted(pValues), [0.03, 0.06, 0.06, 0.02]) {
      #expect(abs(adjusted - expected) < 1e-15)
    }
    // 0.04 is below 0.05, but 0.03, which comes before it, was not rejected.
    #expect(Holm.rejections(pValues, level: 0.05) == [true, false, false, true])
    #expect(Holm.rejections(pValues, level: 0.065) == [true, true, true, true])
    #expect(Holm.rejections(pValues, level: 0.01) == [false, false, false, false])
  }

  @Test func extremes() {
    #expect(Holm.adjusted([]) == [])
    #expect(Holm.adjusted([0.2]) == [0.2])
    #expect(Holm.adjusted([0.9, 0, 0.8]) == [1, 0, 1])
    #expect(Holm.rejections([1, 0, 1], level: 0.001) == [false, true, false])
    #expect(Holm.adjusted([0.01, 0.01]) == [0.02, 0.02])
  }

  /// Twenty true hypotheses: something is rejected in at most 5 % of the families. Without the
  /// correction it would be 64 %.
  @Test func falseAlarmsOfAFamilyKeepTheLevel() {
    var stream = RandomStream(seed: 1, name: "holm")
    let alarms = (0..<2_000).count { _ in
      let pValues = (0..<20).map { _ in stream.nextUnit() }
      return Holm.rejections(pValues, level: 0.05).contains(true)
    }
    // Exactly 1 - (1 - 0.05 / 20)^20 = 4.88 %; binomial standard deviation 9.6.
    #expect(abs(alarms - 98) < 39)
  }
}

@Suite struct PValueTests {
  /// Additional hours of sleep with two drugs: Student, "The probable error of a mean", Biometrika
  /// 6, 1908. p-values as R prints them in its manual page of the data.
  private let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
  private let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

  @Test func studentsSleepUnpaired() throws {
    let comparison = try WelchComparison(baseline: first, candidate: second)
    #expect(abs(comparison.difference - 1.58) < 1e-12)
    #expect(abs(comparison.difference / comparison.standardError - 1.8608) < 5e-5)
    #expect(abs(comparison.degreesOfFreedom - 17.776) < 5e-4)
    #expect(abs(try comparison.pValue() - 0.07939) < 5e-6)
    // R: 95 percent confidence interval -3.3654832 to 0.2054832 for first minus second.
    #expect(abs(try comparison.halfWidth() - (0.2054832 + 3.3654832) / 2) < 5e-7)
  }

  @Test func studentsSleepPaired() throws {
    let comparison = try PairedComparison(baseline: first, candidate: second)
    #expect(abs(try comparison.pValue() - 0.002833) < 5e-7)
  }

  /// Unequal variances and sizes; by hand: variances 1 and 16, so the squared standard error is
  /// 1/3 + 16/3 = 17/3, t = 7 / sqrt(17/3) = 2.9406, and the degrees of freedom are
  /// (17/3)^2 / ((1/3)^2 / 2 + (16/3)^2 / 2) = 2 * 289 / 257. p from
  /// SciPy.
  @Test func unequalVariances() throws {
    let comparison = try WelchComparison(baseline: [1, 2, 3], candidate: [5, 9, 13])
    #expect(abs(comparison.standardError - (17.0 / 3).squareRoot()) < 1e-12)
    #expect(abs(comparison.degreesOfFreedom - 578.0 / 257) < 1e-12)
    #expect(abs(try comparison.pValue() - 0.0859446085237) < 1e-9)
  }

  @Test func withoutSpreadOnlyEqualMeansAgree() throws {
    #expect(try WelchComparison(baseline: [2, 2], candidate: [2, 2, 2]).pValue() == 1)
    #expect(try WelchComparison(baseline: [2, 2], candidate: [3, 3]).pValue() == 0)
    #expect(try WelchComparison(baseline: [2, 2], candidate: [3, 3]).halfWidth() == 0)
    #expect(try PairedComparison(baseline: [1, 2], candidate: [1, 2]).pValue() == 1)
    #expect(try PairedComparison(baseline: [1, 2], candidate: [2, 3]).pValue() == 0)
    #expect(throws: AnalysisError.self) { try WelchComparison(baseline: [1], candidate: [1, 2]) }
  }
}
