// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Testing

@testable import ClusterModel

/// Nodes without addresses or without a route to them are in the cluster and get no pods.
struct NodeIPAMTests {
  static func world(_ ipam: String, nodes: Int, lines: String = "") throws -> SmallWorld {
    try SmallWorld.bare(
      """
        nodePools:
          - { name: workers, machine: node, count: \(nodes), preloaded-images: [image] }
          - { name: joining, machine: node, count: 0, boot-time: 1s, preloaded-images: [image] }
        node-ipam: { \(ipam) }
      """, lines: lines)
  }

  @Test("with routes nodes are admitted until the table is full, whether they were there or join")
  func routeLimit() throws {
    var simulation = try Self.world(
      "mode: routes, max-routes: 6", nodes: 4,
      lines: """
        timeline: [ { at: 5s, scale: { pool: joining, to: 5, over: 1s } } ]
        workload: [ { name: batch, jobs: { at: [40s], pods: 9, work: 1h, image: image, cpu: 8 } } ]
        """
    ).simulation()
    simulation.run(to: 4)
    #expect(simulation.metric("cloud_routes")?.last == 4)
    simulation.run(to: 60)
    #expect(simulation.metric("kube_node_status_condition", "false")?.last == 6)
    #expect(simulation.metric("kube_node_status_condition", "true")?.last == 3)
    #expect(simulation.metric("cloud_routes")?.last == 6)
    // A pod takes a whole node.
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 6)
    // Rounds every 10 s from 10 s on, three nodes refused in each.
    let rounds = 6.0
    #expect(simulation.total("cloud_routes_refused_total") == 3 * rounds)
  }

  @Test("a node that goes leaves its route to one that waits")
  func routeIsGivenBack() throws {
    var simulation = try Self.world(
      "mode: routes, max-routes: 3", nodes: 4,
      lines: """
        timeline: [ { at: 5s, via: api, delete-nodes: { pool: workers, count: 1 } } ]
        """
    ).simulation()
    simulation.run(to: 4)
    #expect(simulation.metric("kube_node_status_condition", "true")?.last == 1)
    simulation.run(to: 30)
    #expect(simulation.metric("kube_node_status_condition", "true")?.last == 0)
    #expect(simulation.metric("kube_node_status_condition", "false")?.last == 3)
    #expect(simulation.metric("cloud_routes")?.last == 3)
  }

  /// A /24 has 256 addresses: 4 blocks of /26, or 8 machines with 31 each.
  @Test(
    "a range is full when its addresses are used up",
    arguments: [
      ("mode: overlay, node-cidr-mask-size: 26", 4, 64),
      ("mode: routes, node-cidr-mask-size: 26", 4, 64),
      ("mode: aliases", 8, 31),
    ])
  func rangeLimit(ipam: String, nodes: Int, addresses: Int) throws {
    var simulation = try Self.world(
      ipam + ", cluster-cidr: 10.0.0.0/24", nodes: 2,
      lines: "timeline: [ { at: 5s, scale: { pool: joining, to: 10, over: 1s } } ]"
    ).simulation()
    simulation.run(to: 60)
    #expect(simulation.metric("kube_node_status_condition", "false")?.last == Double(nodes))
    #expect(simulation.metric("kube_node_status_condition", "true")?.last == Double(12 - nodes))
    #expect(simulation.metric("ipam_addresses_in_use")?.last == Double(nodes * addresses))
    #expect(simulation.total("ipam_range_full_total") == Double(12 - nodes))
  }

  @Test("routes are created 200 at a time, and nodes wait for them")
  func routesTakeTime() throws {
    var simulation = try Self.world(
      "mode: routes, route-creation-time: 3s, cluster-cidr: 10.0.0.0/8", nodes: 0,
      lines: """
        timeline: [ { at: 1s, scale: { pool: joining, to: 250, over: 0s } } ]
        """
    ).simulation()
    // The first round is at 10 s; blocks are written at 20 a second with a burst of 30, so about 170
    // nodes have one by then.
    simulation.run(to: 12.9)
    #expect(simulation.metric("kube_node_status_condition", "false")?.last == 0)
    simulation.run(to: 14)
    let early = simulation.metric("kube_node_status_condition", "false")?.last ?? 0
    #expect(early > 0 && early <= 200)
    simulation.run(to: 60)
    #expect(simulation.metric("kube_node_status_condition", "false")?.last == 250)
  }

  @Test(
    "a range is four numbers and a prefix length",
    arguments: [
      ("10.0.0.0/9", 9), ("0.0.0.0/0", 0), ("10.0.0.0", nil), ("10.0.0/9", nil),
      ("10.0.0.256/9", nil), ("10.0.0.0/33", nil), ("10.0.0.+1/9", nil), ("10.0.0.0/-1", nil),
    ])
  func prefixLength(text: String, length: Int?) {
    #expect(NodeIPAMConfiguration.prefixLength(text) == length)
  }

  @Test("without the section no node carries the taint")
  func absent() throws {
    let simulation = try SmallWorld.bare(
      "  nodePools: [ { name: workers, machine: node, count: 2 } ]"
    ).simulation()
    #expect(
      simulation.cluster.context.nodes.ids.allSatisfy { node in
        simulation.cluster.context.nodes[node].taints.isEmpty
      })
  }
}
