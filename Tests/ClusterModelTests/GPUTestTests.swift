// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Testing

@testable import ClusterModel

/// Tests of GPUs: before a node takes pods, and now and then.
struct GPUTestTests {
  @Test("before the test no pod lands on a new node; after it only what failed stays apart")
  func preflight() throws {
    var simulation = try SmallWorld.bare(
      """
        nodePools:
          - name: gpu
            machine: node
            count: 4
            taints: ["preflight=pending:NoSchedule"]
            preloaded-images: [image]
      """, machine: "cpu: 8, gpus: 8",
      lines: """
        faults: [ { name: bad, scope: gpu, at: [0s], units: [1], gpu: 6, effect: silent } ]
        workload:
          - name: preflight
            daemon-set:
              while-tainted: preflight
              image: image
              gpus: 8
              gpu-test: { duration: 2m, removes-taint: preflight }
          - name: work
            jobs: { at: [1s], pods: 4, work: 1h, image: image, gpus: 8 }
        """
    ).simulation()
    simulation.run(to: 110)
    // Only the tests run.
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 4)
    #expect(simulation.total("scheduler_schedule_attempts_total", "scheduled") == 0)
    simulation.run(to: 400)
    #expect(simulation.total("gpu_tests_total", "passed") == 3)
    #expect(simulation.total("gpu_tests_total", "failed") == 1)
    #expect(simulation.metric("gpu_tested_nodes")?.last == 4)
    #expect(simulation.total("scheduler_schedule_attempts_total", "scheduled") == 3)
    #expect(simulation.total("hardware_failed_pods_total") == 0)
    // Three pods of the job, and the test that failed.
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 4)
    let nodes = simulation.cluster.context.nodes
    #expect(nodes.ids.filter { !nodes[$0].taints.isEmpty }.map(\.index) == [1])
    // Four tests of eight GPUs, two minutes each.
    #expect(abs(simulation.total("gpu_test_gpu_seconds_total") - 4 * 8 * 120) < 1)
  }

  @Test("after k tests of random nodes a share of (1 - 1/n)^k is untested")
  func coverage() throws {
    var untested = 0.0
    let seeds = 12
    for seed in 1...seeds {
      var simulation = try SmallWorld.bare(
        "  nodePools: [ { name: gpu, machine: node, count: 10, preloaded-images: [image] } ]",
        machine: "cpu: 8, gpus: 8",
        lines: """
          workload:
            - name: test
              cron-job:
                every: 1m
                completions: 4
                image: image
                gpus: 8
                gpu-test: { duration: 5s }
          """
      ).simulation(seed: UInt64(seed))
      simulation.run(to: 178)
      // Runs at 60 and 120 s, each of four tests, one after the other.
      #expect(simulation.total("gpu_tests_total", "passed") == 8)
      untested += 10 - (simulation.metric("gpu_tested_nodes")?.last ?? 0)
    }
    // Empty boxes after 8 balls into 10: mean 4.305; variance from the textbook's second moment.
    let one = 10 * 0.43046721
    let variance = one + 90 * 0.16777216 - one * one
    let mean = untested / Double(seeds)
    #expect(abs(mean - one) < 4 * (variance / Double(seeds)).squareRoot(), "\(mean)")
  }

  @Test("a test that fails has the guard of the nodes' health take the machine out")
  func periodic() throws {
    var simulation = try SmallWorld.bare(
      """
        nodePools:
          - name: gpu
            machine: node
            count: 2
            boot-time: 30s
            preloaded-images: [image]
        node-health: {}
      """, machine: "cpu: 8, gpus: 8",
      lines: """
        faults: [ { name: bad, at: [0s], units: [0, 1], effect: slow } ]
        workload:
          - name: test
            cron-job: { every: 1m, image: image, gpus: 8, gpu-test: { duration: 5s }, backoff-limit: 0 }
        """
    ).simulation()
    #expect(simulation.cluster.context.hardware.slowDown(of: NodeID(0)) == 1)
    simulation.run(to: 900)
    #expect(simulation.total("node_health_findings_total", "failed-test") == 2)
    #expect(simulation.total("node_health_terminations_total", "empty") == 2)
    #expect(simulation.metric("hardware_open_faults")?.last == 0)
    #expect(simulation.metric("cloud_machines_up")?.last == 2)
    #expect(simulation.total("gpu_tests_total", "passed") > 5)
  }
}
