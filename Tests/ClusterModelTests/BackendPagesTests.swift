// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Bytes of file per put against a real etcd 3.4.23: facts/real-calibration.md §1 (rows of
/// data/real-control-plane/etcd_db_growth.csv, fresh sequential keys).
struct BackendPagesTests {
  static let measured: [(value: Int, bytes: Double)] = [
    (256, 382), (1024, 1381), (10_240, 12_310), (102_400, 104_600),
  ]

  @Test(arguments: measured)
  func matchesTheRealFile(_ row: (value: Int, bytes: Double)) {
    let bytes = Double(BackendPages.bytesPerRevision(valueBytes: row.value))
    #expect(abs(bytes / row.bytes - 1) <= 0.05, "\(bytes), measured \(row.bytes)")
  }

  @Test("and in a run, where revisions of the same keys pile up until a compaction")
  func matchesInARun() throws {
    for row in Self.measured {
      var simulation = try SmallWorld.bare(
        lines: """
          workload:
            - { name: puts, etcd-clients: { clients: 2, value-bytes: \(row.value)B } }
          """
      ).simulation()
      simulation.run(to: 0.4)
      let puts = simulation.total("etcd_client_puts_total")
      let file = try #require(simulation.metric("etcd_mvcc_db_total_size_in_bytes")?.last)
      #expect(puts > 200)
      #expect(abs(file / puts / row.bytes - 1) <= 0.06, "\(file / puts) bytes a put")
    }
  }
}
