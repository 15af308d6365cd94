// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Testing

@testable import ClusterModel

/// The batch law of a real etcd: closed-loop puts of 256 B against a disk whose every fdatasync is
/// held for a time. Nothing of it is written in the model; it has to come out.
///
/// The rows are `data/real-control-plane/etcd_fsync_delay.csv` (etcd 3.4.23 on a 2-core machine,
/// 3 s each): p50 latency, puts per log sync, backend commits. The CPU and round-trip constants of
/// the store were fitted on c = 1, 64 and 256 at +10 ms; those three rows say nothing and are only
/// printed.
struct BatchLawTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let clients: Int
    let delay: Double
    let p50: Double
    let putsPerSync: Double
    let commits: Int
    var isFitted = false
    var testDescription: String { "c = \(clients) at +\(delay) ms" }
  }

  static let rows = [
    Row(clients: 1, delay: 5, p50: 6.238, putsPerSync: 1.00, commits: 27),
    Row(clients: 4, delay: 5, p50: 11.248, putsPerSync: 1.94, commits: 25),
    Row(clients: 16, delay: 5, p50: 12.289, putsPerSync: 7.57, commits: 26),
    Row(clients: 64, delay: 5, p50: 15.128, putsPerSync: 27.73, commits: 27),
    Row(clients: 256, delay: 5, p50: 26.372, putsPerSync: 77.41, commits: 25),
    Row(clients: 1, delay: 10, p50: 11.247, putsPerSync: 1.00, commits: 25, isFitted: true),
    Row(clients: 4, delay: 10, p50: 21.366, putsPerSync: 1.92, commits: 25),
    Row(clients: 16, delay: 10, p50: 22.083, putsPerSync: 7.59, commits: 24),
    Row(clients: 64, delay: 10, p50: 25.217, putsPerSync: 29.90, commits: 24, isFitted: true),
    Row(clients: 256, delay: 10, p50: 31.010, putsPerSync: 98.55, commits: 24, isFitted: true),
    Row(clients: 1, delay: 100, p50: 301.773, putsPerSync: 1.00, commits: 10),
    Row(clients: 4, delay: 100, p50: 301.681, putsPerSync: 2.00, commits: 10),
    Row(clients: 16, delay: 100, p50: 301.098, putsPerSync: 8.00, commits: 10),
    Row(clients: 64, delay: 100, p50: 301.727, putsPerSync: 32.00, commits: 10),
    Row(clients: 256, delay: 100, p50: 303.272, putsPerSync: 128.00, commits: 10),
  ]

  struct Simulated {
    let p50: Double
    let putsPerSync: Double
    let commits: Int

    /// Within the tolerances: p50 10 % and puts per sync 20 % up to 64 clients, 20 % and 30 % above;
    /// backend commits ± 2.
    func fits(_ row: Row) -> Bool {
      let (latency, batch) = row.clients <= 64 ? (0.1, 0.2) : (0.2, 0.3)
      return abs(p50 / row.p50 - 1) <= latency
        && abs(putsPerSync / row.putsPerSync - 1) <= batch && abs(commits - row.commits) <= 2
    }
  }

  /// With so many clients the applier sets the pace. The machine's speed was fitted on p50 = 50.391 ms
  /// at +5 ms with as many clients.
  @Test("512 clients on the machine of the measurement")
  func applierSetsThePace() throws {
    let row = Row(clients: 512, delay: 10, p50: 62.539, putsPerSync: 129.31, commits: 23)
    let simulated = try Self.simulate(row, cpuSpeed: 0.94)
    #expect(simulated.fits(row), "\(simulated) measured \(row)")
  }

  /// Runs a row for 3 s after 3 s of settling; a fault may be planted in the store.
  static func simulate(
    _ row: Row, cpuSpeed: Double = 1, plant: (inout StoreConfiguration) -> Void = { _ in }
  ) throws -> Simulated {
    // A held fdatasync takes the held time and about 0.55 ms (facts/real-calibration.md §1).
    var configuration = try SmallWorld(
      """
      cluster: { etcd: { main: { members: 1, disk: held, machine: small } }, nodePools: [] }
      machines: { small: { cpu: 2, cpu-speed: \(cpuSpeed) } }
      disks: { held: { write-latency: \(row.delay + 0.55)ms } }
      workload: [ { name: puts, etcd-clients: { clients: \(row.clients), value-bytes: 256B } } ]
      """
    ).configuration
    configuration.plantInFirstStore(plant)
    var simulation = ClusterSimulation(configuration, seed: 1)
    simulation.run(seconds: 3)
    simulation.openWindow()
    simulation.run(seconds: 3)
    let latency = try #require(
      simulation.metric("rest_client_request_duration_seconds", "puts")?.p50)
    let committed = try #require(simulation.metric("etcd_server_proposals_committed_total")?.amount)
    let syncs = try #require(simulation.metric("etcd_disk_wal_fsyncs_total")?.amount)
    let commits = try #require(simulation.metric("etcd_disk_backend_commits_total")?.amount)
    return Simulated(
      p50: latency * 1000, putsPerSync: committed / syncs, commits: Int(commits))
  }

  @Test(arguments: rows)
  func emerges(_ row: Row) throws {
    let simulated = try Self.simulate(row)
    if row.isFitted {
      print("fitted: \(row.testDescription): \(simulated) measured \(row)")
    } else {
      #expect(simulated.fits(row), "\(simulated) measured \(row)")
    }
  }

  @Test("without the applier's wait for backend commits the law fails")
  func needsTheApplyWait() throws {
    let broken = try Self.rows.filter { !$0.isFitted }.filter {
      try !Self.simulate($0) { $0.applyWaitsForBackendCommit = false }.fits($0)
    }
    #expect(broken.contains { $0.delay == 100 }, "the rows at +100 ms are made by this wait")
  }

  @Test("with a backend timer that does not start anew after a commit the law fails")
  func needsTheTimerToStartAnew() throws {
    let broken = try Self.rows.filter { !$0.isFitted }.filter {
      try !Self.simulate($0) { $0.timerRestartsAfterCommit = false }.fits($0)
    }
    #expect(!broken.isEmpty)
  }
}

extension WorldConfiguration {
  /// Changes the first store of the first cluster in a way that no scenario can.
  mutating func plantInFirstStore(_ plant: (inout StoreConfiguration) -> Void) {
    var cluster = clusters[0].value
    var store = cluster.stores[0].value
    plant(&store)
    cluster.stores[0] = Named(name: cluster.stores[0].name, value: store)
    clusters[0] = Named(name: clusters[0].name, value: cluster)
  }
}
