// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Measurement
import Scenario
import TestSupport
import Testing

@Suite struct BatchMeansTests {
  /// Whether the interval of each statistic of a run contains the truth; nil without an interval.
  private static func hits(
    _ truths: [(metric: String, statistic: MetricStatistic, value: Double)],
    utilisation: Double, seconds: Int, runs: Int
  ) -> (covered: [Int], missing: Int, correlated: Int) {
    var covered = [Int](repeating: 0, count: truths.count)
    var (missing, correlated) = (0, 0)
    for seed in 0..<runs {
      let run = QueueRun(utilisation: utilisation, seconds: seconds, seed: UInt64(seed))
      let metrics = run.metrics
      for (index, truth) in truths.enumerated() {
        let metric = metrics.first { $0.summary.name == truth.metric }
        guard let interval = metric?.batched.first(where: { $0.statistic == truth.statistic })
        else {
          missing += 1
          continue
        }
        if interval.interval.contains(truth.value) { covered[index] += 1 }
        if case .batchMeans(_, true) = interval.interval.method { correlated += 1 }
      }
    }
    return (covered, missing, correlated)
  }

  /// M/M/1 with service rate 1 and arrival rate 0.5 waits 0.5 / (1 - 0.5) = 1 s in the mean, and
  /// longer than t with the probability 0.5 exp(-0.5 t): 90 % wait at most 2 ln 5, 99 % at most
  /// 2 ln 50 seconds. The server is busy for half the time.
  ///
  /// Of 100 intervals at 95 %, chance alone leaves 88 and more (three standard deviations of 2.2), and
  /// nothing is allowed beyond that for the mean, the rate, the utilisation and the 90th percentile.
  /// Batches of 1,000 s hold some 500 customers, of whom five wait beyond the 99th percentile, and
  /// they come in clusters: a simulation of its own, in another language, found 90 % (450 of 500),
  /// so three standard deviations of 3.0 below 90 are allowed.
  @Test("The interval of a single run contains the truth in 95 of 100 runs")
  func coverage() {
    let wait = QueueRun.wait.name
    let (covered, missing, _) = Self.hits(
      [
        (wait, .mean, 1), (QueueRun.arrivals.name, .rate, 0.5), (QueueRun.busy.name, .mean, 0.5),
        (wait, .p90, 2 * log(5)), (wait, .p99, 2 * log(50)),
      ], utilisation: 0.5, seconds: 20_000, runs: 100)
    for count in covered.prefix(4) { #expect(count >= 88) }
    #expect(covered[4] >= 81)
    #expect(missing == 0)
  }

  @Test(
    "Batches that remember each other are merged, and said to be correlated if that is not enough")
  func correlation() {
    // Near saturation the queue remembers for 1 / (1 - sqrt(0.95))² = 1,560 s; batches are 50 s.
    let (_, _, correlated) = Self.hits(
      [(QueueRun.wait.name, .mean, 19)], utilisation: 0.95, seconds: 1_000, runs: 50)
    // Of ten batches the test sees it in about half of the runs.
    #expect(correlated > 20)
    // At ease it remembers for 2 s: chance alone calls 5 in 100 correlated, fewer after merging.
    let (_, _, atEase) = Self.hits(
      [(QueueRun.wait.name, .mean, 1.0 / 9)], utilisation: 0.1, seconds: 8_000, runs: 50)
    #expect(atEase < 8)
  }

  @Test("A single run prints its intervals, and its verdicts stay those of the run itself")
  func verdicts() throws {
    let load = TinyScenario.load
    func result(_ expect: String, replications: Int = 1) throws -> ExperimentResult {
      let run = "{ duration: 30s, warmUp: 10s, seed: 7, replications: \(replications) }"
      return try ExperimentRunner().run(try TinyScenario.document(load + "\n" + expect, run: run))
    }
    let rate = "rate(apiserver_request_total)"
    let plain = try result("expect: [{ id: e, class: T4, that: '\(rate) > 0' }]")
    let figure = try #require(plain.figures.first { $0.name == rate })
    let (value, interval) = (try #require(figure.values[0]), try #require(figure.intervals[0]))
    #expect(interval.method.name == "batch-means")
    #expect(interval.lower < value && value < interval.upper)
    // A bound inside the interval, just below the value: met, not "cannot tell".
    let tight = try result(
      "expect: [{ id: e, class: T4, that: '\(rate) > \(value * 0.9999)' }]")
    #expect(tight.expectations[0].verdict == .met)
    #expect(tight.expectations[0].finding.interval == nil)
    #expect(tight.points[0].fingerprint == plain.points[0].fingerprint)

    // With several runs the intervals are theirs, and no batches are cut.
    let several = try result("expect: [{ id: e, class: T4, that: '\(rate) > 0' }]", replications: 2)
    let over = try #require(several.figures.first { $0.name == rate }?.intervals[0])
    #expect(over.method == .replications)
    #expect(!several.points[0].metrics.contains { !$0.batched.isEmpty })
    let clusters = several.points[0].replications.flatMap(\.clusters)
    #expect(!clusters.contains { !$0.batches.isEmpty })
  }

  /// A series of a model and the sum over its labels have batches of their own.
  @Test("Figures over several series are read of the batches of all of them")
  func aggregated() throws {
    let run = "{ duration: 60s, warmUp: 10s, seed: 7 }"
    let document = try TinyScenario.document(
      TinyScenario.load
        + "\nexpect: [{ id: e, class: T4, that: 'rate(apiserver_request_total) > 0' }]",
      run: run)
    let result = try ExperimentRunner().run(document)
    let figure = try #require(result.figures.first)
    let interval = try #require(figure.intervals[0])
    let parts = result.points[0].metrics.filter {
      $0.summary.name == "apiserver_request_total" && $0.summary.count > 0
    }
    #expect(parts.count > 1)
    // Half-widths of independent parts add up as squares, of dependent ones at most as they are.
    let half = parts.compactMap(\.interval).map { ($0.upper - $0.lower) / 2 }.reduce(0, +)
    #expect((interval.upper - interval.lower) / 2 <= half * 1.0001)
    #expect(interval.lower > 0)
  }
}
