// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Testing

@testable import ClusterModel

/// Members that go, come back, stall and are cut off: who leads, what is lost, how long it takes
/// (Raft §5.2 and §5.4; etcd: heartbeat 100 ms, election time-out 1,000 ms).
struct StoreElectionTests {
  static func simulation(
    members: Int = 3, clients: Int = 8, etcd: String = "", loads: [String] = [],
    lines: String = "", seed: UInt64 = 1
  ) throws -> ClusterSimulation {
    try SmallWorld(
      """
      cluster:
        nodePools: []
        etcd: { main: { members: \(members), disk: ssd, quota-backend-bytes: 100GiB\
      \(etcd.isEmpty ? "" : ", " + etcd) } }
        kube-apiserver: { etcd-round-trip-time: 400us }
      disks: { ssd: { write-latency: 1ms, bandwidth: 100MB/s } }
      workload:
        - { name: puts, etcd-clients: { clients: \(clients), keys: 100000000 } }
      \(loads.map { "  - { " + $0 + " }" }.joined(separator: "\n"))
      \(lines)
      """
    ).simulation(seed: seed)
  }

  /// No acknowledged write is lost: every put that was answered OK is a revision of its own, and what
  /// was applied without an answer is at most what was under way.
  static func expectConservation(_ simulation: borrowing ClusterSimulation, clients: Int) {
    let store = simulation.cluster.stores[0]
    let acknowledged = simulation.total("grpc_client_handled_total", "puts", "OK")
    let lost = simulation.total("grpc_client_handled_total", "puts", "Unavailable")
    let applied = Double(store.keySpace.revision)
    #expect(acknowledged <= applied, "an acknowledged put is missing")
    let underWay = Double(clients)
    #expect(applied <= acknowledged + lost + underWay, "a put was applied twice")
  }

