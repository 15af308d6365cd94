// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Training jobs on pods of a cluster: placed by the scheduler, lost with their nodes, replaced by their
/// controller.
struct TrainingPodTests {
  static func simulation(
    nodes: Int = 4, gpus: Int = 8, strategy: String = "InPlaceRestart", steps: String = "",
    timeline: String
  ) throws -> ClusterSimulation {
    try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: \(nodes), preloaded-images: [image] } ]
        kube-controller-manager: { pod-eviction-timeout: 10s }
        kubelet: { pleg-relist-period: 1ms }
      """, machine: "cpu: 8, gpus: 8",
      lines: """
        workload:
          - name: model
            training-jobs:
              at: [5s]
              pods: { count: 3, image: image, cpu: 1, gpus: \(gpus) }
              \(steps)
              compute: 1s
              checkpoint: { every: 30s, pause: 0s }
              restart: { initialization-time: 10s, restartStrategy: \(strategy) }
        timeline: \(timeline)
        """
    ).simulation()
  }

  @Test("the loss of one pod halts all; the others stay and one is replaced")
  func inPlace() throws {
    var simulation = try Self.simulation(
      timeline: "[ { at: 100s, stop-nodes: { pool: workers, count: 1 } } ]")
    simulation.run(to: 20)
    #expect(simulation.metric("training_members_working")?.last == 3)
    simulation.run(to: 101)
    // The node is not yet known to be gone, but nobody works.
    #expect(simulation.metric("training_members_working")?.last == 0)
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 2)
    simulation.run(to: 300)
    #expect(simulation.metric("training_members_working")?.last == 3)
    #expect(simulation.cluster.context.pods.count == 4)
    #expect(simulation.total("training_interruptions_total") == 1)
    simulation.sumUp()
    #expect(abs(simulation.total("training_job_seconds_total") - 295) < 1e-6)
    // Unknown after 40 s to 45 s, evicted 10 s to 20 s later, then the other node takes a pod.
    let waited = simulation.total("training_job_seconds_total", "queue")
    #expect(waited > 50 && waited < 70)
    #expect(simulation.total("training_job_seconds_total", "lost") < 30)
  }

  @Test("with a blocking recreation all pods are made anew")
  func recreated() throws {
    var simulation = try Self.simulation(
      strategy: "BlockingRecreate",
      timeline: "[ { at: 100s, stop-nodes: { pool: workers, count: 1 } } ]")
    simulation.run(to: 300)
    #expect(simulation.metric("training_members_working")?.last == 3)
    let pods = simulation.cluster.context.pods
    #expect(pods.ids.prefix(3).allSatisfy { !pods[$0].exists })
    // The node that is not yet known to be gone looks free and gets a pod, which is evicted later.
    #expect(pods.count == 7 && pods.ids.count { pods[$0].exists } == 3)
    #expect(simulation.total("training_interruptions_total") == 1)
  }

  @Test("pods that are parts of nodes share them, and the job's end frees the nodes")
  func fractional() throws {
    var simulation = try Self.simulation(nodes: 1, gpus: 2, steps: "steps: 50", timeline: "[]")
    simulation.run(to: 200)
    #expect(simulation.total("training_jobs_completed_total") == 1)
    let nodes = simulation.cluster.context.nodes
    #expect(nodes.ids.allSatisfy { nodes[$0].usedGPUs == 0 && nodes[$0].podCount == 0 })
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 0)
  }

  @Test("a gang that does not fit never begins")
  func tooFewNodes() throws {
    var simulation = try Self.simulation(nodes: 2, timeline: "[]")
    simulation.run(to: 300)
    #expect(simulation.total("training_steps_total") == 0)
    simulation.sumUp()
    #expect(abs(simulation.total("training_job_seconds_total", "queue") - 295) < 1e-6)
  }
}
