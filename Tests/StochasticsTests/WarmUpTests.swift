// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Stochastics

@Suite struct WarmUpTests {
  /// The transient 10 e^(-i / 20) under waves. The expected point and statistic come from a Python
  /// program that evaluates the definition for every point, without running sums.
  @Test func agreesWithTheDefinition() throws {
    let series = (0..<403).map { index in
      let i = Double(index)
      return 10 * exp(-i / 20) + sin(i * 1.7) + cos(i * i * 0.3)
    }
    let truncation = try WarmUp.mser5(series)
    #expect(truncation.observations == 55)
    #expect(abs(truncation.statistic / 0.001750175230946989 - 1) < 1e-9)
    #expect(truncation.isReliable)
  }

  @Test func findsTheEndOfAStep() throws {
    // 100 values around 30, then 900 around 5: the step is where to cut.
    var stream = RandomStream(seed: 1, name: "step")
    let series = (0..<1000).map { ($0 < 100 ? 30 : 5) + stream.normal() }
    let truncation = try WarmUp.mser5(series)
    #expect((100...130).contains(truncation.observations))
    #expect(truncation.isReliable)
  }

  @Test func keepsASteadySeriesAlmostWhole() throws {
    // From a steady start MSER cuts little; half the series would mean a wrong sign or divisor.
    var stream = RandomStream(seed: 2, name: "steady")
    var cut = 0
    for _ in 0..<20 {
      cut += try WarmUp.mser5((0..<1000).map { _ in stream.exponential() }).observations
    }
    #expect(cut / 20 < 150)
    #expect(try WarmUp.mser5([Double](repeating: 3, count: 100)).observations == 0)
  }

  @Test func saysWhenTheSeriesIsTooShort() throws {
    // A straight slope has no steady part: the statistic falls up to the search's end.
    let truncation = try WarmUp.mser5((0..<200).map(Double.init))
    #expect(!truncation.isReliable)
    #expect(truncation.observations == 100)
    let error = #expect(throws: AnalysisError.self) { try WarmUp.mser5([1, 2, 3]) }
    #expect(
      error?.description
        == "cannot find the end of the warm-up: needs at least 10 values, got 3")
  }
}