  @Test(
    "a stopped leader is replaced after 1 to 2 election time-outs; nothing acknowledged is lost")
  func leaderStops() throws {
    var longest = 0.0
    for seed in UInt64(1)...5 {
      var simulation = try Self.simulation(
        lines: "timeline: [ { at: 5s, stop-etcd-member: { member: 0 } } ]", seed: seed)
      simulation.run(to: 4.99)
      #expect(simulation.metric("etcd_server_has_leader")?.last == 1)
      #expect(simulation.metric("etcd_server_leader_changes_seen_total")?.total == 0)
      simulation.run(to: 5.9)
      #expect(simulation.metric("etcd_server_has_leader")?.last == 0, "no time-out is below 1 s")
      let before = simulation.cluster.stores[0].keySpace.revision
      simulation.run(to: 7.1)
      #expect(simulation.metric("etcd_server_has_leader")?.last == 1)
      #expect(simulation.metric("etcd_server_is_leader", "0")?.last == 0)
      simulation.run(to: 20)
      #expect(simulation.metric("etcd_server_leader_changes_seen_total")?.total == 1)
      #expect(simulation.cluster.stores[0].keySpace.revision > before + 1000)
      Self.expectConservation(simulation, clients: 8)
      let slowest = try #require(
        simulation.metric("rest_client_request_duration_seconds", "puts")?.max)
      longest = max(longest, slowest)
    }
    // A put whose entry went down with the leader waits for 5 s + 2 election time-outs.
    #expect(longest > 6.9 && longest < 7.6, "\(longest) s")
  }

  @Test("a majority of n is n/2 + 1: with less there are neither writes nor linearizable reads")
  func quorum() throws {
    for (members, survive) in [(3, 1), (5, 2)] {
      let stops = (1...survive + 1).map {
        "  - { at: \($0 * 2)s, stop-etcd-member: { member: \(members - $0) } }"
      }
      var simulation = try Self.simulation(
        members: members,
        loads: [
          "name: linearizable, etcd-clients: { clients: 2, operation: get, pause: 5ms }",
          "name: serializable, etcd-clients: "
            + "{ clients: 2, operation: get, serializable: true, pause: 5ms }",
        ],
        lines: """
          timeline:
          \(stops.joined(separator: "\n"))
            - { at: 30s, start-etcd-member: { member: \(members - 1) } }
          """)
      let end = Double(survive * 2 + 2)
      simulation.run(to: end - 0.1)
      #expect(simulation.metric("etcd_server_has_leader")?.last == 1)
      simulation.run(to: end + 0.5)
      #expect(simulation.metric("etcd_server_has_leader")?.last == 0)
      let revision = simulation.cluster.stores[0].keySpace.revision
      let reads = simulation.total("grpc_client_handled_total", "linearizable", "OK")
      let local = simulation.total("grpc_client_handled_total", "serializable", "OK")
      simulation.run(to: 29.9)
      #expect(simulation.cluster.stores[0].keySpace.revision == revision)
      #expect(simulation.total("grpc_client_handled_total", "linearizable", "OK") == reads)
      #expect(simulation.total("grpc_client_handled_total", "linearizable", "Unavailable") > 2)
      #expect(simulation.total("grpc_client_handled_total", "serializable", "OK") > local + 1000)
      simulation.run(to: 45)
      #expect(simulation.metric("etcd_server_has_leader")?.last == 1)
      #expect(simulation.cluster.stores[0].keySpace.revision > revision + 1000)
      #expect(simulation.total("grpc_client_handled_total", "linearizable", "OK") > reads + 1000)
      Self.expectConservation(simulation, clients: 8)
    }
  }

  @Test("a leader whose disk stalls longer than the election time-out loses its office")
  func diskStall() throws {
    for (stall, changes) in [(0.8, 0.0), (4, 1)] {
      var simulation = try Self.simulation()
      simulation.run(to: 2)
      var later = simulation.save()
      let disk = later.world.clusters[0].stores[0].members[0].disk
      let latency = try SmallWorld("disks: { d: { write-latency: \(stall)s } }\n" + Self.any)
        .configuration.disks[0].value
      let healthy = later.world.clusters[0].context.disks[disk]
      later.world.clusters[0].context.disks[disk] = Disk(latency)
      simulation = ClusterSimulation(resuming: later)
      simulation.run(to: 2.02)
      later = simulation.save()
      later.world.clusters[0].context.disks[disk] = healthy
      simulation = ClusterSimulation(resuming: later)
      simulation.run(to: 12)
      #expect(
        simulation.metric("etcd_server_leader_changes_seen_total")?.total == changes,
        "a stall of \(stall) s")
      Self.expectConservation(simulation, clients: 8)
    }
  }

  private static let any = """
    cluster: { nodePools: [], etcd: { main: { members: 1, disk: d } } }
    """

  /// Committed entries that a member lacks. It may have one that the leader does not know of yet.
  private static func lag(of member: Int, in store: Store) -> Int {
    Int(store.committedIndex) - Int(store.members[member].synced)
  }

  @Test("a leader cut off from the network is replaced, and follows when it is back")
  func partition() throws {
    var simulation = try Self.simulation(
      lines: """
        timeline:
          - { at: 3s, etcd-member-network: { member: 0, up: false } }
          - { at: 10s, etcd-member-network: { member: 0, up: true } }
        """)
    simulation.run(to: 20)
    #expect(simulation.metric("etcd_server_leader_changes_seen_total")?.total == 1)
    #expect(simulation.metric("etcd_server_is_leader", "0")?.last == 0)
    let store = simulation.cluster.stores[0]
    #expect(Self.lag(of: 0, in: store) < 100, "it has caught up")
    Self.expectConservation(simulation, clients: 8)
  }

  @Test("a member that was away for more entries than are kept gets the whole database")
  func snapshotForAFollowerFarBehind() throws {
    for (kept, snapshots) in [("50", 1.0), ("5000000", 0)] {
      var simulation = try Self.simulation(
        etcd: "snapshot-count: 1000, snapshot-catchup-entries: \(kept)",
        lines: """
          timeline:
            - { at: 2s, stop-etcd-member: { member: 2 } }
            - { at: 8s, start-etcd-member: { member: 2 } }
          """)
      simulation.run(to: 7.9)
      let away = simulation.cluster.stores[0]
      #expect(Self.lag(of: 2, in: away) > 2_000)
      simulation.run(to: 12)
      #expect(simulation.metric("etcd_network_snapshot_send_success")?.total == snapshots)
      let store = simulation.cluster.stores[0]
      #expect(Self.lag(of: 2, in: store) < 100)
      #expect(simulation.metric("etcd_server_leader_changes_seen_total")?.total == 0)
    }
  }

  /// The disk takes 100 MB/s, so the member has its database so many seconds after it was sent, whoever
  /// leads by then; a leader that began anew would send a second one.
  @Test("a database on its way to a member's disk serves the next leader as well")
  func snapshotOutlivesItsLeader() throws {
    var simulation = try Self.simulation(
      clients: 1, etcd: "snapshot-count: 100, snapshot-catchup-entries: 300",
      loads: ["name: large, etcd-clients: { clients: 4, value-bytes: 1MB, keys: 1000000 }"],
      lines: """
        timeline:
          - { at: 1s, etcd-member-network: { member: 2, up: false } }
          - { at: 15s, etcd-member-network: { member: 2, up: true } }
          - { at: 16s, stop-etcd-member: { member: 0 } }
        """)
    simulation.run(to: 15)
    let sending = Double(simulation.cluster.stores[0].keySpace.fileBytes(of: 0)) / 100e6
    #expect(sending > 4, "the leader is stopped while its database is being written")
    simulation.run(to: 15 + sending)
    let stuck = simulation.cluster.stores[0].committedIndex
    simulation.run(to: 15 + sending + 6)
    let store = simulation.cluster.stores[0]
    #expect(simulation.metric("etcd_network_snapshot_send_success")?.total == 1)
    #expect(simulation.metric("etcd_server_leader_changes_seen_total")?.total == 1)
    #expect(store.committedIndex > stuck + 100, "with two members up to date, writes go on")
    #expect(Self.lag(of: 2, in: store) < 100)
  }

  @Test(
    "a follower that is down costs no write anything; a single member that restarts loses nothing")
  func followerDownAndSingleMember() throws {
    var simulation = try Self.simulation(
      members: 1,
      lines: """
        timeline:
          - { at: 2s, stop-etcd-member: { member: 0 } }
          - { at: 3s, start-etcd-member: { member: 0 } }
        """)
    simulation.run(to: 20)
    #expect(simulation.metric("etcd_server_leader_changes_seen_total")?.total == 1)
    Self.expectConservation(simulation, clients: 8)
    for station in simulation.cluster.occupancies {
      #expect(station.littlesLawHolds(at: simulation.now), "\(station.name)")
    }

    var down = try Self.simulation(
      lines: "timeline: [ { at: 2s, stop-etcd-member: { member: 1 } } ]")
    down.run(to: 6)
    let slowest = try #require(down.metric("rest_client_request_duration_seconds", "puts")?.max)
    #expect(slowest < 0.05, "\(slowest) s")
  }

  @Test("Little's law holds through elections")
  func littlesLaw() throws {
    var simulation = try Self.simulation(
      loads: ["name: reads, etcd-clients: { clients: 3, operation: get, member: 1 }"],
      lines: """
        timeline:
          - { at: 1s, stop-etcd-member: { member: 0 } }
          - { at: 4s, start-etcd-member: { member: 0 } }
          - { at: 5s, stop-etcd-member: { member: 1 } }
        """)
    for instant in [0.7, 1.4, 2.3, 3.9, 5.5, 9.1, 14] {
      simulation.run(to: instant)
      for station in simulation.cluster.occupancies {
        #expect(
          station.littlesLawHolds(at: simulation.now), "\(station.name) at \(instant) s")
      }
    }
  }
}
