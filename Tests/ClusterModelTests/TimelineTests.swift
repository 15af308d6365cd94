// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// The scripted timeline.
struct TimelineTests {
  @Test("a pool grows evenly over the stated time, each machine after its boot")
  func scaleOver() throws {
    var simulation = try SmallWorld.bare(
      "  nodePools: [ { name: workers, machine: node, count: 2, boot-time: 7s } ]",
      lines: "timeline: [ { at: 50s, scale: { pool: workers, to: 12, over: 100s } } ]"
    ).simulation()
    // Ten machines, one every 10 s from 50 s on, up 7 s later.
    for (time, machines) in [
      (56.9, 2.0), (57.1, 3), (66.9, 3), (67.1, 4), (146.9, 11), (147.1, 12),
    ] {
      simulation.run(to: time)
      #expect(simulation.metric("cloud_machines_up")?.last == machines, "at \(time) s")
    }
    simulation.run(to: 170)
    let nodes = simulation.cluster.context.nodes
    #expect(nodes.ids.allSatisfy { nodes[$0].isRegistered && nodes[$0].storedHeartbeat > .zero })
  }

  @Test("a pool shrinks the same way, 30 s after each request")
  func scaleIn() throws {
    var simulation = try SmallWorld.bare(
      "  nodePools: [ { name: workers, machine: node, count: 5 } ]",
      lines: """
        cloud: { termination-time: 30s }
        timeline: [ { at: 10s, scale: { pool: workers, to: 2, over: 30s } } ]
        """
    ).simulation()
    for (time, machines) in [(39.9, 5.0), (40.1, 4), (50.1, 3), (60.1, 2), (100, 2)] {
      simulation.run(to: time)
      #expect(simulation.metric("cloud_machines_up")?.last == machines, "at \(time) s")
    }
  }

  /// What stopping an overload does, by the way it is asked for.
  struct Outcome {
    /// When the agents were told to stop.
    var stopped: Double?
    /// Polls that the agents began after the moment of the action.
    let pollsAfterwards: Double
    let rejected: Double
  }

  /// Agents whose LISTs keep one core busy for far more than it has; the way out is at 20 s.
  static func outcome(via: String, mutatingSeats: Int) throws -> Outcome {
    var simulation = try SmallWorld.bare(
      "  nodePools: [ { name: workers, machine: node, count: 60 } ]",
      apiServer: """
        machine: node, list-cpu-per-object: 1ms, max-requests-inflight: 200, \
        max-mutating-requests-inflight: \(mutatingSeats)
        """, machine: "cpu: 1",
      lines: """
        workload:
          - name: agents
            agents:
              verb: list
              resource: configmaps
              every: 2s
              resource-version-zero: true
              resolves-name: false
          - name: content
            requests: { verb: get, resource: configmaps, at: [1s], objects: 200 }
        timeline: [ { at: 20s, via: \(via), stop-workload: { workload: agents } } ]
        """
    ).simulation()
    simulation.run(to: 19.999)
    func polls() -> Double {
      let name = "requests: agents LIST configmaps"
      let station = simulation.cluster.occupancies.first { $0.name == name }
      return Double(station?.occupancy.arrivals ?? 0)
    }
    let before = polls()
    var stopped: Double?
    while simulation.now < .zero + .seconds(60), stopped == nil {
      simulation.run(seconds: 0.001)
      if simulation.cluster.operations.actions[0].performed > 0 {
        stopped = simulation.now.seconds
      } else {
        simulation.run(seconds: 0.05)
      }
    }
    simulation.run(to: 61)
    return Outcome(
      stopped: stopped, pollsAfterwards: polls() - before,
      rejected: simulation.total("rest_client_requests_total", "admin", "429"))
  }

  @Test("with a shell on the machines an overload ends at once; through the API it queues")
  func routes() throws {
    let host = try Self.outcome(via: "host", mutatingSeats: 200)
    #expect(host.stopped == 20)
    #expect(host.pollsAfterwards == 0)
    #expect(host.rejected == 0)

    let queued = try Self.outcome(via: "api", mutatingSeats: 200)
    let stopped = try #require(queued.stopped)
    // 60 agents of 0.2 s CPU each take turns of 10 ms on the one core: a turn round is 0.6 s.
    #expect(stopped > 20.3 && stopped < 30, "\(stopped) s")
    #expect(queued.pollsAfterwards > 0)

    // Heartbeats hold the few seats of writes, so the user is turned away first.
    let rejected = try Self.outcome(via: "api", mutatingSeats: 2)
    #expect(rejected.rejected > 0)
    if let late = rejected.stopped { #expect(late > stopped) }
    // All LISTs share the core, so they end, and the next polls come, in waves.
    #expect(rejected.pollsAfterwards >= queued.pollsAfterwards)
  }
}
