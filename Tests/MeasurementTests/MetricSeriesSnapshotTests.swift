// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@Suite struct MetricSeriesSnapshotTests {
  @Test("replications pool times and levels; an absent series is no obstacle")
  func pooling() throws {
    func run(level: Int, requests: Int, until: UInt64, extra: Bool) -> [MetricSeriesSnapshot] {
      var instruments = Instruments()
      if extra { _ = instruments.counter(.busy) }
      let gauge = instruments.gauge(.pending)
      let counter = instruments.counter(
        .requests, [MetricLabel("verb", "GET"), MetricLabel("code", "200")])
      instruments.set(level, gauge, at: at(s: 0))
      instruments.add(requests, to: counter, at: at(s: 2))
      return instruments.snapshots(at: at(s: until))
    }
    let pooled = MetricSeriesSnapshot.pooled([
      run(level: 10, requests: 100, until: 10, extra: false),
      run(level: 40, requests: 20, until: 30, extra: true),
    ]).map(\.summary)
    #expect(
      pooled.map(\.name) == [
        "scheduler_pending_pods", "apiserver_request_total", "gpu_busy_seconds_total",
      ])
    #expect(pooled[0].mean == 32.5)  // level 10 for 10 s, 40 for 30 s
    #expect(pooled[0].min == 10 && pooled[0].max == 40 && pooled[0].last == 25)
    #expect(pooled[1].amount == 120 && pooled[1].rate == 3)
    #expect(pooled[1].measuredSeconds == 40)
    #expect(pooled[2].measuredSeconds == 30)
  }

  @Test("series of one run add up; extremes of the sum are not made up")
  func aggregation() throws {
    let replicas = MetricDeclaration(
      "apiserver_current_inflight_requests", .gauge, in: .count("requests"),
      help: "Requests in flight.", labels: ["replica", "kind"])
    var instruments = Instruments()
    for (replica, level) in [("a", 30), ("b", 50)] {
      let id = instruments.gauge(
        replicas, [MetricLabel("replica", replica), MetricLabel("kind", "mutating")])
      instruments.set(level, id, at: at(s: 0))
      instruments.set(0, id, at: at(s: level == 30 ? 5 : 10))
    }
    let other = instruments.gauge(
      replicas, [MetricLabel("replica", "a"), MetricLabel("kind", "readOnly")])
    instruments.set(1_000, other, at: at(s: 0))

    let snapshots = instruments.snapshots(at: at(s: 10))
    let sum = try #require(
      MetricSeriesSnapshot.aggregated(
        "apiserver_current_inflight_requests", [MetricLabel("kind", "mutating")], in: snapshots)
    ).summary
    #expect(sum.mean == 65)  // 30 half of the time, 50 all of it
    #expect(sum.measuredSeconds == 10)
    #expect(sum.labels == [MetricLabel("kind", "mutating")])
    #expect(sum.min == nil && sum.max == nil && sum.peak == nil)
    #expect(MetricSeriesSnapshot.aggregated("no_such_metric", in: snapshots) == nil)
  }

  @Test("a percentile over labels is that of all samples, not a mean of percentiles")
  func percentileOverLabels() throws {
    var instruments = Instruments()
    var all: [Int64] = []
    for (operation, scale) in [("get", 1), ("update", 40)] as [(String, Int64)] {
      let id = instruments.histogram(.latency, [MetricLabel("operation", operation)])
      for step in 1...400 as ClosedRange<Int64> {
        let sample = step * scale * 1_000_000
        instruments.record(ns(sample), in: id, at: at(s: 0))
        all.append(sample)
      }
    }
    let merged = try #require(
      MetricSeriesSnapshot.aggregated(
        "etcd_request_duration_seconds", in: instruments.snapshots(at: at(s: 100))))
    let exact = Double(exactPercentile(90, of: all.sorted())) / 1e9
    #expect(abs(try #require(merged.percentile(90)) / exact - 1) <= 1.0 / 256)
    #expect(merged.summary.rate == 8)
  }
}
