// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Testing

@testable import ClusterModel

/// Passive checks and the reaction to what they find.
struct NodeHealthTests {
  static let job = "jobs: { at: [1s], pods: 1, work: 1h, image: image, gpus: 8"

  /// Two nodes with eight GPUs each and a job that needs one of them.
  static func world(
    _ fault: String, health: String = "check-interval: 10s, detection-delay: 20s",
    job: String = Self.job, nodes: Int = 2
  ) throws -> SmallWorld {
    try SmallWorld.bare(
      """
        nodePools:
          - name: gpu
            machine: node
            count: \(nodes)
            boot-time: 50s
            preloaded-images: [image]
        node-health: { \(health) }
      """, machine: "cpu: 8, gpus: 8",
      lines: """
        cloud: { termination-time: 5s }
        faults: [ { name: part, \(fault) } ]
        workload: [ { name: work, \(job) } } ]
        """)
  }

  /// The node that the job's first pod is on.
  static func node(_ simulation: borrowing ClusterSimulation) -> NodeID {
    simulation.world.clusters[0].context.pods[PodID(0)].storedNode
  }

  static func state(_ simulation: borrowing ClusterSimulation, _ state: String) -> Double? {
    simulation.world.clusters[0].context.instruments.summaries(at: simulation.now).first {
      $0.name == "node_health_nodes" && $0.labels.contains { $0.value == state }
    }?.last
  }

  @Test("a light fault cordons the node and leaves its pods alone; the machine goes when they have")
  func light() throws {
    var simulation = try Self.world(
      "at: [60s], units: [0, 1], effect: light", job: Self.job + ", backoff-limit: 0"
    ).simulation()
    simulation.run(to: 79)
    #expect(Self.state(simulation, "cordoned") == 0)
    // The check comes 20 to 30 s after the fault; the empty node is gone then, the other is cordoned.
    simulation.run(to: 92)
    #expect(simulation.total("node_health_cordons_total") == 2)
    #expect(simulation.total("node_health_terminations_total", "empty") == 1)
    #expect(Self.state(simulation, "cordoned") == 1)
    let node = Self.node(simulation)
    simulation.run(to: 3_500)
    #expect(simulation.cluster.context.nodes[node].taints.contains(.unschedulable))
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 1)
    #expect(simulation.total("node_health_evictions_total") == 0)
    simulation.run(to: 3_700)
    #expect(simulation.total("kube_job_completed_total") == 1)
    #expect(simulation.total("node_health_terminations_total", "empty") == 2)
    // Two new machines are there instead.
    #expect(simulation.metric("cloud_machines_up")?.last == 2)
    #expect(!simulation.cluster.context.nodes[node].machineIsUp)
  }

  @Test("a serious fault evicts the pods, which start elsewhere")
  func serious() throws {
    var simulation = try Self.world(
      "at: [60s], units: [0, 1], effect: light, severity: serious"
    ).simulation()
    simulation.run(to: 120)
    // Twice, if the pod moved to the other node before that was looked at.
    #expect((1...2).contains(simulation.total("node_health_evictions_total", "evicted")))
    #expect(simulation.total("node_health_evictions_total", "refused") == 0)
    #expect(simulation.total("node_health_terminations_total", "empty") == 2)
    simulation.run(to: 240)
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 1)
    let pods = simulation.cluster.context.pods
    let last = pods.ids.last { pods[$0].exists }
    #expect(last.map { pods[$0].storedNode.index >= 2 } == true)
    #expect(simulation.total("node_health_pods_after_cordon_total") == 0)
  }

  @Test("a disruption budget refuses every round; the deadline is the end, to the second")
  func budget() throws {
    var simulation = try Self.world(
      "at: [60s], units: [0, 1], effect: light, severity: serious",
      health: "check-interval: 10s, detection-delay: 20s, termination-deadline: 10m",
      job: Self.job + ", pod-disruption-budget: { minAvailable: 1 }"
    ).simulation()
    simulation.run(to: 600)
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 1)
    #expect(simulation.total("node_health_evictions_total", "evicted") == 0)
    // Every 5 s from about 90 s on.
    let refused = simulation.total("node_health_evictions_total", "refused")
    #expect((100...104).contains(refused), "\(refused)")
    simulation.run(to: 720)
    #expect(simulation.total("node_health_terminations_total", "deadline") == 1)
    let time = simulation.metric("node_health_time_to_termination_seconds", "deadline")?.mean
    #expect(abs((time ?? 0) - 600) < 1)
  }

  @Test("a fault that is over before a check sees it is not found; a repaired node may return")
  func repaired() throws {
    var simulation = try Self.world(
      "at: [60s], effect: serious, repair-time: 15s"
    ).simulation()
    simulation.run(to: 600)
    #expect(simulation.total("node_health_findings_total") == 0)

    var returning = try Self.world(
      "at: [60s], units: [0, 1], effect: light, repair-time: 100s",
      health: "check-interval: 10s, detection-delay: 20s, uncordon-repaired: true",
      job: Self.job + ", nodeSelector: [gpu]"
    ).simulation()
    returning.run(to: 120)
    let node = Self.node(returning)
    #expect(returning.cluster.context.nodes[node].taints.contains(.unschedulable))
    returning.run(to: 170)
    #expect(!returning.cluster.context.nodes[node].taints.contains(.unschedulable))
    // The other was empty and is gone.
    #expect(returning.total("node_health_terminations_total") == 1)
  }

  @Test("an announced maintenance cordons; the machine stops when it was said to")
  func maintenance() throws {
    var simulation = try Self.world(
      "at: [60s], units: [0, 1], effect: maintenance, notice: 10m, repair-time: 1m"
    ).simulation()
    simulation.run(to: 659)
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 1)
    #expect(Self.state(simulation, "cordoned") == 1)
    simulation.run(to: 661)
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 0)
  }
}
