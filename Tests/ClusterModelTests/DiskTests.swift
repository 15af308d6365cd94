// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics
import Testing

@testable import ClusterModel

/// Which of a disk's limits binds: latency x depth, the cap on operations, or bandwidth. `fio` knows
/// (O18-02: 2 ms a write caps one writer at 500 a second although the disk is sold with 5,000).
struct DiskTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let disk: String
    let writer: String
    let perSecond: Double
    var testDescription: String { "\(disk); \(writer)" }
  }

  static let rows = [
    // One write at a time: 1 / 2 ms.
    Row(disk: "write-latency: 2ms, iops: 5000/s", writer: "iodepth: 1", perSecond: 500),
    // 64 at a time would be 32,000 a second; the cap of 5,000 binds.
    Row(disk: "write-latency: 2ms, iops: 5000/s", writer: "iodepth: 64", perSecond: 5000),
    // Only so many at the same time: 4 / 2 ms.
    Row(disk: "write-latency: 2ms, queue-depth: 4", writer: "iodepth: 64", perSecond: 2000),
    // 10 MB/s in blocks of 100 kB.
    Row(
      disk: "write-latency: 1ms, bandwidth: 10MB/s", writer: "iodepth: 8, block-size: 100kB",
      perSecond: 100),
    // A write of 1 MiB is four operations of 256 KiB for the cap of 400.
    Row(
      disk: "write-latency: 1ms, iops: 400/s", writer: "iodepth: 8, block-size: 1MiB",
      perSecond: 100),
  ]

  static func simulation(_ row: Row) throws -> ClusterSimulation {
    try SmallWorld(
      """
      cluster: { nodePools: [], etcd: { main: { members: 1, disk: fast } } }
      disks: { fast: { write-latency: 100us }, under-test: { \(row.disk) } }
      workload: [ { name: fio, disk-writer: { disk: under-test, \(row.writer) } } ]
      """
    ).simulation()
  }

  @Test(arguments: rows)
  func theTightestLimitBinds(_ row: Row) throws {
    var simulation = try Self.simulation(row)
    simulation.run(to: 1)
    simulation.openWindow()
    simulation.run(to: 4)
    let rate = try #require(simulation.metric("fio_writes_total", "fio")?.rate)
    #expect(abs(rate / row.perSecond - 1) < 0.01, "\(rate) writes/s")
  }

  /// 20 GB at 5.2 MB/s: more nanobytes than 64 bits hold.
  @Test func aWholeDatabaseInOneWrite() throws {
    let configuration = try SmallWorld(
      """
      cluster: { nodePools: [], etcd: { main: { members: 1, disk: slow } } }
      disks: { slow: { write-latency: 0s, bandwidth: 5.2MB/s } }
      """
    ).configuration.disks[0].value
    var disk = Disk(configuration)
    var stream = RandomStream(seed: 1, name: "disk")
    let done = disk.write(bytes: 20_000_000_000, at: .zero, &stream)
    #expect(abs(Double(done.nanoseconds) / 1e9 - 20_000 / 5.2) < 1e-6)
  }

  @Test("a disk can be busy all the time and use a tenth of its operations")
  func utilisations() throws {
    var simulation = try Self.simulation(Self.rows[0])
    simulation.run(to: 1)
    simulation.openWindow()
    simulation.run(to: 4)
    simulation.sumUp()
    let byTime = try #require(simulation.metric("node_disk_io_time_ratio", "fio")?.last)
    let byOperations = try #require(simulation.metric("node_disk_iops_ratio", "fio")?.last)
    #expect(byTime > 0.99)
    #expect(abs(byOperations - 0.1) < 0.002)
  }
}
