// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Stochastics

@Suite struct MomentsTests {
  @Test func agreesWithExactArithmetic() {
    // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squared deviations 32.
    let moments = Moments([2, 4, 4, 4, 5, 5, 7, 9])
    #expect(moments.count == 8)
    #expect(moments.mean == 5)
    #expect(moments.populationVariance == 4)
    #expect(abs(moments.variance - 32.0 / 7) < 1e-15)
    #expect(abs(moments.standardError - (4.0 / 7).squareRoot()) < 1e-15)
    #expect(moments.minimum == 2)
    #expect(moments.maximum == 9)
  }

  @Test func keepsDigitsOfASmallSpreadAroundALargeMean() {
    // The sum of squares would have lost all of it: 10^18 has an ulp of 128.
    let moments = Moments([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])
    #expect(moments.mean == 1e9 + 10)
    #expect(moments.variance == 30)
  }

  @Test(arguments: [0, 1, 3, 50, 100])
  func mergingPartsEqualsTheWhole(split: Int) {
    var stream = RandomStream(seed: 1, name: "merge")
    let values = (0..<100).map { _ in 1000 + stream.exponential() }
    var merged = Moments(values[..<split])
    merged.merge(Moments(values[split...]))
    let whole = Moments(values)
    #expect(merged.count == 100)
    #expect(abs(merged.mean - whole.mean) < 1e-10)
    #expect(abs(merged.variance / whole.variance - 1) < 1e-9)
    #expect(merged.minimum == whole.minimum)
    #expect(merged.maximum == whole.maximum)
  }

  @Test func emptyAndSingleHaveNoSpread() throws {
    let empty = Moments()
    #expect(empty.mean == 0 && empty.variance == 0 && empty.standardError == 0)
    #expect(empty.minimum == .infinity && empty.maximum == -.infinity)
    let single = Moments([3])
    #expect(single.mean == 3 && single.variance == 0 && single.standardError == 0)
    let stored = try JSONEncoder().encode(empty)
    #expect(try JSONDecoder().decode(Moments.self, from: stored) == empty)
  }
}
