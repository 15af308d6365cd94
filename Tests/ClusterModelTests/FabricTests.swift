// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Testing

@testable import ClusterModel

/// Flows in a running cluster against shares computed by hand.
struct FabricTests {
  static func world(
    nodes: Int = 4, pods: Int? = nil, machine: String = "network-bandwidth: 8Gbps",
    fabric: String?, job: String = "", workloads: String, pool: String = ""
  ) throws -> SmallWorld {
    try SmallWorld(
      """
      cluster:
        nodePools:
          - { name: workers, machine: node, count: \(nodes), preloaded-images: [tool]\(pool) }
        etcd: { main: { members: 1, disk: fast } }
        \(fabric.map { "fabric: { \($0) }" } ?? "")
      machines: { node: { cpu: 8, \(machine) } }
      disks: { fast: { write-latency: 100us } }
      images: { tool: { size: 1MB } }
      workload:
        - name: ranks
          jobs: { at: [1s], pods: \(pods ?? nodes), work: 10h, image: tool, cpu: 8\(job) }
        \(workloads)
      """)
  }

  static func transferTime(_ world: SmallWorld) throws -> Double {
    var simulation = world.simulation()
    simulation.run(to: 200)
    let found = simulation.metric("transfer_duration_seconds")
    let metric = try #require(found)
    #expect(metric.count > 3)
    let (longest, shortest) = (try #require(metric.max), try #require(metric.min))
    #expect(longest == shortest, "all steps are alike")
    return longest
  }

  @Test(
    "without contention flows take the time of the closed form",
    arguments: [
      ("pairwise", ""), ("ring-all-reduce", ""), ("pairwise", ", overlay-bandwidth: 2Gbps"),
      ("ring-all-reduce", ", overlay-bandwidth: 2Gbps"),
    ])
  func closedForm(_ pattern: String, _ overlay: String) throws {
    let load = """
      - { name: data, transfers: { pods-of: ranks, ranks: 4, pattern: \(pattern), bytes: 1GB } }
      """
    let machine = "network-bandwidth: 8Gbps" + overlay
    let closed = try Self.transferTime(
      Self.world(machine: machine, fabric: nil, workloads: load))
    for fabric in [
      "topology: single-switch", "topology: rail-optimised, rails: 4, hosts-per-leaf: 4",
      "topology: dragonfly, groups: 1, routers-per-group: 2, hosts-per-leaf: 4",
    ] {
      let flows = try Self.transferTime(
        Self.world(machine: machine, fabric: fabric, workloads: load))
      #expect(abs(flows / closed - 1) < 1e-6, "\(fabric)")
    }
  }

  @Test("without encapsulation the overlay's ceiling is not felt")
  func native() throws {
    let load = "- { name: data, transfers: { pods-of: ranks, bytes: 1GB } }"
    let machine = "network-bandwidth: 8Gbps, overlay-bandwidth: 2Gbps"
    for (fabric, job, seconds) in [
      ("encapsulation: vxlan", "", 4.0), ("encapsulation: none", "", 1),
      ("encapsulation: vxlan", ", hostNetwork: true", 1),
      ("encapsulation: none", ", kubernetes.io/egress-bandwidth: 1Gbps", 8),
      ("encapsulation: none", ", kubernetes.io/egress-bandwidth: 1Gbps, hostNetwork: true", 1),
    ] {
      let world = try Self.world(
        nodes: 2, machine: machine, fabric: fabric, job: job, workloads: load)
      let time = try Self.transferTime(world)
      #expect(abs(time / seconds - 1) < 1e-6, "\(fabric)\(job)")
    }
  }

  @Test("an oversubscribed leaf passes its share on", arguments: [1.0, 2, 4])
  func oversubscription(_ factor: Double) throws {
    // One node under each leaf and one spine: the leaf's up-link has a share of the card's rate.
    let world = try Self.world(
      nodes: 2,
      fabric: "topology: leaf-spine, hosts-per-leaf: 1, spines: 1, oversubscription: \(factor)",
      workloads: "- { name: data, transfers: { pods-of: ranks, bytes: 1GB } }")
    let time = try Self.transferTime(world)
    #expect(abs(time / factor - 1) < 1e-6)
  }

  @Test(
    "downloads share the Internet link from n = E / r on",
    arguments: [
      (2, 1.0, ""), (4, 1, ""), (8, 2, ""), (8, 4, ", kubernetes.io/ingress-bandwidth: 250Mbps"),
    ])
  func downloads(_ pods: Int, _ factor: Double, _ shaping: String) throws {
    // 1 Gbit/s from the server over a link of 4: full with four pods.
    let world = try Self.world(
      nodes: 8, pods: pods, fabric: "internet: { bandwidth: 4Gbps }", job: shaping,
      workloads: """
        - { name: data, downloads: { pods-of: ranks, bytes: 125MB, server-rate: 1Gbps, pause: 1ms } }
        """)
    var simulation = world.simulation()
    simulation.run(to: 60)
    simulation.openWindow()
    simulation.run(to: 360)
    let mean = try #require(simulation.metric("download_duration_seconds")?.mean)
    #expect(abs(mean / factor - 1) < 5e-3)
    let received = try #require(simulation.metric("internet_receive_bytes_per_second")?.last)
    #expect(abs(received / (Double(pods) * 1.25e8 / factor) - 1) < 1e-6)
  }

  @Test("who finds no port at the gateway waits until one is free")
  func ports() throws {
    let world = try Self.world(
      nodes: 4,
      fabric: """
        internet: { bandwidth: 100Gbps, nat-bandwidth: 2Gbps, nat-public-ip-addresses: 1, \
        snat-ports-per-address: 2 }
        """,
      workloads: """
        - { name: data, downloads: { pods-of: ranks, bytes: 12500MB, server-rate: 1Gbps } }
        """, pool: ", nat-gateway: shared")
    var simulation = world.simulation()
    simulation.run(to: 50)
    #expect(simulation.metric("nat_snat_connections")?.last == 2)
    #expect(simulation.metric("nat_snat_waiting_connections")?.last == 2)
    simulation.run(to: 300)
    // 100 s for the first two; the others begin when those end.
    let found = simulation.metric("download_duration_seconds")
    let duration = try #require(found)
    #expect(duration.count == 4)
    #expect(abs((duration.min ?? 0) - 100) < 1)
    #expect(abs((duration.max ?? 0) - 200) < 5)
    #expect(simulation.metric("nat_snat_connections")?.last == 0)
    #expect(simulation.metric("nat_snat_waiting_connections")?.last == 0)
  }

  @Test("a pod that ends leaves its share to the others")
  func podEnds() throws {
    let world = try SmallWorld(
      """
      cluster:
        nodePools: [ { name: workers, machine: node, count: 2, preloaded-images: [tool] } ]
        etcd: { main: { members: 1, disk: fast } }
        fabric: { internet: { bandwidth: 1Gbps } }
      machines: { node: { cpu: 8 } }
      disks: { fast: { write-latency: 100us } }
      images: { tool: { size: 1MB } }
      workload:
        - { name: short, jobs: { at: [1s], pods: 1, work: 60s, image: tool, cpu: 8 } }
        - { name: long, jobs: { at: [1s], pods: 1, work: 10h, image: tool, cpu: 8 } }
        - { name: a, downloads: { pods-of: short, bytes: 1TB } }
        - { name: b, downloads: { pods-of: long, bytes: 1TB } }
      """)
    var simulation = world.simulation()
    simulation.run(to: 50)
    #expect(simulation.metric("fabric_flows")?.last == 2)
    #expect(simulation.metric("downloads_active", "a")?.last == 1)
    simulation.run(to: 100)
    #expect(simulation.metric("fabric_flows")?.last == 1)
    #expect(simulation.metric("downloads_active", "a")?.last == 0)
    #expect(simulation.metric("internet_receive_bytes_per_second")?.last == 1.25e8)
    #expect(simulation.cluster.fabric?.network.flowCount == 1)
  }

  @Test("downloads need a link to the Internet, a dragonfly enough global ports")
  func badInput() throws {
    #expect(throws: (any Error).self) {
      try Self.world(
        fabric: "topology: single-switch",
        workloads: "- { name: data, downloads: { pods-of: ranks, bytes: 1GB } }")
    }
    #expect(throws: (any Error).self) {
      try Self.world(
        fabric: "topology: dragonfly, groups: 9, routers-per-group: 2, global-ports: 2",
        workloads: "- { name: data, transfers: { pods-of: ranks, bytes: 1GB } }")
    }
  }
}
