// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// The rules of the upstream Cluster Autoscaler, by the flags that `ClusterAutoscalerConfiguration`
/// names (facts/control-plane.md §6).
struct ClusterAutoscalerTests {
  private func simulation(
    pools: String, autoscaler: String = "", jobs: String = "", timeline: String = ""
  ) throws -> ClusterSimulation {
    try SmallWorld.bare(
      """
        nodePools: [ \(pools) ]
        kube-controller-manager: { kube-api-qps: 100000/s, kube-api-burst: 10000 }
        cluster-autoscaler: { \(autoscaler) }
      """, machine: "cpu: 8, memory: 64GiB",
      lines: """
        cloud: { termination-time: 30s }
        \(jobs.isEmpty ? "" : "workload:\n" + jobs)
        \(timeline.isEmpty ? "" : "timeline: [ \(timeline) ]")
        """
    ).simulation()
  }

  // MARK: Who keeps a node

  /// Five nodes that one pod each fills, by a Deployment or a DaemonSet of some priority; nodes left
  /// after half an hour.
  @Test(arguments: [
    ("deployment: { replicas: 5, priority: -10", "", 5),
    ("deployment: { replicas: 5, priority: -11", "", 0),
    ("deployment: { replicas: 5, priority: -11", "expendable-pods-priority-cutoff: -20", 5),
    ("daemon-set: { priority: 0", "", 5),
    ("daemon-set: { priority: 0", "ignore-daemonsets-utilization: true", 0),
  ])
  func whoCounts(_ row: (workload: String, autoscaler: String, left: Double)) throws {
    var simulation = try simulation(
      pools: "{ name: workers, machine: node, count: 5, preloaded-images: [image] }",
      autoscaler: row.autoscaler,
      jobs: "  - { name: balloons, \(row.workload), image: image, cpu: 8 } }\n")
    simulation.run(to: 60)
    #expect(simulation.metric("kube_workload_status_replicas_ready")?.last == 5)
    simulation.run(to: 1_800)
    #expect(simulation.metric("cloud_machines_up")?.last == row.left)
    // Whoever goes with the node is not evicted from it.
    #expect(simulation.total("cluster_autoscaler_evicted_pods_total") == 0)
  }

  @Test("a pod that does not count calls for no nodes")
  func expendableWaits() throws {
    var simulation = try simulation(
      pools: "{ name: workers, machine: node, count: 0, max-count: 5 }",
      jobs: SchedulerTests.jobs("cheap", "at: [1s], pods: 2, cpu: 8, priority: -11"))
    simulation.run(to: 600)
    #expect(simulation.total("cluster_autoscaler_scaled_up_nodes_total") == 0)
    #expect(simulation.metric("cluster_autoscaler_unschedulable_pods_count")?.last == 0)
  }

  // MARK: Scale-up

