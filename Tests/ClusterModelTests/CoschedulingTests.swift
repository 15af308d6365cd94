// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Gangs: pods that are bound together or not at all.
struct CoschedulingTests {
  private static let plugIn = "coscheduling: { permitWaitingTimeSeconds: 60s }"

  /// Ten nodes of eight cores; gangs of whole-node pods and whatever else holds nodes.
  private func simulation(
    _ scheduler: String, gangs: [(name: String, pods: Int, minMember: Int)],
    blocked: Int = 0
  ) throws -> ClusterSimulation {
    var workload = ""
    if blocked > 0 {
      workload += SchedulerTests.jobs("others", "at: [0.5s], pods: \(blocked), cpu: 8")
    }
    for gang in gangs {
      workload += SchedulerTests.jobs(
        gang.name,
        "at: [1s], pods: \(gang.pods), cpu: 8, podGroup: { minMember: \(gang.minMember) }")
    }
    return try SchedulerTests.simulation(
      pools: "{ name: workers, machine: node, count: 10, preloaded-images: [image] }",
      scheduler: scheduler, workload: workload)
  }

  private func placed(_ simulation: borrowing ClusterSimulation, of workload: Int) -> Int {
    SchedulerTests.placement(simulation, of: workload).reduce(0, +)
  }

  @Test("without the plug-in two gangs share the nodes and neither is complete")
  func deadlock() throws {
    var simulation = try simulation("", gangs: [("a", 10, 10), ("b", 10, 10)])
    simulation.run(to: 600)
    #expect(placed(simulation, of: 0) + placed(simulation, of: 1) == 10)
    #expect((1...9).contains(placed(simulation, of: 0)))
    #expect(simulation.metric("pod_groups_running", "a")?.last == 0)
    #expect(simulation.metric("pod_groups_running", "b")?.last == 0)
  }

  @Test("with the plug-in one gang has all nodes and the other none")
  func oneGang() throws {
    var simulation = try simulation(Self.plugIn, gangs: [("a", 10, 10), ("b", 10, 10)])
    simulation.run(to: 600)
    #expect(placed(simulation, of: 0) == 10)
    #expect(placed(simulation, of: 1) == 0)
    #expect(simulation.metric("pod_groups_running", "a")?.last == 1)
    // Nine waited for the tenth.
    #expect(simulation.metric("scheduler_permit_wait_duration_seconds", "allowed")?.count == 9)
  }

  @Test("no more than minMember have to be there")
  func quorum() throws {
    var simulation = try simulation(Self.plugIn, gangs: [("a", 14, 6)])
    simulation.run(to: 600)
    #expect(placed(simulation, of: 0) == 10)
    #expect(simulation.metric("pod_groups_running", "a")?.last == 1)
    #expect(simulation.metric("scheduler_permit_wait_duration_seconds", "allowed")?.count == 5)
  }

  @Test("a gang that lacks a tenth keeps its nodes for the permit time and gives all back")
  func timeOut() throws {
    // Denied for 20 s: until then nobody else wants the nodes.
    var simulation = try simulation(
      "coscheduling: { permitWaitingTimeSeconds: 60s, deniedPGExpirationTimeSeconds: 20s }",
      gangs: [("a", 10, 10)], blocked: 1)
    for (second, empty, rejected) in [(50.0, 0.0, 0), (61.5, 9, 9), (80.5, 9, 9)] {
      simulation.run(to: second)
      #expect(simulation.metric("cluster_empty_nodes")?.last == empty)
      let waits = simulation.metric("scheduler_permit_wait_duration_seconds", "rejected")
      #expect(waits?.count == rejected)
    }
    simulation.run(to: 3_600)
    let found = simulation.metric("scheduler_permit_wait_duration_seconds", "rejected")
    let waits = try #require(found)
    // A wait of 60 s, a denial of 20 s, and up to 5.5 min until a flush finds the parked pods.
    #expect(waits.count >= 9 * 8 && waits.count <= 9 * 45)
    #expect((waits.max ?? .infinity) <= 60)
    #expect(placed(simulation, of: 1) == 0)
  }

  @Test("without a denial the gang takes the same nodes again at once, for another 60 s")
  func timeOutWithoutDenial() throws {
    var simulation = try simulation(Self.plugIn, gangs: [("a", 10, 10)], blocked: 1)
    simulation.run(to: 3_600)
    let found = simulation.metric("scheduler_permit_wait_duration_seconds", "rejected")
    let waits = try #require(found)
    #expect(waits.count >= 9 * 50 && (waits.max ?? .infinity) <= 60)
    #expect((simulation.metric("cluster_empty_nodes")?.mean ?? 1) < 0.5)
    #expect(placed(simulation, of: 1) == 0)
  }

  @Test("a gang that lacks more gives its nodes back at once and is left alone for its back-off")
  func postFilter() throws {
    var simulation = try simulation(
      "coscheduling: { podGroupBackoffSeconds: 10s }", gangs: [("a", 10, 10)], blocked: 2)
    for second in [5.5, 600.5] {
      simulation.run(to: second)
      #expect(simulation.metric("cluster_empty_nodes")?.last == 8)
    }
    let found = simulation.metric("scheduler_permit_wait_duration_seconds", "rejected")
    let waits = try #require(found)
    #expect(waits.count >= 8 && waits.count % 8 == 0 && (waits.max ?? .infinity) < 1)
  }

  @Test("a gang with too few pods is not looked for a place at all")
  func tooFew() throws {
    var simulation = try simulation(Self.plugIn, gangs: [("a", 5, 6)])
    simulation.run(to: 600)
    #expect(placed(simulation, of: 0) == 0)
    #expect(simulation.metric("cluster_empty_nodes")?.last == 10)
    #expect(simulation.metric("scheduler_unschedulable_pods", "Coscheduling")?.last == 5)
    // Refused before the first node was asked: all ten of them each time.
    #expect(
      simulation.total("scheduler_filtered_nodes_total", "Coscheduling")
        == 10 * simulation.total("scheduler_schedule_attempts_total", "unschedulable"))
  }

  @Test("the older gang comes first, however the pods come")
  func order() throws {
    // The second gang's pods are all there before those that the first one still lacks.
    var simulation = try SchedulerTests.simulation(
      pools: "{ name: workers, machine: node, count: 10, preloaded-images: [image] }",
      scheduler: Self.plugIn,
      workload: SchedulerTests.jobs(
        "younger", "at: [1.01s], pods: 10, cpu: 8, podGroup: { minMember: 10 }")
        + SchedulerTests.jobs("older", "at: [1s], pods: 10, cpu: 8, podGroup: { minMember: 10 }"))
    simulation.run(to: 600)
    #expect(placed(simulation, of: 1) == 10)
    #expect(placed(simulation, of: 0) == 0)
  }
}
