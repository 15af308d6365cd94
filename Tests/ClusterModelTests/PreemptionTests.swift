// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Pods of higher priority make room for themselves.
struct PreemptionTests {
  private func simulation(_ scheduler: String = "", urgent: String) throws -> ClusterSimulation {
    // Two full nodes: eight pods of one core of priority 10 on one, of priority 20 on the other.
    try SchedulerTests.simulation(
      pools: """
        { name: a, machine: node, count: 1, preloaded-images: [image] }, \
        { name: b, machine: node, count: 1, preloaded-images: [image] }
        """, scheduler: scheduler,
      workload: SchedulerTests.jobs(
        "low", "at: [1s], pods: 8, cpu: 1, priority: 10, nodeSelector: [a]")
        + SchedulerTests.jobs(
          "middle", "at: [1s], pods: 8, cpu: 1, priority: 20, nodeSelector: [b]")
        + SchedulerTests.jobs("urgent", "at: [10s], pods: 1, \(urgent)"))
  }

  @Test("the node whose victims are least important, and no more victims than needed")
  func victims() throws {
    var simulation = try simulation(urgent: "cpu: 3, priority: 100")
    simulation.run(to: 60)
    #expect(simulation.total("scheduler_preemption_victims_total") == 3)
    #expect(simulation.metric("kubelet_pod_start_duration_seconds", "urgent")?.count == 1)
    #expect(SchedulerTests.placement(simulation, of: 2) == [1, 0])
    #expect(SchedulerTests.placement(simulation, of: 0) == [5, 0])
    #expect(SchedulerTests.placement(simulation, of: 1) == [0, 8])
    // The victims' job makes new pods, which wait.
    #expect(simulation.metric("scheduler_pending_pods", "unschedulable")?.last == 3)
  }

  @Test("a pod displaces only what is below it")
  func equals() throws {
    var simulation = try simulation(urgent: "cpu: 3, priority: 10")
    simulation.run(to: 60)
    #expect(simulation.total("scheduler_preemption_victims_total") == 0)
    #expect(SchedulerTests.placement(simulation, of: 2) == [0, 0])
  }

  @Test("nobody goes where going would not help")
  func tooLarge() throws {
    var simulation = try simulation(urgent: "cpu: 9, priority: 100")
    simulation.run(to: 60)
    #expect(simulation.total("scheduler_preemption_attempts_total") > 0)
    #expect(simulation.total("scheduler_preemption_victims_total") == 0)
  }

  @Test("1.8: priorities order nothing away")
  func switchedOff() throws {
    var simulation = try simulation("preemption: false", urgent: "cpu: 3, priority: 100")
    simulation.run(to: 60)
    #expect(simulation.total("scheduler_preemption_attempts_total") == 0)
    #expect(SchedulerTests.placement(simulation, of: 2) == [0, 0])
  }

  @Test("a victim with a grace period keeps its node for so long")
  func gracePeriod() throws {
    var simulation = try SchedulerTests.simulation(
      pools: "{ name: a, machine: node, count: 1, preloaded-images: [image] }",
      workload: SchedulerTests.jobs(
        "low", "at: [1s], pods: 1, cpu: 8, priority: 10, terminationGracePeriodSeconds: 30s")
        + SchedulerTests.jobs("urgent", "at: [60s], pods: 1, cpu: 8, priority: 100"))
    simulation.run(to: 89.5)
    #expect(simulation.total("scheduler_preemption_victims_total") == 1)
    #expect(SchedulerTests.placement(simulation, of: 0) == [1])
    simulation.run(to: 91)
    #expect(SchedulerTests.placement(simulation, of: 1) == [1])
    #expect(simulation.total("scheduler_preemption_victims_total") == 1)
  }

  @Test("the room is kept for the pod it was made for")
  func nomination() throws {
    // While the victims leave, others of middle priority want the same room.
    var simulation = try SchedulerTests.simulation(
      pools: "{ name: a, machine: node, count: 1, preloaded-images: [image] }",
      workload: SchedulerTests.jobs("low", "at: [1s], pods: 8, cpu: 1, priority: 10")
        + SchedulerTests.jobs("urgent", "at: [10s], pods: 1, cpu: 8, priority: 100")
        + SchedulerTests.jobs("middle", "at: [10.1s], pods: 20, cpu: 1, priority: 20"))
    simulation.run(to: 60)
    #expect(SchedulerTests.placement(simulation, of: 1) == [1])
    #expect(simulation.total("scheduler_preemption_victims_total") == 8)
  }
}
