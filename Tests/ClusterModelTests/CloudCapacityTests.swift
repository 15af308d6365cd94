// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// A cloud that refuses machines, and what the Cluster Autoscaler makes of it.
struct CloudCapacityTests {
  static func simulation(
    pools: String, cloud: String = "refusal-time: 55s", autoscaler: String = "",
    work: String = "10h", jobs: String,
    timeline: String = ""
  ) throws -> ClusterSimulation {
    try SmallWorld.bare(
      """
        nodePools: [ \(pools) ]
        kube-controller-manager: { kube-api-qps: 1000/s, kube-api-burst: 1000 }
        cluster-autoscaler: { \(autoscaler) }
      """, machine: "cpu: 8, memory: 64GiB",
      lines: """
        cloud: { \(cloud) }
        workload:
          - { name: batch, jobs: { image: image, work: \(work), \(jobs) } }
        \(timeline.isEmpty ? "" : "timeline: [ \(timeline) ]")
        """
    ).simulation()
  }

  static let one = "{ name: workers, machine: node, count: 2, max-count: 50, boot-time: 2m"

  @Test(
    "a quota of cores: (quota - used) / cores machines come, the rest is refused",
    arguments: [
      (quota: "quota-cores: 56", pool: "", count: 5.0),
      (quota: "", pool: ", quota-cores: 44", count: 3.0),
      (quota: "quota-cores: 40", pool: ", quota-cores: 44", count: 3.0),
    ])
  func quota(_ row: (quota: String, pool: String, count: Double)) throws {
    var simulation = try Self.simulation(
      pools: Self.one + row.pool + " }", cloud: row.quota, jobs: "at: [1s], pods: 12, cpu: 8")
    simulation.run(to: 200)
    #expect(simulation.metric("cloud_machines_up")?.last == 2 + row.count)
    #expect(
      simulation.total("cloud_machines_refused_total", "quota-exceeded") == 10 - row.count)
  }

  @Test("a cloud that refuses whole requests gives none, although one would fit")
  func wholeRequests() throws {
    // kubernetes/autoscaler issue 2607: room for one machine, nine asked for.
    var simulation = try Self.simulation(
      pools: Self.one + ", quota-cores: 24 }",
      cloud: "refuses-whole-requests: true", jobs: "at: [1s], pods: 11, cpu: 8")
    simulation.run(to: 250)
    #expect(simulation.metric("cloud_machines_up")?.last == 2)
    #expect(simulation.total("cloud_machines_refused_total", "quota-exceeded") == 9)
  }

  @Test("back-off: 5 min, doubling to 30 min, counted from the look that follows the refusal")
  func backOff() throws {
    var simulation = try Self.simulation(
      pools: Self.one + ", quota-cores: 16 }", jobs: "at: [1s], pods: 4, cpu: 8")
    // Asked at a look; refused 55 s later; seen at the look after that, 60 s after the first.
    var asked = 10.0
    for (failures, pause) in [5.0, 10, 20, 30, 30].enumerated() {
      simulation.run(to: asked + 59)
      #expect(
        simulation.total("cluster_autoscaler_failed_scale_ups_total") == Double(failures))
      simulation.run(to: asked + 61)
      #expect(
        simulation.total("cluster_autoscaler_failed_scale_ups_total") == Double(failures + 1))
      asked += 60 + pause * 60
    }
  }

  @Test("the back-off starts small again after node-group-backoff-reset-timeout")
  func reset() throws {
    var simulation = try Self.simulation(
      pools: Self.one + ", quota-cores: 16 }",
      autoscaler: "node-group-backoff-reset-timeout: 4m",
      jobs: "at: [1s], pods: 4, cpu: 8")
    // Each failure comes 5 min and 60 s after the one before, later than the 4 min; the first at 70 s.
    simulation.run(to: 3_600)
    let failures = simulation.total("cluster_autoscaler_failed_scale_ups_total")
    #expect(failures == 1 + ((3_600 - 70) / 360.0).rounded(.down))
  }

  @Test("another pool takes its place; without a word from the cloud only after 15 min")
  func otherPool() throws {
    for (notices, earliest) in [(true, 70.0), (false, 920)] {
      var simulation = try Self.simulation(
        pools: Self.one + ", quota-cores: 16 }, "
          + "{ name: others, machine: node, count: 0, max-count: 50, boot-time: 2m }",
        // Equal waste: the first pool is asked first.
        autoscaler: "instance-creation-errors: \(notices)", jobs: "at: [1s], pods: 6, cpu: 8")
      simulation.run(to: earliest + 110)
      #expect(simulation.metric("cloud_machines_up")?.last == 2)
      simulation.run(to: earliest + 150)
      #expect(simulation.metric("cloud_machines_up")?.last == 6, "\(notices)")
    }
  }

  @Test("a stock-out ends, and the machines come at the first try after it")
  func stockOut() throws {
    var simulation = try Self.simulation(
      pools: Self.one + " }", jobs: "at: [60s], pods: 4, cpu: 8",
      timeline: "{ at: 30s, stock-out: { pool: workers, for: 8m } }")
    // Two asked for at 70 s, refused at 130 s; again 5 min later, within the stock-out; then after
    // 10 min.
    simulation.run(to: 30 + 480)
    #expect(simulation.total("cloud_machines_refused_total", "stock-out") == 4)
    simulation.run(to: 1_300)
    #expect(simulation.metric("cloud_machines_up")?.last == 4)
  }

  @Test("what is terminated is free again")
  func release() throws {
    var simulation = try Self.simulation(
      pools: Self.one + ", quota-cores: 32 }", cloud: "termination-time: 10s",
      autoscaler: "scale-down-unneeded-time: 1m, scale-down-delay-after-add: 1m",
      work: "5m", jobs: "at: [1s, 1200s], pods: 4, cpu: 8")
    simulation.run(to: 300)
    #expect(simulation.metric("cloud_machines_up")?.last == 4)
    simulation.run(to: 1_190)
    #expect(simulation.metric("cloud_machines_up")?.last == 0)
    simulation.run(to: 1_500)
    #expect(simulation.metric("cloud_machines_up")?.last == 4)
    #expect(simulation.total("cloud_machines_refused_total") == 0)
  }

  @Test("machines are started one after the other: n of them take (n - 1) / rate longer")
  func provisioningRate() throws {
    var simulation = try Self.simulation(
      pools: Self.one + " }", cloud: "provisioning-rate: 0.1/s",
      jobs: "at: [1s], pods: 12, cpu: 8")
    // Asked for at 10 s, two minutes of booting, the tenth 90 s after the first.
    for (time, machines) in [(129.0, 2.0), (131, 3), (141, 4), (219, 11), (221, 12)] {
      simulation.run(to: time)
      #expect(simulation.metric("cloud_machines_up")?.last == machines)
    }
  }
}
