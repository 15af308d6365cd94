// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Testing

@testable import ClusterModel

/// Quorum and group commit with disks of fixed latency, where arithmetic says what must come out.
struct StoreLogTests {
  /// Median time of one client's puts, in milliseconds, with the given sync times of the members'
  /// disks (leader first) and 2 ms between members. CPU: 0.2 + 0.045 + 0.09 ms (the knobs'
  /// defaults).
  static func putMilliseconds(disks: [Int]) throws -> Double {
    let world = try SmallWorld(
      """
      cluster:
        nodePools: []
        etcd: { main: { members: \(disks.count), disk: ms1, peer-round-trip-time: 2ms } }
        kube-apiserver: { etcd-round-trip-time: 0s }
      disks: { ms1: { write-latency: 1ms }, ms10: { write-latency: 10ms }, \
      ms50: { write-latency: 50ms } }
      workload: [ { name: puts, etcd-clients: { clients: 1 } } ]
      """)
    // A scenario gives all members one disk type; a saved state lets us give each its own.
    var saved = world.simulation().save()
    for (member, latency) in disks.enumerated() {
      let disk = try #require(world.configuration.disks.first { $0.name == "ms\(latency)" })
      let id = saved.world.clusters[0].stores[0].members[member].disk
      saved.world.clusters[0].context.disks[id] = Disk(disk.value)
    }
    var simulation = ClusterSimulation(resuming: saved)
    simulation.run(to: 4)
    return try #require(
      simulation.metric("rest_client_request_duration_seconds", "puts")?.p50) * 1000
  }

  struct Quorum: Sendable {
    let disks: [Int]
    let commit: Double

    init(_ disks: [Int], _ commit: Double) {
      self.disks = disks
      self.commit = commit
    }
  }

  static let quorums = [
    Quorum([1], 1), Quorum([1, 1, 1], 3), Quorum([1, 50, 1], 3), Quorum([1, 1, 50], 3),
    Quorum([1, 50, 50], 52), Quorum([1, 10, 50], 12), Quorum([1, 50, 50, 1, 1], 3),
    Quorum([1, 50, 50, 50, 1], 52),
  ]

  /// An entry is committed when the (n/2 + 1)-th member has synced it (Raft §5.3): the leader after
  /// its own sync, a follower after a round trip and its sync.
  @Test(arguments: quorums)
  func commitIsAnOrderStatistic(_ row: Quorum) throws {
    let put = try Self.putMilliseconds(disks: row.disks)
    #expect(abs(put / (row.commit + 0.335) - 1) < 0.04, "\(put) ms")
  }

  @Test("one entry per sync caps writes at 1 / (sync + CPU of the log loop), whatever the clients")
  func oneEntryPerSync() throws {
    func putsPerSecond(_ limit: String) throws -> Double {
      var simulation = try SmallWorld(
        """
        cluster:
          nodePools: []
          etcd: { main: { members: 1, disk: slow, log-cpu-per-entry: 50us\(limit) } }
        disks: { slow: { write-latency: 5ms } }
        workload: [ { name: puts, etcd-clients: { clients: 64 } } ]
        """
      ).simulation()
      simulation.run(to: 1)
      simulation.openWindow()
      simulation.run(to: 3)
      return try #require(simulation.metric("etcd_server_proposals_committed_total")?.rate)
    }
    let capped = try putsPerSecond(", max-entries-per-sync: 1")
    #expect(abs(capped / (1 / 0.00505) - 1) < 0.01, "\(capped) puts/s")
    // Measured at +5 ms with 64 clients: 28 puts a sync (facts/real-calibration.md §1).
    #expect(try putsPerSecond("") > 10 * capped)
  }

  /// After a pause as long as `cooling-half-time` the caches are half cold. A put of a lone client finds
  /// them so twice: when it arrives and when its sync is done. The sync itself takes no longer.
  @Test func coldCachesDelayPuts() throws {
    func milliseconds(cold: String, _ metric: String, _ label: String...) throws -> Double {
      var simulation = try SmallWorld(
        """
        cluster:
          nodePools: []
          etcd:
            main:
              members: 1
              disk: slow
              backend-batch-interval: 60s
              process-cpu: { cold: \(cold), cooling-half-time: 20ms }
          kube-apiserver: { etcd-round-trip-time: 0s }
        disks: { slow: { write-latency: 20ms } }
        workload: [ { name: puts, etcd-clients: { clients: 1, pause: 60ms } } ]
        """
      ).simulation()
      simulation.run(to: 4)
      let found = label.first.map { simulation.metric(metric, $0) } ?? simulation.metric(metric)
      return try #require(found?.p50) * 1000
    }
    let put = "rest_client_request_duration_seconds"
    let delay = try milliseconds(cold: "8ms", put, "puts") - milliseconds(cold: "0s", put, "puts")
    // A pause of 60 ms leaves 3/4 of the caches cold, the sync of 20 ms half of them.
    #expect(abs(delay - (8 * 0.75 + 8 * 0.5)) < 0.3, "\(delay) ms")
    let sync = try milliseconds(cold: "8ms", "etcd_disk_wal_fsync_duration_seconds")
    #expect(abs(sync - 20) < 0.3, "\(sync) ms")
  }

  /// etcd before 3.4: a range read holds the lock that applying needs (CHANGELOG-3.4).
  @Test(arguments: [true, false])
  func longReadsDelayWrites(_ rangeBlocksApply: Bool) throws {
    // One LIST of 100 keys at 10 ms each is 1 s of reading.
    var simulation = try SmallWorld.bare(
      etcd: "range-blocks-apply: \(rangeBlocksApply), range-cpu-per-key: 10ms",
      lines: """
        workload:
          - { name: list, requests: { verb: list, resource: configmaps, at: [1s], objects: 100 } }
          - name: writes
            requests: { verb: update, resource: secrets, rate: 20/s, arrivals: periodic }
        """
    ).simulation()
    simulation.run(to: 0.99)
    let before = try #require(
      simulation.metric("rest_client_request_duration_seconds", "writes")?.max)
    #expect(before < 0.005)
    simulation.run(to: 3)
    let slowest = try #require(
      simulation.metric("rest_client_request_duration_seconds", "writes")?.max)
    let list = try #require(simulation.metric("rest_client_request_duration_seconds", "list")?.max)
    #expect(list > 1 && list < 1.05)
    if rangeBlocksApply {
      // The first write that is committed after the read began waits for nearly all of it.
      #expect(slowest > 0.94 && slowest < 1.01, "\(slowest) s")
    } else {
      #expect(slowest < 0.005, "\(slowest) s")
    }
  }
}
