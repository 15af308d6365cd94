// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// What scheduling costs in CPU, against kube-scheduler 1.36 on two cores
/// (data/real-control-plane/k8s_scheduler.csv).
struct SchedulerCostTests {
  /// CPU milliseconds a pod, the time at rest included.
  private func cpu(
    nodes: Int, pods: Int, seconds: Double, scheduler: String = "", gpus: Int = 0
  ) throws -> Double {
    var simulation = try SchedulerTests.simulation(
      pools: "{ name: workers, machine: node, count: \(nodes) }", scheduler: scheduler,
      workload: SchedulerTests.jobs(
        "plain", "at: [1s], pods: \(pods), cpu: 0.1, gpus: \(gpus)"),
      machine: "cpu: 32, memory: 256GiB, gpus: 8",
      extra: "  kubelet: { node-status-update-frequency: 1h }")
    simulation.run(to: seconds)
    #expect(
      simulation.total("scheduler_schedule_attempts_total", "scheduled") == Double(pods))
    simulation.sumUp()
    return simulation.total("process_cpu_seconds_total", "kube-scheduler") * 1000 / Double(pods)
  }

  /// Rows that no constant was taken from: nodes, pods, seconds of the run, whether all nodes are
  /// scored, cold, measured CPU in ms a pod.
  @Test(arguments: [
    (100, 300, 4.02, true, true, 2.400), (1_000, 600, 10.56, false, true, 4.233),
    (1_000, 300, 8.31, true, true, 9.700), (5_000, 600, 8.81, false, false, 5.033),
  ])
  func measured(
    _ row: (
      nodes: Int, pods: Int, seconds: Double, all: Bool, cold: Bool, measured: Double
    )
  ) throws {
    // Fewer pods of the larger clusters keep the test short; a pod's share of the rest is kept.
    let scheduler =
      "kube-api-qps: 1000/s, starts-with-the-run: \(row.cold)"
      + (row.all ? ", percentageOfNodesToScore: 100" : "")
    let simulated = try cpu(
      nodes: row.nodes, pods: row.pods, seconds: row.seconds, scheduler: scheduler)
    #expect(abs(simulated / row.measured - 1) <= 0.3, "\(simulated) ms of \(row.measured) ms")
  }

  @Test("a faster core needs less")
  func speed() throws {
    func run(_ scheduler: String) throws -> Double {
      var simulation = try SmallWorld(
        """
        cluster:
          nodePools: [ { name: workers, machine: node, count: 10 } ]
          etcd: { main: { members: 1, disk: fast } }
          kube-scheduler: { \(scheduler) }
        machines: { node: { cpu: 8 }, fast: { cpu: 1, cpu-speed: 2 } }
        disks: { fast: { write-latency: 100us } }
        images: { image: { size: 100MB } }
        workload: [ { name: batch, jobs: { at: [1s], pods: 20, work: 1h, image: image } } ]
        """
      ).simulation()
      simulation.run(to: 20)
      return simulation.total("process_cpu_seconds_total", "kube-scheduler")
    }
    let slow = try run("cpu-at-rest: 0")
    // 20 x (1.6 ms + 10 x 5.5 us).
    #expect(abs(slow - 0.0331) < 1e-9)
    #expect(abs(try run("cpu-at-rest: 0, machine: fast") - slow / 2) < 1e-9)
  }

  @Test("a full cluster is searched to its end for each pod")
  func fullCluster() throws {
    // 200 nodes without room: a pod asks all 200 filters and scores none.
    var simulation = try SchedulerTests.simulation(
      pools: "{ name: workers, machine: node, count: 200 }", scheduler: "cpu-at-rest: 0",
      workload: SchedulerTests.jobs("big", "at: [1s], pods: 5, cpu: 100"))
    simulation.run(to: 20)
    let cpu = simulation.total("process_cpu_seconds_total", "kube-scheduler")
    // 5 x (1.6 ms + 200 x 2.3 us).
    #expect(abs(cpu - 0.0103) < 1e-9)
    #expect(simulation.total("scheduler_filtered_nodes_total", "NodeResourcesFit") == 1000)
  }

  @Test("anti-affinity: pods x nodes before 1.18, pods since")
  func antiAffinity() throws {
    func cpu(nodes: Int, perNode: Bool) throws -> Double {
      var simulation = try SchedulerTests.simulation(
        pools: "{ name: workers, machine: node, count: \(nodes) }",
        scheduler: """
          percentageOfNodesToScore: 100, cpu-at-rest: 0, cpu-per-pod: 0s, \
          cpu-per-node-filtered: 0s, cpu-per-node-scored: 0s, \
          affinity-compares-per-node: \(perNode), cpu-per-affinity-comparison: 1us
          """,
        workload: SchedulerTests.jobs(
          "dns", "at: [1s], pods: 40, cpu: 0.1, podAntiAffinity: [ {} ]"))
      simulation.run(to: 20)
      return simulation.total("process_cpu_seconds_total", "kube-scheduler")
    }
    // The k-th pod meets k others: 0 + 1 + ... + 39 = 780 comparisons of 1 us, at each node before.
    #expect(abs(try cpu(nodes: 50, perNode: false) - 780e-6) < 1e-9)
    #expect(abs(try cpu(nodes: 100, perNode: false) - 780e-6) < 1e-9)
    #expect(abs(try cpu(nodes: 50, perNode: true) - 780e-6 * 50) < 1e-9)
    #expect(abs(try cpu(nodes: 100, perNode: true) - 780e-6 * 100) < 1e-9)
  }

  @Test("a scheduler that starts with the run fills its caches first")
  func coldStart() throws {
    // 1,000 nodes of 420 us: the first pod waits until 0.42 s have passed.
    var simulation = try SchedulerTests.simulation(
      pools: "{ name: workers, machine: node, count: 1000 }",
      scheduler: "starts-with-the-run: true, cpu-at-rest: 0",
      workload: SchedulerTests.jobs("batch", "at: [0.1s], pods: 1, cpu: 1"))
    simulation.run(to: 0.419)
    #expect(simulation.metric("scheduler_pending_pods", "active")?.last == 1)
    simulation.run(to: 0.5)
    #expect(simulation.total("scheduler_schedule_attempts_total", "scheduled") == 1)
  }
}
