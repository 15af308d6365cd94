// SPDX-License-Identifier: Apache-2.0
import Measurement
import Stochastics

/// A real kube-apiserver 1.36.2 (`data/real-control-plane`).
extension OracleCatalogue {
  static let watches: [Oracle] = [watchFanOut, serverMemory]

  /// Patches of one node of 13.7 KB that up to 100 clients watch.
  static let watchFanOut = Oracle(
    "k8s-watch-fanout",
    title: "node events to 1 to 100 watchers: time from the patch to half of the deliveries",
    file: "real-control-plane/k8s_watch_fanout.csv",
    fitted: [
      "k8s_watch_fanout.csv: 1 and 25 watchers, JSON: watch-cpu-per-event, "
        + "watch-cpu-per-kilobyte",
      "k8s_watch_fanout.csv: CPU of 1 watcher, JSON: cpu-speed of measured/guest-fan-out",
    ]
  ) { table in
    var comparisons: [OracleComparison] = []
    for row in table.rows {
      guard let watchers = try row.number("watchers"),
        let rate = try row.number("patch_rate_target"),
        let bytes = try row.number("frame_bytes"), let content = try row.text("content_type")
      else { continue }
      let run = try OracleRun(
        """
        cluster:
          etcd: { main: { members: 1, disk: measured/disk, machine: measured/guest-fan-out } }
          nodePools: [ { name: pool, machine: measured/guest, count: 1 } ]
          kubelet: { node-lease: true, node-status-report-frequency: 24h }
          kube-apiserver:
            machine: measured/guest-fan-out
            watch-cache: { further-watches: ["nodes#\(Int(watchers))"], watches-per-node: [pods] }
        workload:
          - name: patches
            requests: { verb: patch, resource: nodes, rate: \(rate)/s, arrivals: periodic,
              objects: 1, object-bytes: \(Int(bytes))B }
        """, warmUp: 2, seconds: 20)
      let delivery = try run.metric("watch_event_delivery_duration_seconds", "nodes").p50
      let patch = try run.metric("rest_client_request_duration_seconds", "patches").p50
      let isFitted = content == "json" && (watchers == 1 || watchers == 25)
      let use: OracleUse = isFitted ? .fitted : watchers == 100 ? .judged : .shown
      let coordinates = "\(Int(watchers)) watchers, \(content)"
      let cpu = run.growth("process_cpu_seconds_total", "kube-apiserver")
      let events =
        run.growth("rest_client_requests_total", "patches", "200") * watchers
      comparisons += [
        OracleComparison(
          "p50 delivery, \(coordinates)", unit: "ms",
          measured: try row.number("lat_p50_ms") ?? .nan,
          simulated: ((delivery ?? .nan) + (patch ?? .nan)) * 1000, within: .factor(1.5), use: use),
        OracleComparison(
          "API-server CPU per delivery, \(coordinates)", unit: "us",
          measured: try row.number("apiserver_cpu_us_per_event") ?? .nan,
          simulated: cpu / events * 1e6, within: .factor(1.5), use: use),
      ]
    }
    return comparisons
  }

  /// Resident memory with so many nodes (each with a lease) and pods.
  static let serverMemory = Oracle(
    "k8s-memory",
    title: "resident memory of an API server with nodes, leases and pods in its watch caches",
    file: "real-control-plane/k8s_memory.csv",
    fitted: [
      "k8s_memory.csv: stage start: base-bytes, non-heap-bytes; 5,000 nodes and 30,000 pods: "
        + "cache-bytes-per-object, cache-factor"
    ]
  ) { table in
    var comparisons: [OracleComparison] = []
    for row in table.rows {
      guard let nodes = try row.number("nodes"), let pods = try row.number("pods"),
        let stage = try row.text("stage")
      else { continue }
      // Objects without kubelets, as they were measured.
      func load(
        _ resource: String, _ count: Double, _ bytes: Int, _ request: String = "update, at: [50m]"
      ) -> String {
        count == 0
          ? ""
          : """
            - name: \(resource)
              requests: { verb: \(request), resource: \(resource), objects: \(Int(count)),
                object-bytes: \(bytes)B, timeout: 60s }

          """
      }
      // "After reads": the LISTs of k8s_list.csv, a few of each kind, had been answered.
      let isRead = stage == "nodes-after-reads"
      let nodeRequest = isRead ? "list, at: [1s, 3s, 5s]" : "update, at: [50m]"
      let loads =
        load("nodes", nodes, 13_700, nodeRequest) + load("leases", nodes, 497)
        + load("pods", pods, 4_500)
      let run = try OracleRun(
        """
        cluster:
          etcd: { main: { members: 1, disk: measured/disk, machine: measured/guest } }
          nodePools: []
          kube-apiserver: { machine: measured/guest }

        """ + (loads.isEmpty ? "" : "workload:\n" + loads), warmUp: 0.2,
        seconds: isRead ? 10 : 0.2)
      let resident = try run.metric("process_resident_memory_bytes", "kube-apiserver").last
      let isFitted = stage == "start" || (stage == "nodes" && nodes == 5_000) || pods == 30_000
      comparisons.append(
        OracleComparison(
          "resident, \(Int(nodes)) nodes, \(Int(pods)) pods, stage \(stage)", unit: "MB",
          measured: try row.number("apiserver_rss_mb") ?? .nan,
          simulated: (resident ?? .nan) / 1e6, within: .relative(0.15),
          use: isFitted ? .fitted : .judged))
    }
    return comparisons
  }
}
