// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Writers on one disk share its caps; a cap has a bucket of its own size; a disk may take no time.
struct SharedDiskTests {
  static func fsync(_ hostDisk: String) throws -> Double {
    var simulation = try SmallWorld(
      """
      cluster: { nodePools: [], etcd: { main: { members: 1, disk: cloud\(hostDisk) } } }
      disks: { cloud: { write-latency: 1ms, iops: 500/s } }
      workload:
        - { name: puts, etcd-clients: { clients: 1, pause: 5ms } }
        - { name: fio, disk-writer: { disk: cloud, iodepth: 8, host-disk: data } }
      """
    ).simulation()
    simulation.run(to: 2)
    simulation.openWindow()
    simulation.run(to: 6)
    return try #require(simulation.metric("etcd_disk_wal_fsync_duration_seconds")?.p50)
  }

  @Test("nine writers under a cap of 500 a second wait 18 ms each; alone a sync takes 1 ms")
  func aSharedCapQueues() throws {
    // Eight writes of fio and one of etcd under way in a closed loop: N = X R.
    let shared = try Self.fsync(", host-disk: data")
    #expect(abs(shared / 0.018 - 1) < 0.15, "\(shared) s")
    #expect(abs(try Self.fsync("") / 0.001 - 1) < 0.02)
  }

  @Test("two stores on one disk: the events of one slow the other")
  func twoStores() throws {
    func latency(_ shared: Bool) throws -> Double {
      var simulation = try SmallWorld(
        """
        cluster:
          nodePools: []
          etcd:
            main: { members: 1, disk: cloud\(shared ? ", host-disk: data" : "") }
            events: { resources: [events], members: 1, disk: cloud }
        disks: { cloud: { write-latency: 1ms, iops: 100/s } }
        workload:
          - { name: puts, etcd-clients: { clients: 1, pause: 50ms } }
          - { name: events, etcd-clients: { store: events, clients: 1 } }
        """
      ).simulation()
      simulation.run(to: 2)
      simulation.openWindow()
      simulation.run(to: 8)
      return try #require(simulation.metric("rest_client_request_duration_seconds", "puts")?.p50)
    }
    #expect(try latency(true) > 3 * latency(false))
  }

  @Test("a bucket of n operations lets n go at once, then the cap holds")
  func burstBucket() throws {
    var simulation = try SmallWorld(
      """
      cluster: { nodePools: [], etcd: { main: { members: 1, disk: fast } } }
      disks:
        fast: { write-latency: 100us }
        gp2: { write-latency: 1ms, iops: 100/s, iops-burst: 1000 }
      workload: [ { name: fio, disk-writer: { disk: gp2 } } ]
      """
    ).simulation()
    // 1,000 a second drain the bucket, which gains 100 a second: 1,000 / 900 s.
    simulation.run(to: 1)
    #expect(abs(simulation.total("fio_writes_total") - 1000) <= 2)
    simulation.run(to: 1.2)
    simulation.openWindow()
    simulation.run(to: 6.2)
    let rate = try #require(simulation.metric("fio_writes_total")?.rate)
    #expect(abs(rate - 100) < 1)
  }

  @Test(arguments: [
    "0s", "lognormal(median: 1ms, sigma: 0.5)",
    "mixture(0.4, lognormal(median: 0.2ms, sigma: 0.5), lognormal(median: 3.5ms, sigma: 0.8))",
  ])
  func everyLatencyWorks(_ latency: String) throws {
    var simulation = try SmallWorld(
      """
      cluster: { nodePools: [], etcd: { main: { members: 3, disk: any } } }
      disks: { any: { write-latency: "\(latency)" } }
      workload: [ { name: puts, etcd-clients: { clients: 4 } } ]
      """
    ).simulation()
    simulation.run(to: 1)
    #expect(simulation.total("etcd_client_puts_total") > 300)
  }
}
