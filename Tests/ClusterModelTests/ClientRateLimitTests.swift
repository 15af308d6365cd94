// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// client-go's token bucket against one that is kept by hand.
struct ClientRateLimitTests {
  /// Credit in nanoseconds: it grows by one a nanosecond up to `burst` intervals, and a request in
  /// turn takes one interval, waiting for it if need be (golang.org/x/time/rate, in integers).
  static func byHand(_ arrivals: [Int64], interval: Int64, burst: Int64) -> [Int64] {
    var credit = interval * burst
    var clock: Int64 = 0
    return arrivals.map { arrival in
      let ready = max(arrival, clock)
      credit = min(interval * burst, credit + ready - clock)
      clock = ready
      if credit < interval {
        clock += interval - credit
        credit = interval
      }
      credit -= interval
      return clock
    }
  }

  @Test(arguments: [(5.0, 10), (20, 30), (50, 100), (1, 1), (3, 2)])
  func agreesWithABucketKeptByHand(qps: Double, burst: Int) {
    let limit = ClientRateLimit(qps: qps, burst: burst)
    // Storms and silences: gaps from a linear congruential generator (Knuth's MMIX constants).
    var state: UInt64 = 42
    var clock: Int64 = 0
    let arrivals: [Int64] = (0..<3000).map { index in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let gap = Int64(state >> 33) % (2 * limit.interval.nanoseconds)
      clock += index % 97 == 0 ? gap * 200 : index % 5 == 0 ? gap : gap / 4
      return clock
    }
    var fullAt = SimTime.zero
    let grants = arrivals.map {
      limit.take(at: .zero + SimDuration(nanoseconds: $0), fullAt: &fullAt)
    }
    let expected = Self.byHand(
      arrivals, interval: limit.interval.nanoseconds, burst: Int64(burst))
    #expect(grants.map { $0.sinceStart.nanoseconds } == expected)
    #expect(
      zip(grants, arrivals).contains { $0.sinceStart.nanoseconds > $1 }, "somebody had to wait")
  }

  @Test("a job's pods are created at the controller's rate: 30 at once, then 20 a second")
  func controllerRate() throws {
    // kube-controller-manager --kube-api-qps 20, --kube-api-burst 30.
    // Batches of 1, 2, 4, ... take a few milliseconds each; Events would take tokens of their own.
    var simulation = try SmallWorld.bare(
      "  event-recording: { enabled: false }",
      lines: "workload: [ { name: batch, jobs: { at: [1s], pods: 130, image: image } } ]"
    ).simulation()
    simulation.run(to: 1.23)
    let first = simulation.total("rest_client_requests_total", "job-controller", "POST", "pods")
    #expect(abs(first - 34) <= 1)
    simulation.run(to: 4.04)
    #expect(
      abs(simulation.total("rest_client_requests_total", "job-controller", "POST", "pods") - 90)
        <= 1)
    simulation.run(to: 6.1)
    #expect(simulation.total("rest_client_requests_total", "job-controller", "POST", "pods") == 130)
  }
}
