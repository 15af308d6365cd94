// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Reads by pages, leases and process CPU, as direct clients of etcd see them.
struct StoreClientTests {
  static func simulation(
    etcd: String = "", members: Int = 1, _ clients: String...
  ) throws -> ClusterSimulation {
    let entries = clients.enumerated().map {
      "  - { name: load\($0.offset), etcd-clients: { \($0.element) } }"
    }
    return try SmallWorld(
      """
      cluster:
        nodePools: []
        etcd: { main: { members: \(members), disk: fast, machine: two\
      \(etcd.isEmpty ? "" : ", " + etcd) } }
        kube-apiserver: { etcd-compaction-interval: 0s, etcd-round-trip-time: 0s }
      machines: { two: { cpu: 2 } }
      disks: { fast: { write-latency: 1ms } }
      workload:
      \(entries.joined(separator: "\n"))
      """
    ).simulation()
  }

  /// Pauses cost no CPU.
  private static let neverIdle = "process-cpu: { cold: 0s, at-rest: 0 }"

  /// data/real-control-plane/etcd_range.csv (3.4.23): value bytes, keys, CPU ms of one list.
  @Test(arguments: [
    (1024, 1_000, 5.58), (1024, 10_000, 45.83), (10_240, 3_000, 76.67), (256, 3_000, 8.18),
  ])
  func rangeCPU(_ valueBytes: Int, _ keys: Int, _ milliseconds: Double) throws {
    var simulation = try Self.simulation(
      etcd: Self.neverIdle,
      "clients: 1, operation: range, initial-keys: \(keys), value-bytes: \(valueBytes)B, pause: 1s")
    simulation.run(to: 9.9)
    let lists = simulation.total("grpc_client_handled_total", "OK")
    #expect(lists >= 9)
    let cpu = simulation.total("process_cpu_seconds_total", "etcd") / lists * 1000
    #expect(cpu < milliseconds * 2.2 && cpu > milliseconds / 2.2, "\(cpu) ms")
  }

  @Test("pages read the same keys and bytes, each page at the cost of a read of its own")
  func pages() throws {
    var whole = try Self.simulation(
      "clients: 1, operation: range, initial-keys: 1000, value-bytes: 1000B, pause: 10s")
    var paged = try Self.simulation(
      "clients: 1, operation: range, initial-keys: 1000, value-bytes: 1000B, pause: 10s, limit: 300"
    )
    whole.run(to: 5)
    paged.run(to: 5)
    for simulation in [whole.metrics(), paged.metrics()] {
      let sent = simulation.first { $0.name == "etcd_network_client_grpc_sent_bytes_total" }
      #expect(sent?.total == 1_000_000)
    }
    let one = try #require(whole.metric("rest_client_request_duration_seconds", "load0")?.max)
    let four = try #require(paged.metric("rest_client_request_duration_seconds", "load0")?.max)
    // 126 us more for each of three further pages, and 700 + 400 + 100 keys behind them to be counted
    // at 20 ns.
    #expect(abs((four - one) - 0.000402) < 0.00002, "\(four - one) s")
  }

  @Test("a serializable read skips the read-index round; a linearizable one shares it")
  func readIndex() throws {
    func latency(_ serializable: Bool) throws -> Double {
      var simulation = try Self.simulation(
        etcd: "peer-round-trip-time: 10ms", members: 3,
        "clients: 1, operation: get, serializable: \(serializable), pause: 100ms")
      simulation.run(to: 3)
      return try #require(simulation.metric("rest_client_request_duration_seconds", "load0")?.p50)
    }
    let difference = try latency(false) - latency(true)
    #expect(abs(difference - 0.01) < 0.0003, "\(difference) s")
  }

  /// Measured: a lease grant goes through the log, a keepalive does not (etcd_lease.csv: 0 fsyncs,
  /// 93 us of CPU with 64 workers).
  @Test func leases() throws {
    var keepAlives = try Self.simulation("clients: 64, operation: lease-keepalive")
    keepAlives.run(to: 2)
    #expect(keepAlives.total("etcd_disk_wal_fsyncs_total") == 0)
    let calls = keepAlives.total("grpc_client_handled_total", "LeaseKeepAlive", "OK")
    let cpu = keepAlives.total("process_cpu_seconds_total", "etcd") / calls * 1e6
    #expect(cpu > 92 && cpu < 94, "\(cpu) us")

    var grants = try Self.simulation("clients: 8, operation: lease-grant, lease-ttl: 3s")
    grants.run(to: 2)
    let granted = grants.total("grpc_client_handled_total", "LeaseGrant", "OK")
    #expect(grants.total("etcd_server_proposals_committed_total") >= granted)
    #expect(grants.total("etcd_debugging_server_lease_expired_total") == 0)
    #expect(grants.cluster.stores[0].keySpace.revision == 0, "a lease is no key")
  }

  @Test("expired leases are revoked at no more than 1,000 a second, 16 at a time")
  func revocationRate() throws {
    var simulation = try Self.simulation(
      "clients: 4000, operation: lease-grant, lease-ttl: 5s, pause: 1h")
    simulation.run(to: 4.9)
    #expect(simulation.total("grpc_client_handled_total", "LeaseGrant", "OK") == 4000)
    simulation.run(to: 6.1)
    var last = simulation.total("etcd_debugging_server_lease_expired_total")
    #expect(last > 400)
    for _ in 0..<8 {
      simulation.run(seconds: 0.25)
      #expect(simulation.cluster.stores[0].revoking.count <= 16)
      let expired = simulation.total("etcd_debugging_server_lease_expired_total")
      #expect(expired - last <= 520)
      last = expired
    }
    simulation.run(to: 11)
    #expect(simulation.total("etcd_debugging_server_lease_expired_total") == 4000)
  }

  @Test("a core of double speed halves every CPU cost, and nothing else")
  func coreSpeed() throws {
    func run(_ speed: Int) throws -> (latency: Double, cpu: Double) {
      var simulation = try SmallWorld(
        """
        cluster:
          nodePools: []
          etcd: { main: { members: 1, disk: fast, machine: fast, \(Self.neverIdle) } }
          kube-apiserver: { etcd-round-trip-time: 0s }
        machines: { fast: { cpu: 2, cpu-speed: \(speed) } }
        disks: { fast: { write-latency: 1ms } }
        workload: [ { name: puts, etcd-clients: { clients: 1, pause: 10ms } } ]
        """
      ).simulation()
      simulation.run(to: 5)
      let latency = try #require(
        simulation.metric("rest_client_request_duration_seconds", "puts")?.p50)
      let puts = simulation.total("etcd_client_puts_total")
      return (latency, simulation.total("process_cpu_seconds_total", "etcd") / puts)
    }
    let (slow, fast) = (try run(1), try run(2))
    // 335 us and 5 us a KiB of a put is CPU, 1 ms is the disk's.
    #expect(abs((slow.latency - fast.latency) - 0.000335 / 2) < 0.00001)
    #expect(abs(slow.cpu / fast.cpu - 2) < 0.001)
  }
}
