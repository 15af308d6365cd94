// SPDX-License-Identifier: Apache-2.0
import Measurement
import Stochastics

/// Puts and reads of a real etcd 3.4.23 beside the model.
extension OracleCatalogue {
  /// Where the processor and not the disk sets the pace, only the order of magnitude is asked for.
  static let fastDisk = Oracle(
    "etcd-fast-disk",
    title: "puts per log sync where a sync takes 1 to 2 ms: the processor sets the pace",
    file: "real-control-plane/etcd_fsync_delay.csv"
  ) { table in
    try table.rows.compactMap { row in
      guard let tag = try row.text("tag"), let clients = try row.number("clients"),
        try row.number("value_bytes") == 256,
        let delay = Double(tag.split(separator: "+").last?.dropLast(2) ?? ""), delay <= 1_000
      else { return nil }
      let run = try OracleRun(
        """
        cluster:
          etcd: { main: { members: 1, disk: held, machine: measured/guest-held-disk } }
          nodePools: []
        disks: { held: { write-latency: \(delay / 1000 + 0.55)ms } }
        workload: [ { name: puts, etcd-clients: { clients: \(Int(clients)), value-bytes: 256B } } ]
        """, warmUp: 1, seconds: 3)
      return OracleComparison(
        "puts per sync, c = \(Int(clients)) at +\(Int(delay / 1000)) ms", unit: "puts",
        measured: try row.number("ops_per_fsync") ?? .nan,
        simulated: run.growth("etcd_server_proposals_committed_total")
          / run.growth("etcd_disk_wal_fsyncs_total"), within: .factor(2))
    }
  }

  /// What the costs of a put in `StoreProcessCPU` are fitted on: every second row of each series in the
  /// order of the file, whatever came out (the rows were known from earlier fits). Of single-tmpfs up to
  /// 8 KiB, as far as the fit of facts/real-calibration.md goes.
  private static let rowsBehindPuts = [
    "etcd_put_sweep.csv: every second row of each series: c = 2, 8, 64 of single-disk and of "
      + "single-tmpfs up to 8 KiB, c = 4, 64 of three-disk-leader: process-cpu",
    "etcd_fsync_delay.csv, CPU of c = 2, 8, 32, 128, 512 with 256 B at +5 ms and more: process-cpu",
  ]

  /// CPU of the server process for a put.
  static let putCPU = Oracle(
    "etcd-put-cpu",
    title:
      "CPU of the etcd process per put, by clients and value size, one member and leader of three",
    file: "real-control-plane/etcd_put_sweep.csv", fitted: rowsBehindPuts
  ) { table in
    try table.rows.compactMap { row in
      guard let tag = try row.text("tag"), try row.text("mode") == "put",
        let clients = try row.number("clients"), let bytes = try row.number("value_bytes"),
        let members = ["3.4.23-single-disk": 1, "3.4.23-three-disk-leader": 3][tag]
      else { return nil }
      let isFitted = (members == 3 ? [4, 64] : [2, 8, 64]).contains(clients)
      return OracleComparison(
        "CPU per put, \(members == 1 ? "one member" : "leader of three"), c = \(Int(clients)), "
          + "\(Int(bytes)) B", unit: "us",
        measured: try row.number("server_cpu_us_per_op") ?? .nan,
        simulated: try cpuOfPuts(
          clients: Int(clients), bytes: Int(bytes), members: members, disk: "measured/disk",
          machine: "measured/guest"),
        within: .relative(0.3), use: isFitted ? .fitted : .judged)
    }
  }

  /// CPU of the server process for a put where the disk leaves it idle for a known time. The facts give
  /// single cells of CPU a range of a half either way.
  static let idlePutCPU = Oracle(
    "etcd-idle-put-cpu",
    title: "CPU of the etcd process per put of 256 B beside a disk that takes 5 to 100 ms",
    file: "real-control-plane/etcd_fsync_delay.csv", fitted: rowsBehindPuts
  ) { table in
    try table.rows.compactMap { row in
      guard let tag = try row.text("tag"), let clients = try row.number("clients"),
        try row.number("value_bytes") == 256,
        let delay = Double(tag.split(separator: "+").last?.dropLast(2) ?? ""), delay >= 5_000
      else { return nil }
      return OracleComparison(
        "CPU per put, c = \(Int(clients)) at +\(Int(delay / 1000)) ms", unit: "us",
        measured: try row.number("server_cpu_us_per_op") ?? .nan,
        simulated: try cpuOfPuts(
          clients: Int(clients), bytes: 256, members: 1, disk: "held",
          machine: "measured/guest-held-disk",
          disks: "disks: { held: { write-latency: \(delay / 1000 + 0.55)ms } }"),
        within: .factor(1.5),
        use: [2, 8, 32, 128, 512].contains(clients) ? .fitted : .judged)
    }
  }

  /// Microseconds a put in a closed loop of so many clients.
  private static func cpuOfPuts(
    clients: Int, bytes: Int, members: Int, disk: String, machine: String, disks: String = ""
  ) throws -> Double {
    let run = try OracleRun(
      """
      cluster:
        nodePools: []
        etcd:
          main: { members: \(members), disk: \(disk), machine: \(machine),
                  quota-backend-bytes: 1TiB }
      \(disks)
      workload:
        - name: puts
          etcd-clients: { clients: \(clients), value-bytes: \(bytes)B }
      """, warmUp: 1, seconds: 2.5)
    return run.growth("process_cpu_seconds_total", "etcd") * 1e6
      / run.growth("etcd_client_puts_total")
  }

  /// CPU of a range over a whole prefix.
  static let rangeCPU = Oracle(
    "etcd-range-cpu", title: "CPU of the etcd process for a list of a whole prefix",
    file: "real-control-plane/etcd_range.csv",
    fitted: [
      "etcd_range.csv: linearizable, 1,000 and 10,000 keys: range-cpu-per-key, "
        + "range-cpu-per-megabyte"
    ]
  ) { table in
    var ratios: [Double] = []
    var comparisons = try table.rows.map { row in
      let keys = try row.number("keys_returned") ?? .nan
      let bytes = try row.number("bytes_returned") ?? .nan
      let isSerializable = try row.text("serializable") == "true"
      // The measured bytes hold keys of 11 B.
      let run = try OracleRun(
        """
        cluster: { etcd: { main: { members: 1, disk: measured/disk, machine: measured/guest } }, nodePools: [] }
        workload:
          - name: list
            etcd-clients:
              clients: 1
              operation: range
              initial-keys: \(Int(keys))
              value-bytes: \(Int(bytes / keys) - 11)B
              serializable: \(isSerializable)
              pause: 10s
        """, warmUp: 0, seconds: 9)
      let measured = try row.number("server_cpu_ms_per_list") ?? .nan
      let simulated = run.growth("process_cpu_seconds_total", "etcd") * 1000
      let isFitted = !isSerializable && (keys == 1_000 || keys == 10_000)
      if !isFitted { ratios.append(simulated / measured) }
      return OracleComparison(
        "CPU of a list, \(Int(keys)) keys, \(Int(bytes / 1000)) kB"
          + (isSerializable ? ", serializable" : ""), unit: "ms", measured: measured,
        simulated: simulated, within: .factor(2.2), use: isFitted ? .fitted : .judged)
    }
    ratios.sort()
    comparisons.append(
      OracleComparison(
        "median of simulated over measured", unit: "", measured: 1,
        simulated: ratios[ratios.count / 2], within: .relative(0.15)))
    return comparisons
  }
}
