// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Images that are extracted to a disk which others write to: a closed loop of single writes on a
/// disk that does one at a time (`queue-depth: 1`, 1 ms each), 10 kB a write.
struct SharedImageDiskTests {
  static func simulation(
    pool: String = ", host-disk: data", store: String = "", work: String = "",
    latency: String = "1ms"
  ) throws -> ClusterSimulation {
    try SmallWorld(
      """
      cluster:
        nodePools: [ { name: masters, machine: node, count: 1\(pool) } ]
        etcd: { main: { members: 1, disk: \(store.isEmpty ? "fast" : store) } }
        kubelet: { image-download-rate: 1GB/s, image-decompression-rate: 100MB/s, \
      image-extraction-write-bytes: 10kB, data-root: slow }
      machines: { node: { cpu: 8 } }
      disks:
        fast: { write-latency: 100us }
        slow: { write-latency: "\(latency)", queue-depth: 1 }
      images: { large: { size: 100MB } }
      workload:
        - { name: large, jobs: { at: [10s], work: 1h, image: large } }
        \(work)
      """
    ).simulation()
  }

  static func extraction(_ simulation: borrowing ClusterSimulation) throws -> Double {
    try #require(simulation.metric("image_extraction_duration_seconds", "large")?.max)
  }

  @Test(
    "alone on it, an image takes what its writes take: 10,000 of 1 ms; so does one disk of its own")
  func alone() throws {
    for pool in [", host-disk: data", ""] {
      var simulation = try Self.simulation(pool: pool)
      simulation.run(to: 30)
      #expect(abs(try Self.extraction(simulation) / 10 - 1) < 0.001, "\(pool)")
    }
  }

  @Test("a faster disk than the core: 100 MB at 100 MB/s")
  func decompressionBound() throws {
    var simulation = try Self.simulation(latency: "50us")
    simulation.run(to: 30)
    #expect(abs(try Self.extraction(simulation) - 1) < 0.001)
  }

  @Test("n writers in closed loops on a disk of one write at a time get a share of 1/n each")
  func closedLoop() throws {
    for depth in [1, 3] {
      var simulation = try Self.simulation(
        work: "- { name: fio, disk-writer: { disk: slow, iodepth: \(depth), host-disk: data } }")
      simulation.run(to: 60)
      #expect(abs(try Self.extraction(simulation) / Double(10 * (depth + 1)) - 1) < 0.001)
    }
  }

  @Test("another machine's disk of that name is another disk")
  func anotherHost() throws {
    var simulation = try Self.simulation(
      work: "- { name: fio, disk-writer: { disk: slow, iodepth: 3, host-disk: data, host: 1 } }")
    simulation.run(to: 30)
    #expect(abs(try Self.extraction(simulation) / 10 - 1) < 0.001)
  }

  @Test("etcd's syncs wait for what is left of a write of the image")
  func etcdSuffers() throws {
    // Memoryless writes of 1 ms: whenever a sync comes, the write under way has 1 ms left on average.
    func sync(from start: Double, to end: Double) throws -> Double {
      var simulation = try Self.simulation(
        store: "slow, host-disk: data",
        work: "- { name: puts, etcd-clients: { clients: 1, pause: 7.3ms } }",
        latency: "exponential(mean: 1ms)")
      simulation.run(to: start)
      simulation.openWindow()
      simulation.run(to: end)
      return try #require(simulation.metric("etcd_disk_wal_fsync_duration_seconds")?.mean)
    }
    let quiet = try sync(from: 2, to: 9)
    let pulling = try sync(from: 12, to: 19)
    #expect(abs((pulling - quiet) / 0.001 - 1) < 0.15, "\(quiet) \(pulling)")
  }
}
