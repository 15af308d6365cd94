// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// The rules of OpenAI's kubernetes-ec2-autoscaler of 2017, by the commits that
/// `AutoscalerConfiguration` names.
struct AutoscalerTests {
  static func simulation(
    nodes: Int, stopped: Int = 0, autoscaler: String, frequency: String = "10s"
  ) throws -> ClusterSimulation {
    try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: \(nodes) } ]
        kubelet: { node-status-update-frequency: \(frequency) }
        kubernetes-ec2-autoscaler: { \(autoscaler) }
      """,
      lines: """
        cloud: { termination-time: 30s }
        \(stopped == 0 ? "" : """
        timeline: [ { at: 30s, stop-nodes: { pool: workers, count: \(stopped) } } ]
        """)
        """
    ).simulation()
  }

  @Test("a node whose heartbeat is older than 60 min is terminated by the next round")
  func deadAfterAnHour() throws {
    var simulation = try Self.simulation(
      nodes: 3, stopped: 1, autoscaler: "idle-threshold: 100h", frequency: "20s")
    simulation.run(to: 31)
    let heartbeat = simulation.cluster.context.nodes[NodeID(0)].storedHeartbeat.seconds
    simulation.run(to: heartbeat + 3600)
    #expect(simulation.total("autoscaler_terminated_nodes_total") == 0)
    simulation.run(to: heartbeat + 3600 + 61)
    #expect(simulation.total("autoscaler_terminated_nodes_total") == 1)
    #expect(!simulation.cluster.context.nodes[NodeID(0)].isRegistered)
    simulation.run(seconds: 200)
    #expect(simulation.total("autoscaler_terminated_nodes_total") == 1)
  }

  /// Commit f93b5ef: a round that would remove more than ceil(0.1 x instances) removes none.
  @Test(arguments: [
    (nodes: 20, dead: 2, removed: 2.0), (nodes: 20, dead: 3, removed: 0),
    (nodes: 11, dead: 2, removed: 2), (nodes: 11, dead: 3, removed: 0),
    (nodes: 10, dead: 1, removed: 1), (nodes: 10, dead: 2, removed: 0),
  ])
  func guardIsAllOrNothing(_ row: (nodes: Int, dead: Int, removed: Double)) throws {
    var simulation = try Self.simulation(
      nodes: row.nodes, stopped: row.dead,
      autoscaler: "dead-after: 60s, idle-threshold: 100h, max-scale-in-fraction: 0.1, sleep: 20s")
    simulation.run(to: 150)
    #expect(simulation.metric("autoscaler_dead_nodes")?.peak == Double(row.dead))
    #expect(simulation.total("autoscaler_terminated_nodes_total") == row.removed)
    #expect((simulation.total("autoscaler_refused_rounds_total") > 0) == (row.removed == 0))
  }

  @Test("without the guard all dead nodes go at once")
  func withoutGuard() throws {
    var simulation = try Self.simulation(
      nodes: 10, stopped: 6, autoscaler: "dead-after: 60s, idle-threshold: 100h, sleep: 20s")
    simulation.run(to: 150)
    #expect(simulation.total("autoscaler_terminated_nodes_total") == 6)
  }

  @Test("idle for 3,300 s, but five are kept")
  func idle() throws {
    var simulation = try Self.simulation(nodes: 8, autoscaler: "", frequency: "5m")
    simulation.run(to: 3300)
    #expect(simulation.total("autoscaler_terminated_nodes_total") == 0)
    simulation.run(to: 3365)
    #expect(simulation.total("autoscaler_terminated_nodes_total") == 3)
    simulation.run(to: 3395)
    #expect(simulation.metric("cloud_machines_up")?.last == 5, "30 s later the machines are gone")
    simulation.run(to: 3900)
    #expect(simulation.total("autoscaler_terminated_nodes_total") == 3)
  }

  @Test("the phase says when rounds are; the pause between them is `sleep`")
  func phase() throws {
    var simulation = try Self.simulation(nodes: 1, autoscaler: "phase: 7s, sleep: 20s")
    simulation.run(to: 7)
    #expect(simulation.total("autoscaler_rounds_total") == 0)
    simulation.run(to: 7.2)
    #expect(simulation.total("autoscaler_rounds_total", "done") == 1)
    simulation.run(to: 67.5)
    #expect(simulation.total("autoscaler_rounds_total", "done") == 4)
  }

  @Test("machines are asked for while pods fit nowhere, and five more, up to the pool's limit")
  func scaleOut() throws {
    var simulation = try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: 1, max-count: 4, boot-time: 30s } ]
        kubernetes-ec2-autoscaler: { sleep: 10s, phase: 5s, idle-threshold: 100h }
      """,
      lines: """
        workload: [ { name: batch, jobs: { at: [1s], pods: 2, work: 1h, image: image, cpu: 8 } } ]
        """
    ).simulation()
    simulation.run(to: 90)
    #expect(simulation.total("autoscaler_requested_machines_total") == 3)
    #expect(simulation.metric("cloud_machines_up")?.last == 4)
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 2)
  }

  @Test("as many machines as the waiting pods fill, not one for each, and none twice")
  func packsWaitingPods() throws {
    // 24 pods of two cores fill six nodes of eight; one is there.
    var simulation = try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: 1, max-count: 50, boot-time: 5m } ]
        kubernetes-ec2-autoscaler: { sleep: 10s, phase: 5s, idle-threshold: 100h, over-provision: 0 }
      """,
      lines: """
        workload: [ { name: batch, jobs: { at: [1s], pods: 24, work: 1h, image: image, cpu: 2 } } ]
        """
    ).simulation()
    simulation.run(to: 290)
    #expect(simulation.total("autoscaler_requested_machines_total") == 5)
    simulation.run(to: 450)
    #expect(simulation.total("autoscaler_requested_machines_total") == 5)
    #expect(simulation.metric("cloud_machines_up")?.last == 6)
  }

  @Test("a machine that has just joined is neither dead nor idle")
  func freshMachines() throws {
    // A machine registers with a fresh Ready condition. Rounds are so close that some fall between its
    // registration and its first heartbeat, long after the start.
    var simulation = try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: 0, max-count: 3, boot-time: 30s } ]
        kubernetes-ec2-autoscaler: { sleep: 1s, dead-after: 60s, idle-threshold: 10m, spare-agents: 0 }
      """,
      lines: """
        workload: [ { name: batch, jobs: { at: [2h], pods: 1, work: 1h, image: image, cpu: 8 } } ]
        """
    ).simulation()
    simulation.run(to: 7_200 + 500)
    #expect(simulation.metric("autoscaler_dead_nodes")?.peak == 0)
    #expect(simulation.total("autoscaler_terminated_nodes_total") == 0)
    #expect(simulation.metric("cloud_machines_up")?.last == 3)
  }
}
