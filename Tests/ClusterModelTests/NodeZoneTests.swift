// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Zones and taints (pkg/controller/nodelifecycle, defaults of 1.36 in control-plane.md §3).
struct NodeZoneTests {
  static func simulation(
    _ pools: String, controllers: String = "", timeline: String, pods: Int
  ) throws -> ClusterSimulation {
    try SmallWorld.bare(
      """
        nodePools: [ \(pools) ]
        kubelet: { node-lease: true }
        kube-controller-manager: { kube-api-qps: 1000/s, kube-api-burst: 1000\(controllers) }
        kube-scheduler: { kube-api-qps: 1000/s, kube-api-burst: 1000 }
      """,
      lines: """
        workload:
          - { name: batch, jobs: { at: [1s], pods: \(pods), work: 20h, image: image, cpu: 1 } }
        timeline: \(timeline)
        """
    ).simulation()
  }

  static func pool(_ name: String, _ count: Int, zone: String) -> String {
    "{ name: \(name), machine: node, count: \(count), zone: \(zone), preloaded-images: [image] }"
  }

  @Test("a zone of more than 50 nodes, 55 % of them unhealthy, evicts one node in 100 s")
  func secondaryRate() throws {
    var simulation = try Self.simulation(
      Self.pool("a", 60, zone: "a"),
      timeline: "[ { at: 100s, stop-nodes: { pool: a, count: 40 } } ]", pods: 60)
    // Unknown by 145 s, evictable 300 s later.
    simulation.run(to: 1460)
    let evicted = simulation.total("node_collector_evictions_total")
    #expect(evicted >= 10 && evicted <= 11, "\(evicted) in 1,010 s")
  }

  @Test("a zone without a healthy node is evicted at the full rate while another zone is healthy")
  func lostZone() throws {
    var simulation = try Self.simulation(
      Self.pool("a", 8, zone: "a") + ", " + Self.pool("b", 8, zone: "b"),
      timeline: "[ { at: 100s, stop-nodes: { pool: a, count: 8 } } ]", pods: 16)
    // Evictable from about 441 s on; eight at one in 10 s take 70 s.
    simulation.run(to: 505)
    #expect(simulation.total("node_collector_evictions_total") < 8)
    simulation.run(to: 540)
    #expect(simulation.total("node_collector_evictions_total") == 8)
  }

  @Test(
    "with no healthy node left anywhere nobody is evicted, and the clocks start anew afterwards")
  func fullDisruption() throws {
    var simulation = try Self.simulation(
      Self.pool("a", 8, zone: "a"),
      timeline: """
        [ { at: 100s, stop-nodes: { pool: a, count: 8 } }, \
        { at: 1000s, start-nodes: { pool: a, count: 5 } } ]
        """, pods: 8)
    simulation.run(to: 1290)
    #expect(simulation.total("node_collector_evictions_total") == 0)
    simulation.run(to: 1400)
    #expect(simulation.total("node_collector_evictions_total") == 3)
  }

  @Test("with taints: one node tainted in 10 s, its pods gone after 300 s of toleration")
  func taints() throws {
    var simulation = try Self.simulation(
      Self.pool("a", 8, zone: "a"), controllers: ", taint-based-evictions: true",
      timeline: "[ { at: 100s, stop-nodes: { pool: a, count: 3 } } ]", pods: 8)
    func tainted(_ nodes: NodeTable) -> Int {
      nodes.ids.count { nodes[$0].taints.contains(.unreachable) }
    }
    simulation.run(to: 151)
    #expect(tainted(simulation.cluster.context.nodes) >= 1)
    simulation.run(to: 175)
    #expect(tainted(simulation.cluster.context.nodes) == 3)
    simulation.run(to: 434)
    #expect(simulation.total("node_collector_evictions_total") == 0)
    simulation.run(to: 480)
    #expect(simulation.total("node_collector_evictions_total") == 3)
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 8)
  }
}
