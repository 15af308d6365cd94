// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Reporting
import TestSupport
import Testing

@Suite struct OpenMetricsTests {
  private static let strictReader = ExternalTool.python(
    with: "prometheus_client.openmetrics.parser")

  /// The text of ``HandMadeResult``, written by hand from the format's description.
  private static let byHand = #"""
    # TYPE orrery_run info
    # HELP orrery_run A simulated run: its scenario, what was varied, and the hash of its events.
    orrery_run_info{BASE} 1 1577836800
    orrery_run_info{BASE} 1 1577836860
    orrery_run_info{BASE} 1 1577836900
    orrery_run_info{SLOW} 1 1577836800
    orrery_run_info{SLOW} 1 1577836860
    orrery_run_info{SLOW} 1 1577836900
    # TYPE scheduler_pending_pods gauge
    # HELP scheduler_pending_pods Pods that wait.
    scheduler_pending_pods{orrery_run="by-hand base",queue="active"} 1 1577836850
    scheduler_pending_pods{orrery_run="by-hand base",queue="active"} 2 1577836900
    scheduler_pending_pods{orrery_run="by-hand slow",orrery_replication="0",queue="active"} 4 1577836850
    scheduler_pending_pods{orrery_run="by-hand slow",orrery_replication="0",queue="active"} 4 1577836900
    scheduler_pending_pods{orrery_run="by-hand slow",orrery_replication="pooled",queue="active"} 5 1577836900
    # TYPE apiserver_request counter
    # HELP apiserver_request Requests.
    apiserver_request_total{orrery_run="by-hand base",code="200",verb="GET"} 75 1577836880
    apiserver_request_total{orrery_run="by-hand base",code="200",verb="GET"} 100 1577836900
    # TYPE snapshot_send_success unknown
    # HELP snapshot_send_success Kept \"real\" name, with a \\ in its help.
    snapshot_send_success{orrery_run="by-hand base"} 0 1577836800
    snapshot_send_success{orrery_run="by-hand base"} 0 1577836900
    # TYPE etcd_request_duration_seconds summary
    # UNIT etcd_request_duration_seconds seconds
    # HELP etcd_request_duration_seconds Time.
    etcd_request_duration_seconds_sum{LATENCY} 0 1577836820
    etcd_request_duration_seconds_count{LATENCY} 0 1577836820
    etcd_request_duration_seconds{LATENCY,quantile="0.0"} 0.1 1577836900
    etcd_request_duration_seconds{LATENCY,quantile="0.5"} 0.2 1577836900
    etcd_request_duration_seconds{LATENCY,quantile="0.9"} 0.375 1577836900
    etcd_request_duration_seconds{LATENCY,quantile="0.95"} 0.4 1577836900
    etcd_request_duration_seconds{LATENCY,quantile="0.99"} 0.45 1577836900
    etcd_request_duration_seconds{LATENCY,quantile="0.999"} 0.45 1577836900
    etcd_request_duration_seconds{LATENCY,quantile="1.0"} 0.46 1577836900
    etcd_request_duration_seconds_sum{LATENCY} 1 1577836900
    etcd_request_duration_seconds_count{LATENCY} 4 1577836900
    # EOF

