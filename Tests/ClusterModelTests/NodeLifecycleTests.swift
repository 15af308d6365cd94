// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// A machine stops: its node becomes Unknown once the stored heartbeat is older than the grace period
/// of 40 s at one of the looks every 5 s, and its pods are evicted after 5 min, one node every 10 s
/// (kube-controller-manager 1.8: node-monitor-grace-period, node-monitor-period,
/// pod-eviction-timeout, node-eviction-rate).
struct NodeLifecycleTests {
  static func simulation(stopped: Int, of nodes: Int) throws -> ClusterSimulation {
    try SmallWorld.bare(
      """
        nodePools:
          - { name: workers, machine: node, count: \(nodes), preloaded-images: [image] }
      """,
      lines: """
        workload:
          - { name: batch, jobs: { at: [1s], pods: \(2 * nodes), work: 2h, image: image, cpu: 1 } }
        timeline: [ { at: 101s, stop-nodes: { pool: workers, count: \(stopped) } } ]
        """
    ).simulation()
  }

  @Test func unknownAndEvicted() throws {
    var simulation = try Self.simulation(stopped: 1, of: 4)
    simulation.run(to: 102)
    let node = NodeID(0)
    #expect(!simulation.cluster.context.nodes[node].machineIsUp)
    let heartbeat = simulation.cluster.context.nodes[node].storedHeartbeat.seconds
    #expect(heartbeat > 90 && heartbeat <= 101)
    while simulation.cluster.context.nodes[node].storedReady { simulation.run(seconds: 0.02) }
    let unknown = simulation.now.seconds
    // One round trip of the PATCH: about 5 ms here.
    #expect(unknown - heartbeat > 40 && unknown - heartbeat < 45.05, "\(unknown - heartbeat) s")

    let onNode = simulation.cluster.context.nodes[node].podCount
    #expect(onNode > 0)
    simulation.run(to: unknown + 299)
    #expect(simulation.total("node_collector_evictions_total") == 0)
    #expect(simulation.cluster.context.nodes[node].podCount == onNode)
    // The controller counts from the look that finds the mark, and looks every 5 s.
    simulation.run(to: unknown + 311)
    #expect(simulation.total("node_collector_evictions_total") == 1)
    #expect(simulation.cluster.context.nodes[node].podCount == 0)
    simulation.run(seconds: 10)
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 8, "replaced elsewhere")
  }

  @Test("one node every 10 s")
  func evictionRate() throws {
    var simulation = try Self.simulation(stopped: 3, of: 8)
    var evictions: [Double] = []
    simulation.run(to: 420)
    while simulation.now < .zero + .seconds(500) {
      simulation.run(seconds: 0.5)
      let count = Int(simulation.total("node_collector_evictions_total"))
      while evictions.count < count { evictions.append(simulation.now.seconds) }
    }
    try #require(evictions.count == 3)
    for (earlier, later) in zip(evictions, evictions.dropFirst()) {
      #expect(later - earlier >= 9.5)
    }
    #expect(evictions[2] - evictions[0] < 31)
  }

  @Test("a zone of which most nodes are Unknown is left alone")
  func unhealthyZone() throws {
    // unhealthy-zone-threshold: 0.55; 5 of 8 are 0.625.
    var simulation = try Self.simulation(stopped: 5, of: 8)
    simulation.run(to: 520)
    #expect(simulation.metric("node_collector_unhealthy_nodes_in_zone")?.last == 5)
    #expect(simulation.total("node_collector_evictions_total") == 0)
  }

  @Test("negative control: nothing is marked while all machines run")
  func healthy() throws {
    var simulation = try Self.simulation(stopped: 1, of: 4)
    simulation.run(to: 100)
    #expect(simulation.metric("node_collector_unhealthy_nodes_in_zone")?.peak == 0)
    #expect(simulation.total("node_collector_evictions_total") == 0)
  }

  @Test("a node that registers and is never heard of again is Unknown after the startup grace")
  func startupGrace() throws {
    // It registers at 105 s, while its 1,000 reads keep it from its first heartbeat; nodes are looked at
    // every 5 s. --node-startup-grace-period: 60 s; --node-monitor-grace-period: 40 s.
    for (grace, knob) in [(60.0, ""), (20, "node-startup-grace-period: 20s")] {
      var simulation = try SmallWorld.bare(
        """
          nodePools:
            - { name: workers, machine: node, count: 2 }
            - { name: late, machine: node, count: 0, max-count: 1, boot-time: 5s, join-requests: 1000 }
          kube-controller-manager: { \(knob) }
        """,
        lines: """
          timeline:
            - { at: 100s, scale: { pool: late, to: 1 } }
            - { at: 105.02s, stop-nodes: { pool: late, count: 1 } }
          """
      ).simulation()
      let unknown = { (simulation: borrowing ClusterSimulation) in
        simulation.metric("node_collector_unhealthy_nodes_in_zone")?.last
      }
      simulation.run(to: 105 + grace - 0.1)
      #expect(simulation.cluster.context.nodes[NodeID(2)].storedReady)
      #expect(unknown(simulation) == 0)
      simulation.run(to: 105 + grace + 5.2)
      #expect(!simulation.cluster.context.nodes[NodeID(2)].storedReady)
    }
  }
}
