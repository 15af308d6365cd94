// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Events live for `event-ttl`; those created within 60 s share a lease and go together
/// (K-api storage/etcd3/lease_manager.go; etcd lessor: looks every 500 ms).
struct EventExpiryTests {
  @Test func expireInBursts() throws {
    let rate = 5.0
    let timeToLive = 20.0
    var simulation = try SmallWorld.bare(
      apiServer: "event-ttl: 20s",
      lines: """
        workload:
          - name: events
            requests:
              verb: create
              resource: events
              rate: 5/s
              arrivals: periodic
              starts-in-steady-state: false
        """
    ).simulation()
    var drops: [(at: Double, objects: Int64)] = []
    var last: Int64 = 0
    while simulation.now < .zero + .seconds(290) {
      simulation.run(seconds: 0.25)
      let context = simulation.cluster.context
      let count = context.objects.count(context.builtin.events)
      if count < last { drops.append((simulation.now.seconds, last - count)) }
      last = count
      // No Event dies before its time.
      let age = min(timeToLive, simulation.now.seconds)
      #expect(Double(count) >= rate * age - 3, "at \(simulation.now)")
      #expect(Double(count) <= rate * (timeToLive + 60 + 60) + 3, "at \(simulation.now)")
    }
    // Windows open every 60 s from the first Event on, and end one window after the time to live.
    try #require(drops.count == 4)
    for (index, drop) in drops.enumerated() {
      let due = 0.2 + 60 * Double(index) + timeToLive + 60
      #expect(drop.at >= due && drop.at <= due + 1.3, "\(drop)")
      #expect(abs(Double(drop.objects) - 60 * rate) <= 3, "\(drop)")
    }
  }

  @Test("a cluster that has run for long starts with rate x time to live Events")
  func startsInSteadyState() throws {
    let simulation = try SmallWorld.bare(
      apiServer: "event-ttl: 20m",
      lines: """
        workload:
          - { name: events, requests: { verb: create, resource: events, rate: 5/s } }
        """
    ).simulation()
    let context = simulation.cluster.context
    #expect(context.objects.count(context.builtin.events) == 5 * 20 * 60)
  }
}
