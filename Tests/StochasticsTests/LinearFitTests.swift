// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Stochastics

@Suite struct LinearFitTests {
  private let x: [Double] = [1, 2, 3, 4.5, 6, 8]
  private let y: [Double] = [2.1, 3.9, 6.2, 9.1, 11.8, 16.3]

  /// scipy.stats.linregress.
  @Test func lineAgreesWithSciPy() throws {
    let line = try LinearFit(x: x, y: y)
    #expect(abs(line.slope - 2.0151035322777098) < 1e-12)
    #expect(abs(line.intercept - 0.004993909866017887) < 1e-12)
    #expect(abs(line.slopeStandardError - 0.0347810105752733) < 1e-12)
    #expect(abs(line.interceptStandardError - 0.16452190078302337) < 1e-12)
    #expect(abs(line.rSquared - 0.9988097657711289) < 1e-12)
    // t(0.975, 4) = 2.7764451.
    let interval = try line.slopeInterval()
    #expect(abs(interval.halfWidth / (2.7764451051977987 * 0.0347810105752733) - 1) < 1e-9)
    #expect(interval.degreesOfFreedom == 4)
  }

  @Test func powerLawAgreesWithSciPy() throws {
    let law = try LogLogFit(x: x, y: y)
    #expect(abs(law.exponent - 0.986688703874213) < 1e-12)
    #expect(abs(law.factor - 2.055586389410285) < 1e-12)
    #expect(abs(law.exponentStandardError - 0.017382923463714908) < 1e-12)
    #expect(abs(law.rSquared - 0.998760043428879) < 1e-12)
  }

  @Test func exactLawsAreRecoveredExactly() throws {
    let line = try LinearFit(x: [0, 1, 2, 3], y: [1, 3, 5, 7])
    #expect(line.slope == 2 && line.intercept == 1 && line.rSquared == 1)
    #expect(line(10) == 21)
    let square = try LogLogFit(x: [1, 10, 100], y: [3, 300, 30_000])
    #expect(abs(square.exponent - 2) < 1e-14)
    #expect(abs(square(1000) / 3e6 - 1) < 1e-12)
    let two = try LinearFit(x: [1, 3], y: [5, 9])
    #expect(two.slope == 2 && two.slopeStandardError == 0)
    let flat = try LinearFit(x: [1, 2, 3], y: [4, 4, 4])
    #expect(flat.slope == 0 && flat.rSquared == 1)
  }

  @Test func unusablePointsAreExplained() {
    let vertical = #expect(throws: AnalysisError.self) {
      try LinearFit(x: [2, 2, 2], y: [1, 2, 3])
    }
    #expect(vertical?.description == "cannot fit a straight line: all values are equal")
    #expect(throws: AnalysisError.lengthMismatch(what: "fit a straight line", first: 1, second: 2))
    {
      try LinearFit(x: [1], y: [1, 2])
    }
    let zero = #expect(throws: AnalysisError.self) { try LogLogFit(x: [0, 1], y: [1, 1]) }
    #expect(
      zero?.description == "cannot fit a power law: value 1 is 0.0, but all must be above zero")
    #expect(throws: AnalysisError.self) { try LinearFit(x: [1, 2], y: [1, 2]).slopeInterval() }
  }
}
