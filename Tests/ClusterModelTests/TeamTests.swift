// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Nodes that belong to teams, and who may use them.
struct TeamTests {
  private static let manager = """
      team-resource-manager: { kube-api-qps: 1000/s, kube-api-burst: 100, teams: [ { name: a, nodes: 6 }, { name: b, nodes: 4 } ] }
    """

  private func simulation(
    _ manager: String = manager, workload: String, lines: String = ""
  ) throws -> ClusterSimulation {
    try SchedulerTests.simulation(
      pools: "{ name: workers, machine: node, count: 10, preloaded-images: [image] }",
      workload: workload, extra: manager, lines: lines)
  }

  @Test("each team gets its number of nodes, and its pods no others")
  func shares() throws {
    var simulation = try simulation(
      workload: SchedulerTests.jobs("a", "at: [10s], pods: 10, cpu: 8, team: a")
        + SchedulerTests.jobs("b", "at: [20s], pods: 10, cpu: 8, team: b"))
    simulation.run(to: 100)
    #expect(simulation.metric("team_resource_manager_nodes", "a")?.last == 6)
    #expect(simulation.metric("team_resource_manager_nodes", "b")?.last == 4)
    #expect(SchedulerTests.placement(simulation, of: 0) == [1, 1, 1, 1, 1, 1, 0, 0, 0, 0])
    #expect(SchedulerTests.placement(simulation, of: 1) == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
    #expect(simulation.total("scheduler_filtered_nodes_total", "TaintToleration") > 0)
  }

  @Test("a node that goes is replaced by one that belonged to nobody")
  func replacement() throws {
    var simulation = try simulation(
      Self.manager.replacing("nodes: 4", with: "nodes: 3"),
      workload: SchedulerTests.jobs("a", "at: [100s], pods: 10, cpu: 8, team: a"),
      lines: "timeline: [ { at: 10s, via: api, delete-nodes: { pool: workers, count: 1 } } ]")
    simulation.run(to: 90)
    #expect(simulation.metric("team_resource_manager_nodes", "a")?.last == 6)
    #expect(simulation.metric("team_resource_manager_nodes", "b")?.last == 3)
    simulation.run(to: 200)
    #expect(SchedulerTests.placement(simulation).reduce(0, +) == 6)
  }

  @Test("borrowers fill idle nodes and have their grace period to leave them")
  func borrowing() throws {
    var simulation = try simulation(
      workload: SchedulerTests.jobs(
        "borrower",
        "at: [10s], pods: 10, cpu: 8, priority: -10, tolerations: [openai.com/team], terminationGracePeriodSeconds: 30s"
      ) + SchedulerTests.jobs("b", "at: [60s], pods: 4, cpu: 8, team: b"))
    simulation.run(to: 59)
    #expect(SchedulerTests.placement(simulation).reduce(0, +) == 10)
    simulation.run(to: 89.5)
    #expect(SchedulerTests.placement(simulation, of: 1).reduce(0, +) == 0)
    // One that came too early, when only others' victims had left, backs off for two seconds.
    simulation.run(to: 96)
    #expect(SchedulerTests.placement(simulation, of: 1) == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
    #expect(simulation.total("scheduler_preemption_victims_total") == 4)
  }

  @Test("without the webhook a team cannot use its own nodes")
  func noWebhook() throws {
    var simulation = try simulation(
      Self.manager.replacing("teams:", with: "webhook: false, teams:"),
      workload: SchedulerTests.jobs("a", "at: [10s], pods: 1, cpu: 8, team: a"))
    simulation.run(to: 100)
    #expect(SchedulerTests.placement(simulation).reduce(0, +) == 0)
  }

  @Test("a team that does not exist is told with those that do")
  func unknownTeam() throws {
    #expect {
      _ = try simulation(workload: SchedulerTests.jobs("a", "at: [1s], pods: 1, team: c"))
    } throws: { "\($0)".contains("names the team 'c'") && "\($0)".contains("teams: a, b") }
  }
}

extension String {
  fileprivate func replacing(_ part: String, with other: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return self[..<range.lowerBound] + other + self[range.upperBound...]
  }
}
