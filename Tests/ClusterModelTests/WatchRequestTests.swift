// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Requests for watches take seats of Priority and Fairness until the watch is established.
struct WatchRequestTests {
  /// All watches of 60 nodes come back at the same time to the only server.
  static func comeBack(_ apiServer: String, losing lost: Int = 0) throws -> ClusterSimulation {
    var simulation = try SmallWorld.bare(
      """
        nodePools: [ { name: pool, machine: node, count: 60 } ]
        kubelet: { node-lease: true }
      """, apiServer: "flow-control: priority-and-fairness\(apiServer)",
      lines: """
        timeline:
          - { at: 20s, stop-apiserver: {} }
          - { at: 25s, start-apiserver: {} }
          \(lost > 0 ? "- { at: 27s, stop-nodes: { pool: pool, count: \(lost) } }" : "")
        """
    ).simulation()
    simulation.run(to: 19)
    let before = simulation.cluster.apiServers.watches.watches(on: 0)
    #expect(before >= 60 * 18)
    #expect(simulation.total("apiserver_request_total", "WATCH") == 0)
    simulation.run(to: 240)
    let singles = before % 60
    #expect(
      simulation.cluster.apiServers.watches.watches(on: 0)
        == (before - singles) / 60 * (60 - lost) + singles)
    return simulation
  }

  @Test("each is let in once, and all seats are given back")
  func seats() throws {
    var simulation = try Self.comeBack("")
    let executing = simulation.metric("apiserver_flowcontrol_current_executing_seats", "system")
    #expect(executing?.last == 0)
    // The kinds of a node's watches, each one request for all its equal watches.
    let kinds = simulation.cluster.apiServers.watches.kinds.count { $0.isPerNode }
    let dispatched = simulation.total(
      "apiserver_flowcontrol_dispatched_requests_total", "system-nodes")
    #expect(dispatched >= Double(60 * (kinds - 1)))
    #expect(simulation.total("apiserver_flowcontrol_rejected_requests_total", "system-nodes") == 0)
    simulation.run(seconds: 1)
  }

  @Test("a level of few seats and short queues refuses some, which come again")
  func refusals() throws {
    let simulation = try Self.comeBack(
      """
      , cpu-per-read: 50ms, max-requests-inflight: 10, max-mutating-requests-inflight: 10, \
      priority-levels: { system: { queues: 2, hand-size: 1, queue-length-limit: 2 } }
      """)
    // 20 seats x 30 / 245, rounded up, of which a third may be lent.
    let most = simulation.metric("apiserver_flowcontrol_current_executing_seats", "system")?.max
    #expect(try #require(most) <= 20)
    #expect(
      simulation.total(
        "apiserver_flowcontrol_rejected_requests_total", "system-nodes", "queue-full") > 0)
    let executing = simulation.metric("apiserver_flowcontrol_current_executing_seats", "system")
    #expect(executing?.last == 0)
  }

  @Test("a node that goes while its requests wait leaves no watch behind")
  func nodeGoesWhileWaiting() throws {
    _ = try Self.comeBack(
      """
      , cpu-per-read: 50ms, max-requests-inflight: 10, max-mutating-requests-inflight: 10
      """, losing: 30)
  }
}
