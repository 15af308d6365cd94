// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Jobs: what a lost pod had computed is lost, it is replaced, and the job ends with its last pod.
struct JobTests {
  static func simulation(_ timeline: String, pods: Int = 1, work: String) throws
    -> ClusterSimulation
  {
    try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: 2, preloaded-images: [image] } ]
        kube-controller-manager: { pod-eviction-timeout: 10s }
        kubelet: { pleg-relist-period: 1ms }
      """,
      lines: """
        workload:
          - { name: batch, jobs: { at: [5s], pods: \(pods), work: \(work), image: image, cpu: 8 } }
        timeline: \(timeline)
        """
    ).simulation()
  }

  @Test func undisturbed() throws {
    var simulation = try Self.simulation("[]", pods: 2, work: "60s")
    simulation.run(to: 60)
    #expect(simulation.total("kube_job_completed_total") == 0)
    #expect(simulation.metric("kube_job_status_active")?.last == 1)
    simulation.run(to: 70)
    #expect(simulation.total("kube_job_completed_total") == 1)
    #expect(simulation.metric("kube_job_status_active")?.last == 0)
    // Two pods of 60 s each, started 1.07 s after 5 s, and the API's part of some milliseconds.
    #expect(abs(simulation.total("job_useful_work_seconds_total") - 120) < 0.2)
    let duration = try #require(simulation.metric("kube_job_duration_seconds")?.max)
    #expect(abs(duration - 61.07) < 0.1)
    #expect(simulation.total("job_lost_work_seconds_total") == 0)
    let nodes = simulation.cluster.context.nodes
    #expect(nodes.ids.allSatisfy { nodes[$0].usedMilliCPU == 0 && nodes[$0].podCount == 0 })
  }

  @Test("lost work is the running time of the pods that were lost")
  func lostWork() throws {
    var simulation = try Self.simulation(
      "[ { at: 50s, stop-nodes: { pool: workers, count: 1 } } ]", pods: 2, work: "100s")
    simulation.run(to: 49)
    let pods = simulation.cluster.context.pods
    let victims = pods.ids.filter { pods[$0].storedNode == NodeID(0) }
    try #require(victims.count == 1)
    let started = pods[victims[0]].started.seconds
    simulation.run(to: 51)
    #expect(simulation.total("job_lost_pods_total") == 1)
    #expect(abs(simulation.total("job_lost_work_seconds_total") - (50 - started)) < 1e-6)
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 1)

    // Unknown after 40 to 45 s, evicted 10 to 20 s later; the replacement needs the other node,
    // which is free at about 106 s, and runs its 100 s there.
    simulation.run(to: 200)
    #expect(simulation.total("kube_job_completed_total") == 0)
    simulation.run(to: 290)
    #expect(simulation.total("kube_job_completed_total") == 1)
    #expect(abs(simulation.total("job_useful_work_seconds_total") - 200) < 0.2)
    #expect(simulation.cluster.context.pods.count == 3)
  }

  @Test("a machine that is back before the eviction starts its pods anew")
  func restartedInPlace() throws {
    var simulation = try Self.simulation(
      """
      [ { at: 50s, stop-nodes: { pool: workers, count: 1 } }, \
      { at: 60s, start-nodes: { pool: workers, count: 1 } } ]
      """, pods: 2, work: "100s")
    simulation.run(to: 155)
    #expect(simulation.total("kube_job_completed_total") == 0)
    simulation.run(to: 165)
    #expect(simulation.total("kube_job_completed_total") == 1)
    #expect(abs(simulation.total("job_useful_work_seconds_total") - 200) < 0.2)
    #expect(abs(simulation.total("job_lost_work_seconds_total") - 43.93) < 0.1)
    #expect(simulation.cluster.context.pods.count == 2, "no pod was replaced")
  }
}