  /// Equal pods fill nodes by first fit: ceil(pods / floor(node / pod)).
  @Test(arguments: [
    (pods: 20, cpu: 3.0, nodes: 10.0), (pods: 21, cpu: 3, nodes: 11), (pods: 7, cpu: 8, nodes: 7),
    (pods: 33, cpu: 0.5, nodes: 3),
  ])
  func firstFit(_ row: (pods: Int, cpu: Double, nodes: Double)) throws {
    var simulation = try simulation(
      pools: "{ name: workers, machine: node, count: 0, max-count: 50, boot-time: 2m }",
      jobs: SchedulerTests.jobs("batch", "at: [1s], pods: \(row.pods), cpu: \(row.cpu)"))
    simulation.run(to: 60)
    #expect(simulation.total("cluster_autoscaler_scaled_up_nodes_total") == row.nodes)
    simulation.run(to: 300)
    #expect(simulation.total("cluster_autoscaler_scaled_up_nodes_total") == row.nodes)
    #expect(simulation.metric("cloud_machines_up")?.last == row.nodes)
    #expect(
      simulation.total("scheduler_schedule_attempts_total", "scheduled") == Double(row.pods))
  }

  @Test("no more at once than max-nodes-per-scaleup, no more at all than the pool may have")
  func limits() throws {
    var simulation = try simulation(
      pools: "{ name: workers, machine: node, count: 0, max-count: 25, boot-time: 1h }",
      autoscaler: "max-nodes-per-scaleup: 10",
      jobs: SchedulerTests.jobs("batch", "at: [1s], pods: 40, cpu: 8"))
    var asked: [Double] = []
    for second in [11.0, 21, 31, 41] {
      simulation.run(to: second)
      asked.append(simulation.total("cluster_autoscaler_scaled_up_nodes_total"))
    }
    #expect(asked == [10, 20, 25, 25])
  }

  @Test(
    "a machine that never registers is given up after 15 min, its pool left alone for 5, then 10")
  func provisionTimeout() throws {
    var simulation = try simulation(
      pools: "{ name: workers, machine: node, count: 0, max-count: 5, boot-time: 100h }",
      jobs: SchedulerTests.jobs("batch", "at: [1s], pods: 2, cpu: 8"))
    // Asked at 10 s; given up at the first look after 15 min, 920 s.
    simulation.run(to: 915)
    #expect(simulation.total("cluster_autoscaler_failed_scale_ups_total") == 0)
    simulation.run(to: 925)
    #expect(simulation.total("cluster_autoscaler_failed_scale_ups_total") == 1)
    #expect(simulation.total("cluster_autoscaler_scaled_up_nodes_total") == 2)
    simulation.run(to: 920 + 295)
    #expect(simulation.total("cluster_autoscaler_scaled_up_nodes_total") == 2)
    simulation.run(to: 920 + 305)
    #expect(simulation.total("cluster_autoscaler_scaled_up_nodes_total") == 4)
    // Given up again 910 s after 1,220 s, at 2,130 s, and asked for again 10 min later.
    simulation.run(to: 2_130 + 595)
    #expect(simulation.total("cluster_autoscaler_failed_scale_ups_total") == 2)
    #expect(simulation.total("cluster_autoscaler_scaled_up_nodes_total") == 4)
    simulation.run(to: 2_130 + 605)
    #expect(simulation.total("cluster_autoscaler_scaled_up_nodes_total") == 6)
  }

  @Test("least-waste takes the pool whose nodes the pods fill")
  func leastWaste() throws {
    var simulation = try SmallWorld.bare(
      """
        nodePools:
          - { name: large, machine: node, count: 0, max-count: 9, boot-time: 1h }
          - { name: small, machine: half, count: 0, max-count: 9, boot-time: 1h }
        cluster-autoscaler: { expander: least-waste }
      """, machine: "cpu: 8, memory: 64GiB }, half: { cpu: 4, memory: 32GiB",
      lines: "workload:\n" + SchedulerTests.jobs("one", "at: [1s], pods: 1, cpu: 4, memory: 32GiB")
    ).simulation()
    simulation.run(to: 30)
    let groups = try #require(simulation.cluster.clusterAutoscaler).groups
    #expect(groups.map(\.desired) == [0, 1])
  }

  // MARK: Scale-down

  @Test("empty for ten minutes, then gone, ten at a time, down to the pool's least")
  func emptyNodes() throws {
    var simulation = try simulation(
      pools: "{ name: workers, machine: node, count: 17, min-count: 2 }")
    simulation.run(to: 605)
    #expect(simulation.total("cluster_autoscaler_scaled_down_nodes_total") == 0)
    // Unneeded since the look at 10 s: the first ten go at 610 s.
    simulation.run(to: 614)
    #expect(try #require(simulation.cluster.clusterAutoscaler).removals.count == 10)
    simulation.run(to: 900)
    #expect(simulation.total("cluster_autoscaler_scaled_down_nodes_total", "empty") == 15)
    #expect(simulation.metric("cloud_machines_up")?.last == 2)
    let context = simulation.cluster.context
    #expect(context.objects.count(context.builtin.nodes) == 2)
  }

  @Test("little used: drained through the API, one at a time; its pods find room elsewhere")
  func drain() throws {
    // Three of four nodes hold six of eight cores, the fourth two: below half, and others have room.
    var simulation = try simulation(
      pools: """
        { name: a, machine: node, count: 3, min-count: 3 }, { name: b, machine: node, count: 1 }
        """,
      jobs: SchedulerTests.jobs("base", "at: [1s], pods: 3, cpu: 6, nodeSelector: [a]")
        + SchedulerTests.jobs("loose", "at: [3s], pods: 2, cpu: 1"),
      timeline: "")
    simulation.run(to: 500)
    // `loose` went to the empty node: it is the least used.
    #expect(SchedulerTests.placement(simulation, of: 1)[3] == 2)
    simulation.run(to: 900)
    #expect(simulation.total("cluster_autoscaler_evicted_pods_total") == 2)
    #expect(simulation.total("cluster_autoscaler_scaled_down_nodes_total", "underutilized") == 1)
    #expect(SchedulerTests.placement(simulation, of: 1)[0...2].reduce(0, +) == 2)
    #expect(simulation.metric("cloud_machines_up")?.last == 3)
  }

  @Test("half used nodes stay")
  func threshold() throws {
    var simulation = try simulation(
      pools: "{ name: a, machine: node, count: 4 }",
      jobs: SchedulerTests.jobs("base", "at: [1s], pods: 4, cpu: 4"))
    simulation.run(to: 1_500)
    #expect(simulation.total("cluster_autoscaler_scaled_down_nodes_total") == 0)
  }

  @Test("nothing goes within ten minutes of a scale-up")
  func delayAfterAdd() throws {
    // Five nodes are empty since 10 s; at 500 s a pod wants a larger pool's node.
    var simulation = try SmallWorld.bare(
      """
        nodePools:
          - { name: spare, machine: node, count: 5 }
          - { name: large, machine: huge, count: 0, max-count: 1, boot-time: 30s }
        cluster-autoscaler: {}
      """, machine: "cpu: 8 }, huge: { cpu: 64",
      lines: "workload:\n" + SchedulerTests.jobs("one", "at: [495s], pods: 1, cpu: 60")
    ).simulation()
    simulation.run(to: 1_095)
    #expect(simulation.total("cluster_autoscaler_scaled_up_nodes_total") == 1)
    #expect(simulation.total("cluster_autoscaler_scaled_down_nodes_total") == 0)
    simulation.run(to: 1_200)
    #expect(simulation.total("cluster_autoscaler_scaled_down_nodes_total", "empty") == 5)
  }

  // MARK: Health

  /// It halts when more than 3 nodes and more than 45 % (33 % in 0.6) of them are unready.
  @Test(arguments: [
    (nodes: 20, stopped: 9, percentage: 45, halts: false),
    (nodes: 20, stopped: 10, percentage: 45, halts: true),
    (nodes: 20, stopped: 6, percentage: 33, halts: false),
    (nodes: 20, stopped: 7, percentage: 33, halts: true),
    (nodes: 6, stopped: 3, percentage: 45, halts: false),
    (nodes: 6, stopped: 4, percentage: 45, halts: true),
  ])
  func unreadyStop(
    _ row: (nodes: Int, stopped: Int, percentage: Int, halts: Bool)
  ) throws {
    var simulation = try simulation(
      pools: "{ name: workers, machine: node, count: \(row.nodes), max-count: 40 }",
      autoscaler: "max-total-unready-percentage: \(row.percentage)%",
      jobs: SchedulerTests.jobs("batch", "at: [200s], pods: 30, cpu: 8"),
      timeline: "{ at: 20s, stop-nodes: { pool: workers, count: \(row.stopped) } }")
    simulation.run(to: 400)
    #expect(
      simulation.metric("cluster_autoscaler_cluster_safe_to_autoscale")?.last
        == (row.halts ? 0 : 1))
    #expect((simulation.total("cluster_autoscaler_scaled_up_nodes_total") == 0) == row.halts)
  }

  @Test("its own client is slow: 5 requests a second after a burst of 10")
  func clientLimit() throws {
    // 60 empty nodes at once need 120 requests: at least (120 - 10) / 5 = 22 s.
    var simulation = try simulation(
      pools: "{ name: workers, machine: node, count: 60 }",
      autoscaler: "max-scale-down-parallelism: 1000")
    simulation.run(to: 610 + 21.5)
    #expect(simulation.total("cluster_autoscaler_scaled_down_nodes_total") < 60)
    simulation.run(to: 610 + 35)
    #expect(simulation.total("cluster_autoscaler_scaled_down_nodes_total") == 60)
  }
}
