// SPDX-License-Identifier: Apache-2.0
import Measurement
import Stochastics

/// Space, maintenance and leases of a real etcd 3.4.23 beside the model.
extension OracleCatalogue {
  /// Bytes of the backend file for puts of fresh keys.
  static let spacePerPut = Oracle(
    "etcd-space", title: "bytes of the backend file per put of a fresh key",
    file: "real-control-plane/etcd_db_growth.csv"
  ) { table in
    try table.rows.map { row in
      let keys = try row.number("keys") ?? .nan
      let bytes = try row.number("value_bytes") ?? .nan
      // One client puts a key in about 1.5 ms; what counts is the file over the puts made.
      let run = try OracleRun(
        """
        cluster:
          nodePools: []
          etcd:
            main: { members: 1, disk: fast, machine: measured/guest, quota-backend-bytes: 1TiB }
        disks: { fast: { write-latency: 100us } }
        workload:
          - name: puts
            etcd-clients: { clients: 1, value-bytes: \(Int(bytes))B, keys: 100000000 }
        """, warmUp: 0, seconds: keys * 0.0009)
      let file = try run.metric("etcd_mvcc_db_total_size_in_bytes").last ?? .nan
      return OracleComparison(
        "file bytes per put, \(Int(bytes)) B, about \(Int(keys)) keys", unit: "B",
        measured: try row.number("db_bytes_per_put") ?? .nan,
        simulated: file / run.growth("etcd_client_puts_total"), within: .relative(0.05))
    }
  }

  /// How long a member stands still to rewrite its file.
  static let defragmentation = Oracle(
    "etcd-defragmentation", title: "time of a defragmentation, in which no put is answered",
    file: "real-control-plane/etcd_defrag.csv",
    fitted: [
      "etcd_defrag.csv: 1,024 B with 100,000 keys, 10,240 B with 1,000 and 30,000 keys: "
        + "defragmentation-base, -per-megabyte, -per-1000-keys"
    ]
  ) { table in
    try table.rows.map { row in
      let keys = try row.number("keys_or_revs") ?? .nan
      let bytes = try row.number("value_bytes") ?? .nan
      let run = try OracleRun(
        """
        cluster: { etcd: { main: { members: 1, disk: measured/disk, machine: measured/guest } }, nodePools: [] }
        workload:
          - name: keys
            etcd-clients:
              clients: 1
              operation: get
              initial-keys: \(Int(keys))
              value-bytes: \(Int(bytes))B
              pause: 10s
        timeline: [ { at: 1s, etcd-defragment: { member: 0 } } ]
        """, warmUp: 0, seconds: 20)
      let isFitted = [[1024, 100_000], [10_240, 1_000], [10_240, 30_000]].contains([bytes, keys])
      return OracleComparison(
        "defragmentation, \(Int(keys)) keys of \(Int(bytes)) B", unit: "ms",
        measured: try row.number("op_wall_ms") ?? .nan,
        simulated: (try run.metric("etcd_disk_backend_defrag_duration_seconds").max ?? .nan) * 1000,
        within: .relative(0.3), use: isFitted ? .fitted : .judged)
    }
  }

  /// Leases: CPU, and that a keepalive does not reach the log.
  static let leases = Oracle(
    "etcd-leases", title: "CPU of lease grants and keepalives; log syncs of keepalives",
    file: "real-control-plane/etcd_lease.csv",
    fitted: [
      "etcd_lease.csv: grant, and keepalive with 64 workers: process-cpu per-lease-grant, "
        + "per-lease-keepalive"
    ]
  ) { table in
    try table.rows.flatMap { row in
      let workers = try row.number("workers") ?? .nan
      let isGrant = try row.text("op") == "grant"
      let run = try OracleRun(
        """
        cluster: { etcd: { main: { members: 1, disk: measured/disk, machine: measured/guest } }, nodePools: [] }
        workload:
          - name: leases
            etcd-clients:
              clients: \(Int(workers))
              operation: \(isGrant ? "lease-grant" : "lease-keepalive")
              lease-ttl: 1h
        """, warmUp: 1, seconds: 2.5)
      let calls = run.growth("grpc_client_handled_total", "OK")
      let name = "\(isGrant ? "grant" : "keepalive") with \(Int(workers)) workers"
      let cpu = OracleComparison(
        "CPU of a \(name)", unit: "us", measured: try row.number("server_cpu_us_per_op") ?? .nan,
        simulated: run.growth("process_cpu_seconds_total", "etcd") * 1e6 / calls,
        within: .relative(0.3), use: isGrant || workers == 64 ? .fitted : .judged)
      if isGrant { return [cpu] }
      return [
        cpu,
        OracleComparison(
          "log syncs of a \(name)", unit: "syncs", measured: try row.number("wal_fsyncs") ?? .nan,
          simulated: run.growth("etcd_disk_wal_fsyncs_total"), within: .exact),
      ]
    }
  }
}
