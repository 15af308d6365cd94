// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Watchers of etcd: synced, victims, unsynced.
struct StoreWatchTests {
  /// Puts of 1 KiB, each so long after the last one's answer, and watchers of their keys.
  private static func simulation(
    puts: String, watchers: [String], etcd: String = "", machine: String = "cpu: 2",
    timeline: String = ""
  ) throws -> ClusterSimulation {
    let watches = watchers.enumerated().map {
      "- { name: watch\($0.offset), etcd-watchers: { prefix: puts, \($0.element) } }"
    }
    return try SmallWorld(
      """
      cluster:
        nodePools: []
        etcd: { main: { members: 1, disk: fast, machine: small, \(etcd) } }
      machines: { small: { \(machine) } }
      disks: { fast: { write-latency: 500us } }
      workload:
        - { name: puts, etcd-clients: { value-bytes: 1024B, \(puts) } }
        \(watches.joined(separator: "\n  "))
      \(timeline)
      """
    ).simulation()
  }

  private static func store(_ simulation: borrowing ClusterSimulation) -> Store {
    simulation.world.clusters[0].stores[0]
  }

  /// data/real-control-plane/etcd_watch_fanout.csv (3.4.23): watchers, streams, puts a second, p50 of
  /// the put and of the delivery in ms. The rows of 1,000 and 500 watchers gave the constants.
  @Test(arguments: [
    (100, 8, 50.0, 6.836, 6.424), (100, 100, 50, 18.764, 17.525),
    (1_000, 8, 10, 25.912, 22.364),
  ])
  func fanOut(watchers: Int, streams: Int, rate: Double, put: Double, delivery: Double) throws {
    var simulation = try Self.simulation(
      puts: "clients: 1, pause: \(Int(1000 / rate))ms",
      watchers: ["watchers: \(watchers), streams: \(streams)"], machine: "cpu: 2")
    simulation.run(seconds: 4)
    let putTime = try #require(
      simulation.metric("rest_client_request_duration_seconds", "puts")?.p50)
    let deliveryTime = try #require(simulation.metric("etcd_watch_delivery_duration_seconds")?.p50)
    // The measured machine's put without many watchers takes 2.4 ms, ours about 1.
    #expect(putTime * 1000 > put / 1.7 && putTime * 1000 < put * 1.5, "\(putTime)")
    #expect(
      deliveryTime * 1000 + 1.5 > delivery / 1.7 && deliveryTime * 1000 < delivery * 1.5,
      "\(deliveryTime)")
  }

  /// Conservation: what was put is delivered, held by a victim, or missed for now.
  @Test("a slow client falls behind, is a victim, then unsynced, and loses nothing")
  func slowClient() throws {
    // 8 channels of 4 responses and 64 KiB of 1 KiB events under way; 20 ms an event, 100 puts a
    // second.
    var simulation = try Self.simulation(
      puts: "clients: 1, pause: 9ms",
      watchers: ["watchers: 8, client-time-per-event: 20ms", "watchers: 8"],
      etcd: "watch-channel-size: 4")
    var standings: Set<StoreWatcherGroup.Standing> = []
    for second in 1...40 {
      simulation.run(to: Double(second) / 4)
      let store = Self.store(simulation)
      standings.insert(store.watches.groups[0].standing)
      let puts = UInt64(store.keySpace.revision)
      for group in store.watches.groups {
        let known = group.delivered + UInt64(group.heldEvents + group.missedEvents)
        #expect(known == puts)
      }
      #expect(store.watches.groups[1].standing == .synced, "the others are not held up")
    }
    #expect(standings.isSuperset(of: [.synced, .victim]))
    #expect((simulation.metric("etcd_debugging_mvcc_slow_watcher_total")?.peak ?? 0) == 8)
    #expect(simulation.total("etcd_watch_sync_revisions_read_total") > 0)
  }

  /// watchable_store.go: 512 watchers a round, each of at most 1,000 revisions, every 100 ms. 1,500
  /// watchers 2,500 revisions behind need three rounds of reading for each of three groups.
  @Test("watchers that start at an old revision are caught up in rounds of 512")
  func oldRevision() throws {
    var simulation = try Self.simulation(
      puts: "clients: 1, pause: 1h, initial-keys: 2500",
      watchers: ["watchers: 1500, streams: 1500, start-behind: 2500, at: 1s"])
    simulation.run(to: 60)
    let store = Self.store(simulation)
    #expect(store.watches.groups.map(\.watchers) == [500, 500, 500])
    #expect(store.watches.groups.allSatisfy { $0.standing == .synced })
    #expect(simulation.total("etcd_debugging_mvcc_events_total") == 1_500 * 2_500)
    // 2,500 + 1,500 + 500 revisions for each group, a few more by the put of the load.
    let read = simulation.total("etcd_watch_sync_revisions_read_total")
    #expect(read >= 3 * 4_500 && read < 3 * 4_510, "\(read)")
  }

  @Test("while revisions are read for them nothing is applied")
  func catchingUpHoldsTheApplier() throws {
    func slowest(behind: Int) throws -> Double {
      var simulation = try Self.simulation(
        puts: "clients: 1, pause: 1ms, initial-keys: 20000",
        watchers: ["watchers: 1, start-behind: \(behind), at: 1s"])
      simulation.run(seconds: 3)
      return try #require(simulation.metric("rest_client_request_duration_seconds", "puts")?.max)
    }
    // facts/real-calibration.md §1: reading costs 2.3 ms per MB and 2.2 us per key: 20,000 revisions
    // of 1,381 B take 44 + 64 ms.
    #expect(try slowest(behind: 20_000) > 0.1)
    #expect(try slowest(behind: 0) < 0.02)
  }

  @Test("a watcher that asks for what was compacted is cancelled")
  func compacted() throws {
    var simulation = try Self.simulation(
      puts: "clients: 1, keys: 1, pause: 10ms",
      watchers: ["watchers: 3, start-behind: 100, at: 5s"],
      timeline: "timeline: [ { at: 4500ms, etcd-compact: {} } ]")
    simulation.run(to: 10)
    #expect(simulation.total("etcd_watch_compacted_watchers_total") == 3)
    #expect(Self.store(simulation).watches.groups[0].standing == .closed)
  }
}
