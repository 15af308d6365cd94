// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Quota, compaction, defragmentation and disarming as measured on etcd 3.4.23
/// (facts/real-calibration.md §1, Quota).
struct StoreMaintenanceTests {
  /// Which operations succeed.
  struct State: Equatable, CustomStringConvertible {
    var put: Bool
    var get: Bool
    var delete: Bool
    var grant: Bool
    var description: String { "put \(put), get \(get), delete \(delete), grant \(grant)" }
  }

  static let open = State(put: true, get: true, delete: true, grant: true)
  static let capped = State(put: false, get: true, delete: true, grant: false)

  /// 10 MB of live keys under a quota of 20 MiB and a client that rewrites 100 of them: history fills
  /// the rest.
  static func simulation(timeline: String) throws -> ClusterSimulation {
    try SmallWorld.bare(
      etcd: "quota-backend-bytes: 20MiB",
      lines: """
        workload:
          - name: fill
            etcd-clients:
              { clients: 4, value-bytes: 10KiB, initial-keys: 800, keys: 100, pause: 20ms }
          - { name: get, etcd-clients: { clients: 1, operation: get, pause: 10ms } }
          - name: delete
            etcd-clients: { clients: 1, operation: delete, keys: 10, prefix: other, pause: 10ms }
          - { name: grant, etcd-clients: { clients: 1, operation: lease-grant, pause: 10ms } }
        timeline:
        \(timeline)
        """
    ).simulation()
  }

  static func counts(_ simulation: borrowing ClusterSimulation) -> [String: Double] {
    var counts: [String: Double] = [:]
    for workload in ["fill", "get", "delete", "grant"] {
      for code in ["OK", "ResourceExhausted"] {
        counts["\(workload) \(code)"] = simulation.total(
          "grpc_client_handled_total", workload, code)
      }
    }
    return counts
  }

  /// What happens to calls within the next second; a mixture fails the test.
  static func observe(_ simulation: inout ClusterSimulation) -> State {
    let before = counts(simulation)
    simulation.run(seconds: 1)
    let after = counts(simulation)
    func succeeds(_ workload: String) -> Bool {
      let done = after["\(workload) OK"]! - before["\(workload) OK"]!
      let refused =
        after["\(workload) ResourceExhausted"]! - before["\(workload) ResourceExhausted"]!
      #expect(done + refused > 10 && min(done, refused) == 0, "\(workload): \(done), \(refused)")
      return done > 0
    }
    return State(
      put: succeeds("fill"), get: succeeds("get"), delete: succeeds("delete"),
      grant: succeeds("grant"))
  }

