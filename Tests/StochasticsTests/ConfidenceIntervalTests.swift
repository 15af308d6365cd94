// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Stochastics

@Suite struct ConfidenceIntervalTests {
  /// Two-sided levels; quantiles from printed tables, digits from SciPy.
  @Test(arguments: [
    (0.95, 1, 12.706204736174694), (0.95, 9, 2.262157162798205), (0.95, 29, 2.045229642132703),
    (0.90, 4, 2.1318467863266495), (0.99, 19, 2.8609346064649794),
  ])
  func quantilesAgreeWithTables(level: Double, degreesOfFreedom: Int, expected: Double) throws {
    let t = try ConfidenceInterval.criticalValue(
      level: level, degreesOfFreedom: degreesOfFreedom)
    #expect(abs(t / expected - 1) < 1e-10)
  }

  @Test func replicationsAgreeWithSciPy() throws {
    let interval = try ConfidenceInterval(
      replications: [4.1, 5.2, 3.8, 4.9, 5.5, 4.4, 5.0, 4.7, 5.1, 4.3])
    #expect(abs(interval.mean - 4.7) < 1e-12)
    #expect(abs(interval.halfWidth - 0.38449278386405794) < 1e-10)
    #expect(interval.level == 0.95)
    #expect(interval.degreesOfFreedom == 9)
    #expect(interval.contains(4.4) && !interval.contains(5.2))
    #expect(abs(interval.relativeHalfWidth - interval.halfWidth / 4.7) < 1e-12)
  }

  /// 95 % of the intervals over five normal values contain the mean.
  @Test func coversTheMeanAsOftenAsItSays() throws {
    var stream = RandomStream(seed: 1, name: "coverage")
    var hits = 0
    for _ in 0..<2000 {
      let values = (0..<5).map { _ in 10 + stream.normal() }
      hits += try ConfidenceInterval(replications: values).contains(10) ? 1 : 0
    }
    // Binomial standard deviation: sqrt(2000 * 0.95 * 0.05) = 9.7.
    #expect(abs(hits - 1900) < 39)
  }

  @Test func impossibleRequestsAreExplained() {
    let few = #expect(throws: AnalysisError.self) {
      try ConfidenceInterval(replications: [1])
    }
    #expect(
      few?.description == "cannot compute a confidence interval: needs at least 2 values, got 1")
    let level = #expect(throws: AnalysisError.self) {
      try ConfidenceInterval(replications: [1, 2], level: 95)
    }
    #expect(
      level?.description
        == "cannot compute a t quantile: the level must be between 0 and 1, not 95.0")
    let infinite = #expect(throws: AnalysisError.self) {
      try ConfidenceInterval(replications: [1, .infinity])
    }
    #expect(infinite?.description == "cannot compute a confidence interval: value 2 is inf")
  }
}

@Suite struct BatchMeansTests {
  @Test func batchesDropTheRemainderAtTheBeginning() throws {
    let batches = try BatchMeans([100, 1, 2, 3, 5, 7, 9], batches: 3)
    #expect(batches.batchSize == 2)
    #expect(batches.means == [1.5, 4, 8])
  }

  /// A first-order autoregressive series x' = 0.9 x + e has mean 0 and, over n values, a mean with
  /// variance near 1 / (n (1 - 0.9)^2): the usual formula for independent values would be 19 times
  /// too small. (G. Box, G. Jenkins, "Time Series Analysis".)
  @Test func intervalsAllowForCorrelation() throws {
    var stream = RandomStream(seed: 2, name: "autoregressive")
    var hits = 0
    var naiveHits = 0
    let runs = 100
    for _ in 0..<runs {
      var x = 0.0
      let series = (0..<6000).map { _ in
        x = 0.9 * x + stream.normal()
        return x
      }
      let batches = try BatchMeans(series, batches: 20)
      #expect(abs(batches.lagOneCorrelation) < 0.8)
      hits += try batches.interval().contains(0) ? 1 : 0
      naiveHits += try ConfidenceInterval(replications: series).contains(0) ? 1 : 0
    }
    #expect(hits >= 86)
    #expect(naiveHits <= 60)
  }

  @Test func shortBatchesShowTheirCorrelation() throws {
    var stream = RandomStream(seed: 3, name: "autoregressive")
    var x = 0.0
    let series = (0..<2000).map { _ in
      x = 0.95 * x + stream.normal()
      return x
    }
    // Batches of two remember: the correlation is near 0.95.
    #expect(try BatchMeans(series, batches: 1000).lagOneCorrelation > 0.7)
    #expect(throws: AnalysisError.self) { try BatchMeans(series, batches: 1) }
    #expect(throws: AnalysisError.self) { try BatchMeans([1, 2], batches: 3) }
  }
}

@Suite struct PairedComparisonTests {
  private let comparison = try? PairedComparison(
    baseline: [10.2, 11.9, 9.8, 12.4, 10.7], candidate: [8.1, 9.6, 8.0, 9.7, 8.8])

  @Test func differenceAgreesWithSciPy() throws {
    let difference = try #require(comparison).difference()
    #expect(abs(difference.mean + 2.16) < 1e-12)
    #expect(abs(difference.halfWidth - 0.4442312168316477) < 1e-10)
  }

  @Test func ratioAgreesWithSciPy() throws {
    let ratio = try #require(comparison).ratio()
    #expect(abs(ratio.estimate - 0.8042376392514097) < 1e-12)
    #expect(abs(ratio.lower - 0.784145891506519) < 1e-10)
    #expect(abs(ratio.upper - 0.8248441870249897) < 1e-10)
  }

  @Test func unusablePairsAreExplained() {
    let lengths = #expect(throws: AnalysisError.self) {
      try PairedComparison(baseline: [1, 2], candidate: [1, 2, 3])
    }
    #expect(
      lengths?.description
        == "cannot compare two configurations: one series has 2 values, the other 3")
    let zero = #expect(throws: AnalysisError.self) {
      try PairedComparison(baseline: [1, 0], candidate: [1, 2]).ratio()
    }
    #expect(
      zero?.description == "cannot compare two configurations by their ratio: value 2 is 0.0, but "
        + "all must be above zero")
  }
}
