// SPDX-License-Identifier: Apache-2.0
import Stochastics
import TestSupport
import Testing

/// The rows that `BatchLawTests` keeps as literals are those of the measurement.
@Suite(
  .enabled(
    if: SharedData.has("data/real-control-plane/etcd_fsync_delay.csv"), "\(SharedData.absence)"))
struct BatchLawDataTests {
  @Test func literalsAreTheMeasuredRows() throws {
    let file = try #require(SharedData.file("data/real-control-plane/etcd_fsync_delay.csv"))
    let table = try OracleTable(contentsOf: file)
    for row in BatchLawTests.rows {
      let tag = "3.4.23-single-tmpfs+\(Int(row.delay * 1000))us"
      let measured = try #require(
        table.rows.first {
          (try? $0.text("tag")) == tag && (try? $0.number("clients")) == Double(row.clients)
            && (try? $0.number("value_bytes")) == 256
        }, "no row \(tag) with \(row.clients) clients")
      let putsPerSync = try #require(try measured.number("ops_per_fsync"))
      #expect(try measured.number("p50_ms") == row.p50)
      #expect(abs(putsPerSync - row.putsPerSync) < 0.005)
      #expect(try measured.number("backend_commits") == Double(row.commits))
    }
  }
}