  @Test func noSpaceStates() throws {
    var simulation = try Self.simulation(
      timeline: """
          - { at: 10s, etcd-compact: {} }
          - { at: 20s, etcd-alarm-disarm: {} }
          - { at: 30s, etcd-defragment: { member: 0 } }
          - { at: 40s, etcd-alarm-disarm: {} }
        """)
    simulation.run(to: 0.5)
    #expect(simulation.metric("etcd_server_alarm_nospace")?.last == 0)
    simulation.run(to: 8)
    #expect(simulation.metric("etcd_server_alarm_nospace")?.last == 1)
    #expect(Self.observe(&simulation) == Self.capped, "over quota")
    simulation.run(to: 12)
    let compacted = try #require(
      simulation.metric("etcd_mvcc_db_total_size_in_use_in_bytes")?.last)
    #expect(compacted < 12e6)
    #expect(Self.observe(&simulation) == Self.capped, "compaction frees no byte of the file")
    // Disarming is accepted; the next put finds the file over the quota and raises the alarm again.
    simulation.run(to: 21)
    #expect(simulation.metric("etcd_server_alarm_nospace")?.last == 1)
    #expect(Self.observe(&simulation) == Self.capped, "disarmed while over quota")
    simulation.run(to: 32)
    let file = try #require(simulation.metric("etcd_mvcc_db_total_size_in_bytes")?.last)
    #expect(file < 12e6, "\(file)")
    #expect(Self.observe(&simulation) == Self.capped, "the alarm is still on")
    simulation.run(to: 40.1)
    #expect(Self.observe(&simulation) == Self.open, "compacted, defragmented, disarmed")
  }

  @Test("defragmentation alone gives nothing back: all of the file is live or history")
  func defragmentationAlone() throws {
    var simulation = try Self.simulation(
      timeline: """
          - { at: 10s, etcd-defragment: { member: 0 } }
          - { at: 15s, etcd-alarm-disarm: {} }
        """)
    simulation.run(to: 9)
    let before = try #require(simulation.metric("etcd_mvcc_db_total_size_in_bytes")?.last)
    simulation.run(to: 12)
    #expect(simulation.metric("etcd_disk_backend_defrag_duration_seconds")?.count == 1)
    let after = try #require(simulation.metric("etcd_mvcc_db_total_size_in_bytes")?.last)
    #expect(abs(after / before - 1) < 0.01)
    #expect(Self.observe(&simulation) == Self.capped)
    simulation.run(to: 16)
    #expect(Self.observe(&simulation) == Self.capped)
  }

  struct Defragmentation: Sendable {
    let valueBytes: Int
    let keys: Int
    let milliseconds: Double
  }

  /// data/real-control-plane/etcd_defrag.csv (3.4.23): value bytes, keys, wall time. Their constants
  /// are the knobs' (facts/real-calibration.md §1).
  @Test(arguments: [
    Defragmentation(valueBytes: 1024, keys: 10_000, milliseconds: 1004.4),
    Defragmentation(valueBytes: 1024, keys: 30_000, milliseconds: 1471.1),
    Defragmentation(valueBytes: 10_240, keys: 3_000, milliseconds: 1116.3),
    Defragmentation(valueBytes: 10_240, keys: 10_000, milliseconds: 2683.1),
  ])
  func putsStandStill(_ row: Defragmentation) throws {
    var simulation = try SmallWorld.bare(
      lines: """
        workload:
          - name: keys
            etcd-clients:
              { clients: 1, operation: get, initial-keys: \(row.keys), \
        value-bytes: \(row.valueBytes)B, pause: 1s }
          - { name: puts, etcd-clients: { clients: 1, pause: 1ms } }
        timeline: [ { at: 1s, etcd-defragment: { member: 0 } } ]
        """
    ).simulation()
    simulation.run(to: 6)
    let slowest = try #require(
      simulation.metric("rest_client_request_duration_seconds", "puts")?.max)
    #expect(abs(slowest * 1000 / row.milliseconds - 1) < 0.3, "\(slowest * 1000) ms")
  }

  @Test("a follower is defragmented without a write noticing")
  func followerDefragmentation() throws {
    var simulation = try SmallWorld(
      """
      cluster: { nodePools: [], etcd: { main: { members: 3, disk: fast } } }
      disks: { fast: { write-latency: 100us } }
      workload:
        - { name: puts, etcd-clients: { clients: 1, pause: 1ms } }
        - name: local
          etcd-clients: { clients: 1, operation: get, serializable: true, member: 2, pause: 1ms }
      timeline: [ { at: 1s, etcd-defragment: { member: 2 } } ]
      """
    ).simulation()
    simulation.run(to: 4)
    let put = try #require(simulation.metric("rest_client_request_duration_seconds", "puts")?.max)
    let read = try #require(
      simulation.metric("rest_client_request_duration_seconds", "local")?.max)
    #expect(put < 0.01, "\(put) s")
    #expect(read > 0.42 && read < 0.5, "\(read) s")
  }

  @Test("a write above max-request-bytes is refused, one below is not")
  func maxRequestBytes() throws {
    func codes(_ bytes: String) throws -> (ok: Double, tooLarge: Double) {
      var simulation = try SmallWorld.bare(
        lines: """
          workload:
            - { name: puts, etcd-clients: { clients: 1, value-bytes: \(bytes), pause: 10ms } }
          """
      ).simulation()
      simulation.run(to: 1)
      return (
        simulation.total("grpc_client_handled_total", "OK"),
        simulation.total("grpc_client_handled_total", "InvalidArgument")
      )
    }
    let below = try codes("1500KiB")
    #expect(below.ok > 10 && below.tooLarge == 0)
    let above = try codes("1537KiB")
    #expect(above.ok == 0 && above.tooLarge > 10)
  }
}
