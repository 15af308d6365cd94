// SPDX-License-Identifier: Apache-2.0
import Measurement
import Stochastics

/// A real etcd 3.4.23 (`data/real-control-plane`).
extension OracleCatalogue {
  static let etcd: [Oracle] = [
    batchLaw, fastDisk, putCPU, idlePutCPU, rangeCPU, spacePerPut, compaction, defragmentation,
    leases, storeWatches,
  ]

  /// Closed-loop puts against a disk whose every fdatasync is held for a time.
  static let batchLaw = Oracle(
    "etcd-batch-law",
    title:
      "puts of 256 B in a closed loop against a held fdatasync: latency, batch, backend commits",
    file: "real-control-plane/etcd_fsync_delay.csv",
    fitted: [
      "etcd_fsync_delay.csv: c = 1, 64, 256 at +10 ms: cpu-per-request, log-cpu-per-entry, "
        + "apply-cpu-per-entry, etcd-round-trip-time",
      "etcd_fsync_delay.csv: p50 of c = 512 at +5 ms: cpu-speed of measured/guest-held-disk",
    ]
  ) { table in
    var comparisons: [OracleComparison] = []
    for row in table.rows {
      guard let tag = try row.text("tag"), let clients = try row.number("clients"),
        try row.number("value_bytes") == 256,
        let delay = Double(tag.split(separator: "+").last?.dropLast(2) ?? ""), delay >= 5_000
      else { continue }
      let run = try OracleRun(
        """
        cluster:
          etcd: { main: { members: 1, disk: held, machine: measured/guest-held-disk } }
          nodePools: []
        disks: { held: { write-latency: \(delay / 1000 + 0.55)ms } }
        workload: [ { name: puts, etcd-clients: { clients: \(Int(clients)), value-bytes: 256B } } ]
        """, warmUp: 3, seconds: 3)
      let isFitted =
        (delay == 10_000 && [1, 64, 256].contains(clients)) || (delay == 5_000 && clients == 512)
      let isUncertain = delay == 5_000 && clients == 128
      let use: OracleUse = isFitted ? .fitted : isUncertain ? .shown : .judged
      let coordinates = "c = \(Int(clients)) at +\(Int(delay / 1000)) ms"
      let p50 = try run.metric("rest_client_request_duration_seconds", "puts").p50
      let syncs = run.growth("etcd_disk_wal_fsyncs_total")
      comparisons += [
        OracleComparison(
          "p50, \(coordinates)", unit: "ms", measured: try row.number("p50_ms") ?? .nan,
          simulated: (p50 ?? .nan) * 1000, within: .relative(clients <= 64 ? 0.1 : 0.2), use: use),
        OracleComparison(
          "puts per sync, \(coordinates)", unit: "puts",
          measured: try row.number("ops_per_fsync") ?? .nan,
          simulated: run.growth("etcd_server_proposals_committed_total") / syncs,
          within: .relative(clients <= 64 ? 0.2 : 0.3), use: use),
        OracleComparison(
          "backend commits in 3 s, \(coordinates)", unit: "commits",
          measured: try row.number("backend_commits") ?? .nan,
          simulated: run.growth("etcd_disk_backend_commits_total"), within: .absolute(2), use: use),
      ]
    }
    return comparisons
  }
}