    """#
    .replacing("LATENCY", with: #"orrery_run="by-hand base",type="a \"b\", c;d\\e\nf""#)
    .replacing("BASE", with: info("base", replications: 1, fingerprint: "aa", disk: "ssd"))
    .replacing("SLOW", with: info("slow", replications: 2, fingerprint: "bb", disk: "hdd"))

  private static func info(
    _ variant: String, replications: Int, fingerprint: String, disk: String
  ) -> String {
    #"orrery_run="by-hand \#(variant)",scenario="Scenarios/by-hand.yaml",tier="full",seed="7","#
      + #"replications="\#(replications)",fingerprint="00000000000000\#(fingerprint)","#
      + #"variant="\#(variant)",cluster_etcd_main_disk="\#(disk)",cluster_etcd_main_members="3""#
  }

  @Test("Names, kinds, units, escapes, order and times, down to the byte")
  func text() throws {
    let export = try OpenMetricsExport(
      HandMadeResult.experiment(), series: HandMadeResult.series())
    #expect(export.text == Self.byHand)
  }

  @Test(
    "The strict reader of the format takes it",
    .enabled(
      if: OpenMetricsTests.strictReader != nil,
      "\(ExternalTool.absence("python3-prometheus-client"))"))
  func strict() throws {
    let folder = try TemporaryRun(SmallExperiment.variants)
    defer { folder.remove() }
    let script = """
      import sys
      from prometheus_client.openmetrics.parser import text_string_to_metric_families as families
      found = list(families(sys.stdin.read()))
      print(len(found), len(found) - len({family.name for family in found}))
      """
    for (saved, series) in [
      (folder.saved, try folder.saved.series()),
      (try HandMadeResult.experiment(), try HandMadeResult.series()),
    ] {
      let text = OpenMetricsExport(saved, series: series).text
      let outcome = try #require(Self.strictReader).run(["-c", script], input: text)
      #expect(outcome.status == 0, "\(outcome.error)")
      // Every metric is a family, none begins twice; one more says what the runs are.
      let names = Set(saved.points.flatMap { $0.metrics.map(\.name) })
      #expect(outcome.output == "\(names.count + 1) 0\n")
    }
  }

  @Test(
    "promtool makes a block of it, and PromQL finds the numbers of result.json in Prometheus",
    .enabled(
      if: ExternalTool.promtool != nil && ExternalTool.prometheus != nil,
      "\(ExternalTool.absence("prometheus"))"),
    .timeLimit(.minutes(10)))
  func query() throws {
    let folder = try TemporaryRun(SmallExperiment.variants)
    defer { folder.remove() }
    let promtool = try #require(ExternalTool.promtool)
    let file = folder.path + "/metrics.txt"
    let text = OpenMetricsExport(folder.saved, series: try folder.saved.series()).text
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    let making = try promtool.run(
      ["tsdb", "create-blocks-from", "openmetrics", file, folder.path + "/data"])
    try #require(making.status == 0, "\(making.error)")
    let server = try PrometheusServer(data: folder.path + "/data")
    defer { server.stop() }

    var compared = 0
    for point in folder.saved.points {
      let run = "small \(point.variant)"
      let end = OpenMetricsExport.epoch + 8
      let pooled = try server.ask(
        "{orrery_run=\"\(run)\", orrery_replication=\"pooled\"}", at: end, by: promtool)
      var wanted: [PrometheusServer.Series: Double] = [:]
      for metric in point.metrics {
        func expect(_ suffix: String, _ value: Double?, _ more: [String: String] = [:]) {
          var labels = metric.labels.merging(more) { $1 }
          labels["orrery_run"] = run
          labels["orrery_replication"] = "pooled"
          // An empty label is none to Prometheus.
          labels = labels.filter { !$0.value.isEmpty }
          wanted[.init(name: metric.name + suffix, labels: labels)] = value
        }
        switch metric.kind {
        case "counter": expect("", metric.total)
        case "gauge": expect("", metric.last)
        default:
          expect("_count", Double(metric.count))
          expect("_sum", (metric.mean ?? 0) * Double(metric.count))
          let quantiles = [
            ("0.0", metric.min), ("0.5", metric.p50), ("0.9", metric.p90), ("0.95", metric.p95),
            ("0.99", metric.p99), ("0.999", metric.p999), ("1.0", metric.max),
          ]
          for (quantile, value) in quantiles { expect("", value, ["quantile": quantile]) }
        }
      }
      #expect(pooled == wanted)
      compared += wanted.count
      // What was followed over time ends where the first replication ended.
      let pending = try server.ask(
        "etcd_mvcc_db_total_size_in_bytes{orrery_run=\"\(run)\", orrery_replication=\"0\"}",
        at: end, by: promtool)
      let last = point.metrics.first { $0.name == "etcd_mvcc_db_total_size_in_bytes" }
      #expect(Array(pending.values) == [try #require(last?.replications?["last"]?.values[0])])
    }
    #expect(compared > 500)
    // A query as a dashboard would put it: requests a second over the whole run.
    let requests = try server.ask(
      "sum(increase(apiserver_request_total{orrery_run=\"small base\"}[8s]))",
      at: OpenMetricsExport.epoch + 8, by: promtool)
    let total = folder.saved.points[0].metrics.filter { $0.name == "apiserver_request_total" }
      .compactMap(\.total).reduce(0, +)
    #expect(abs((requests.values.first ?? 0) - total) < total * 1e-9)
    let joined = try server.ask(
      "orrery_run_info{variant=\"slow/disk\"}", at: OpenMetricsExport.epoch + 3, by: promtool)
    #expect(joined.keys.first?.labels["disks_ssd_write_latency"] == "20ms")
  }
}
