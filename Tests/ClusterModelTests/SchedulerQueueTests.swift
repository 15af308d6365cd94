// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// When a pod that fits nowhere is tried again.
struct SchedulerQueueTests {
  /// Attempts of one pod that fits nowhere, made until each moment.
  private func attempts(
    _ scheduler: String, until moments: [Double], pod: String = "cpu: 100", extra: String = "",
    pools: String = "{ name: workers, machine: node, count: 2 }"
  ) throws -> [Double] {
    var simulation = try SchedulerTests.simulation(
      pools: pools, scheduler: scheduler,
      workload: SchedulerTests.jobs("big", "at: [1s], pods: 1, \(pod)") + extra)
    return moments.map { moment in
      simulation.run(to: moment)
      return simulation.total("scheduler_schedule_attempts_total", "unschedulable")
    }
  }

  @Test("1.8: 1, 2, 4, ... 32 s, then every 60 s (factory.go)")
  func fifo() throws {
    // Attempts at 1 s plus 0, 1, 3, 7, 15, 31, 63, 123, 183 s.
    let counts = try attempts(
      "scheduling-queue: fifo, podMaxBackoffSeconds: 60s",
      until: [1.5, 2.5, 4.5, 8.5, 16.5, 32.5, 64.5, 123.5, 124.5, 184.5])
    #expect(counts == [1, 2, 3, 4, 5, 6, 7, 7, 8, 9])
  }

  @Test("later: nothing happens until the flush finds it after five minutes")
  func flush() throws {
    // Parked at 1 s; the check every 30 s finds it at 330 s, for 301 s is past by then.
    #expect(try attempts("", until: [2, 300.5, 329.5, 330.5]) == [1, 1, 1, 2])
    // 1.18: 60 s, found at 90 s.
    let old = try attempts(
      "pod-max-in-unschedulable-pods-duration: 60s", until: [2, 89.5, 90.5])
    #expect(old == [1, 1, 2])
  }

  @Test("any event moves it, with hints only one that could help")
  func hints() throws {
    // Two small pods end at about 21 and 41 s; each gives resources back. A full-node pod is not helped
    // by the first of four.
    let small = """
        - { name: small, jobs: { at: [1s], pods: 1, work: 20s, image: image, cpu: 1 } }
        - { name: other, jobs: { at: [10s], pods: 1, work: 1h, image: image, cpu: 1 } }

      """
    let without = try attempts("", until: [60], extra: small)[0]
    let with = try attempts("SchedulerQueueingHints: true", until: [60], extra: small)[0]
    // The end of `small` moves the pod in both: resources came back. Nothing else does.
    #expect(without == 2 && with == 2)
    // A pod whose selector allows no node of the pool is not helped by resources.
    let pools = """
      { name: workers, machine: node, count: 2 }, { name: none, machine: node, count: 0 }
      """
    let pod = "cpu: 1, nodeSelector: [none]"
    #expect(try attempts("", until: [60], pod: pod, extra: small, pools: pools) == [2])
    #expect(
      try attempts(
        "SchedulerQueueingHints: true", until: [60], pod: pod, extra: small, pools: pools) == [1])
  }

  @Test("an event within the back-off sends it there, not to the front")
  func eventWithinBackoff() throws {
    // 8 pods of 5 s fill the node; the ninth has failed twice or more when they end, and waits.
    var simulation = try SchedulerTests.simulation(
      pools: "{ name: workers, machine: node, count: 1, preloaded-images: [image] }",
      scheduler: "podInitialBackoffSeconds: 8s, podMaxBackoffSeconds: 8s",
      workload: """
          - { name: short, jobs: { at: [1s], pods: 8, work: 1s, image: image, cpu: 1 } }
          - { name: late, jobs: { at: [1.5s], pods: 1, work: 1h, image: image, cpu: 8 } }
        """)
    simulation.run(to: 8)
    #expect(simulation.metric("scheduler_pending_pods", "backoff")?.last == 1)
    #expect(simulation.total("scheduler_queue_incoming_pods_total", "AssignedPodDelete") == 1)
    // Failed at about 1.5 s, may go at 9.5 s, and the back-off queue is looked at every second.
    simulation.run(to: 9.9)
    #expect(simulation.total("scheduler_schedule_attempts_total", "scheduled") == 8)
    simulation.run(to: 10.5)
    #expect(simulation.total("scheduler_schedule_attempts_total", "scheduled") == 9)
  }

  @Test("a pod that comes back never waits in two places")
  func conservation() throws {
    var simulation = try SchedulerTests.simulation(
      pools: "{ name: workers, machine: node, count: 2, preloaded-images: [image] }",
      workload: """
          - { name: batch, jobs: { at: [1s], pods: 100, work: 10s, image: image, cpu: 1 } }
        """)
    var wasWaiting = false
    for second in stride(from: 2.0, to: 200, by: 7) {
      simulation.run(to: second)
      let waiting = ["active", "backoff", "unschedulable"].map {
        simulation.metric("scheduler_pending_pods", $0)?.last ?? -1
      }
      let context = simulation.cluster.context
      let unassigned = context.pods.ids.count {
        context.pods[$0].exists && context.pods[$0].assignedNode == .none
          && context.pods[$0].storedPhase == .pending
      }
      // At most one pod is in its cycle.
      #expect(abs(waiting.reduce(0, +) - Double(unassigned)) <= 1)
      wasWaiting = wasWaiting || waiting[2] > 0
    }
    #expect(wasWaiting)
    #expect(simulation.total("kube_job_completed_total") == 1)
  }
}
