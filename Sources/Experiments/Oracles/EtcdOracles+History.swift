// SPDX-License-Identifier: Apache-2.0
import Measurement
import Stochastics

/// Watches and compaction of a real etcd 3.4.23 beside the model.
extension OracleCatalogue {
  /// Puts at a low rate that watchers get. How many writers made the rows that "saturate" is not
  /// recorded.
  static let storeWatches = Oracle(
    "etcd-watch-fanout",
    title:
      "etcd's watchers on 8 to 500 streams: time to half of the deliveries, time of the put, CPU",
    file: "real-control-plane/etcd_watch_fanout.csv",
    fitted: [
      "etcd_watch_fanout.csv: 8streams-lowrate, 1,000 watchers, and 500streams-lowrate: process-cpu "
        + "per-watch-response, per-watch-stream; watch-send-time-factor",
      "etcd_watch_fanout.csv: 8streams-saturate, 1,000 watchers: process-cpu per-watch-event",
    ]
  ) { table in
    try table.rows.flatMap { row -> [OracleComparison] in
      guard let tag = try row.text("tag"), tag.hasSuffix("lowrate"),
        let watchers = try row.number("watchers"), let connections = try row.number("conns"),
        let rate = try row.number("rate_target")
      else { return [] }
      let streams = min(watchers, connections)
      let run = try OracleRun(
        """
        cluster:
          nodePools: []
          etcd: { main: { members: 1, disk: measured/disk, machine: measured/guest } }
        workload:
          - name: puts
            etcd-clients: { clients: 1, value-bytes: 1KiB, pause: \(1000 / rate)ms }
          - name: watches
            etcd-watchers: { prefix: puts, watchers: \(Int(watchers)), streams: \(Int(streams)) }
        """, warmUp: 1, seconds: 20)
      let put = try run.metric("rest_client_request_duration_seconds", "puts").p50 ?? .nan
      let delivery = try run.metric("etcd_watch_delivery_duration_seconds").p50 ?? .nan
      let puts = run.growth("etcd_client_puts_total")
      let cpu = run.growth("process_cpu_seconds_total", "etcd") * 1e6 / (puts * watchers)
      // A delivery is measured from the call of the put, whose own time without watchers comes before.
      let before = try putWithoutWatchers(rate: rate)
      let isFitted = watchers >= 500
      let use: OracleUse = isFitted ? .fitted : .judged
      let coordinates = "\(Int(watchers)) watchers on \(Int(streams)) streams"
      return [
        OracleComparison(
          "p50 delivery, \(coordinates)", unit: "ms", measured: try row.number("p50_ms") ?? .nan,
          simulated: (before + delivery) * 1000, within: .factor(1.5), use: use),
        OracleComparison(
          "p50 put, \(coordinates)", unit: "ms", measured: try row.number("put_p50_ms") ?? .nan,
          simulated: put * 1000, within: .factor(1.5), use: use),
        OracleComparison(
          "CPU per delivery, \(coordinates)", unit: "us",
          measured: try row.number("server_cpu_us_per_event") ?? .nan, simulated: cpu,
          within: .relative(0.3), use: use),
      ]
    }
  }

  private static func putWithoutWatchers(rate: Double) throws -> Double {
    let run = try OracleRun(
      """
      cluster:
        nodePools: []
        etcd: { main: { members: 1, disk: measured/disk, machine: measured/guest } }
      workload:
        - name: puts
          etcd-clients: { clients: 1, value-bytes: 1KiB, pause: \(1000 / rate)ms }
      """, warmUp: 1, seconds: 20)
    return try run.metric("rest_client_request_duration_seconds", "puts").p50 ?? .nan
  }

  /// Compaction of keys that were each written five times: four fifths of the revisions go, as what
  /// was in use before and after says.
  static let compaction = Oracle(
    "etcd-compaction", title: "time of a compaction and what it leaves in use",
    file: "real-control-plane/etcd_compaction.csv",
    fitted: [
      "etcd_compaction.csv: time of 60,000 revisions: compaction-cpu-per-revision, "
        + "compaction-cpu-per-kibibyte"
    ]
  ) { table in
    try table.rows.flatMap { row in
      let revisions = try row.number("revisions") ?? .nan
      let bytes = try row.number("value_bytes") ?? .nan
      let keys = Int(revisions) / 5
      // Each key is there from the start and written four times more, then the writer is stopped.
      let writing = revisions * 0.8 * 0.0012 + 2
      let run = try OracleRun(
        """
        cluster:
          nodePools: []
          etcd: { main: { members: 1, disk: fast, machine: measured/guest } }
        disks: { fast: { write-latency: 100us } }
        workload:
          - name: puts
            etcd-clients:
              clients: 1
              value-bytes: \(Int(bytes))B
              initial-keys: \(keys)
              keys: \(keys)
              calls: \(keys * 4)
        timeline: [ { at: \(Int(writing * 2))s, etcd-compact: {} } ]
        """, warmUp: writing * 2 - 1, seconds: 20)
      let coordinates = "\(Int(revisions)) revisions of \(Int(bytes)) B"
      let time = try run.metric("etcd_debugging_mvcc_db_compaction_total_duration_seconds").max
      let inUse = try run.metric("etcd_mvcc_db_total_size_in_use_in_bytes").last
      return [
        OracleComparison(
          "compaction, \(coordinates)", unit: "ms",
          measured: try row.number("compact_physical_wall_ms") ?? .nan,
          simulated: (time ?? .nan) * 1000, within: .factor(2),
          use: revisions == 60_000 ? .fitted : .judged),
        OracleComparison(
          "in use afterwards, \(coordinates)", unit: "MB",
          measured: (try row.number("db_in_use_after") ?? .nan) / 1e6,
          simulated: (inUse ?? .nan) / 1e6, within: .relative(0.15),
          // About 0.7 MB are the puts made meanwhile.
          use: revisions * bytes < 10e6 ? .shown : .judged),
      ]
    }
  }
}
