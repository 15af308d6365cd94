// SPDX-License-Identifier: Apache-2.0

package import Experiments

/// A saved result of two points written by hand, so that every number of an export is known: one
/// plain, one with two replications; with labels, units and names that are hard to write.
package enum HandMadeResult {
  package static func experiment() throws -> SavedExperiment {
    try SavedExperiment(head: head, points: [base, slow])
  }

  /// What was followed over time in each point.
  package static func series() throws -> [[SavedSeries]] {
    try [baseSeries, slowSeries].map { try SavedSeries.all(csv: $0, path: "series.csv") }
  }

  package static var base: String {
    document(
      variant: "base", replications: 1, seeds: #""7""#, disk: "ssd", from: "scenario",
      fingerprint: "00000000000000aa",
      metrics: """
        {"name": "scheduler_pending_pods", "labels": {"queue": "active"}, "unit": "pods",
         "help": "Pods that wait.", "kind": "gauge", "count": 3, "mean": 1.5, "min": 0, "max": 4,
         "last": 2, "peak": 4, "interval": null},
        {"name": "apiserver_request_total", "labels": {"verb": "GET", "code": "200"},
         "unit": "requests", "help": "Requests.", "kind": "counter", "count": 90, "rate": 1.125,
         "total": 100, "firstNonZeroSeconds": 0.5, "interval": null},
        {"name": "snapshot_send_success", "labels": {}, "unit": "snapshots",
         "help": "Kept \\"real\\" name, with a \\\\ in its help.", "kind": "counter", "count": 0,
         "rate": 0, "total": 0, "interval": null},
        {"name": "etcd_request_duration_seconds", "labels": {"type": "a \\"b\\", c;d\\\\e\\nf"},
         "unit": "s", "help": "Time.", "kind": "histogram", "count": 4, "mean": 0.25, "min": 0.1,
         "p50": 0.2, "p90": 0.375, "p95": 0.4, "p99": 0.45, "p999": 0.45, "max": 0.46,
         "interval": null}
        """,
      accounts: """
        {"cluster": "main", "class": "kubelet PUT leases", "count": 4, "abandoned": 0,
         "overall": {"meanSeconds": 0.25, "unaccountedShare": 0, "parts": [
           {"resource": "etcd disk", "phase": "waiting", "meanSeconds": 0.2, "share": 0.8},
           {"resource": "etcd disk", "phase": "service", "meanSeconds": 0.05, "share": 0.2}]},
         "aboveP99": null,
         "slowest": [
           {"replication": 0, "openedSeconds": 30, "seconds": 0.46, "parts": [
             {"resource": "etcd disk", "phase": "waiting", "seconds": 0.4},
             {"resource": "etcd disk", "phase": "service", "seconds": 0.06}]},
           {"replication": 0, "openedSeconds": 30.2, "seconds": 0.3, "parts": [
             {"resource": "network", "phase": "service", "seconds": 0.3}]}]}
        """)
  }

  package static var slow: String {
    document(
      variant: "slow", replications: 2, seeds: #""7", "8""#, disk: "hdd", from: "variant",
      fingerprint: "00000000000000bb",
      metrics: """
        {"name": "scheduler_pending_pods", "labels": {"queue": "active"}, "unit": "pods",
         "help": "Pods that wait.", "kind": "gauge", "count": 6, "mean": 3, "min": 0, "max": 9,
         "last": 5, "peak": 9, "interval": {"lower": 1, "upper": 5, "level": 0.95},
         "replications": {"last": {"values": [4, 6], "interval": {"lower": -7.7, "upper": 17.7,
           "level": 0.95}}, "mean": {"values": [2, null], "interval": null}}}
        """,
      accounts: "")
  }

  private static var head: String {
    String(base.dropLast(2)) + """
      , "points": [
        {"variant": "base", "coordinates": {}, "file": "base/result.json"},
        {"variant": "slow", "coordinates": {}, "file": "slow/result.json"}]}

      """
  }

  private static let seriesHeader =
    "metric,labels,unit,startSeconds,widthSeconds,minimum,maximum,last,count\n"
  private static let baseSeries =
    seriesHeader + """
      scheduler_pending_pods,queue=active,pods,0.0,50.0,0.0,4.0,1.0,2
      scheduler_pending_pods,queue=active,pods,50.0,50.0,1.0,1.0,1.0,0
      scheduler_pending_pods,queue=active,pods,100.0,50.0,2.0,2.0,2.0,1
      apiserver_request_total,verb=GET;code=200,requests,0.0,80.0,0.0,75.0,75.0,75
      apiserver_request_total,verb=GET;code=200,requests,80.0,80.0,75.0,100.0,100.0,25

      """
  private static let slowSeries =
    seriesHeader + """
      scheduler_pending_pods,queue=active,pods,0.0,50.0,0.0,9.0,4.0,2
      scheduler_pending_pods,queue=active,pods,50.0,50.0,4.0,4.0,4.0,0

      """

  private static func document(
    variant: String, replications: Int, seeds: String, disk: String, from origin: String,
    fingerprint: String, metrics: String, accounts: String
  ) -> String {
    """
    {"orrery": 1, "program": "0.0", "scenario": "Scenarios/by-hand.yaml", "title": "By hand, \\"so\\"",
     "variant": "\(variant)", "coordinates": {}, "tier": "full", "seed": 7,
     "replications": \(replications), "seeds": [\(seeds)], "fingerprint": "\(fingerprint)",
     "simulatedSeconds": 100, "warmUpSeconds": 20,
     "engine": {"events": 12345, "cpuSeconds": 0.5, "wallSeconds": 0.75, "eventsPerSecond": 24690,
       "peakResidentBytes": 1000000},
     "expectations": [
       {"id": "one", "experiment": null, "class": "T1", "that": "max(a) < 1", "published": null,
        "simulated": 0.5, "unit": "s", "simulatedText": "500 ms", "interval": null,
        "verdict": "met", "reason": "", "because": null, "points": ["base"]}],
     "metrics": [\(metrics)],
     "accounts": [\(accounts)],
     "bottlenecks": [
       {"resource": "etcd disk", "utilisation": 0.5, "waitShare": 0.8, "serviceShare": 0.2}],
     "calibrated": [], "unusedKnobs": [], "warnings": [],
     "configuration": [
       {"path": "cluster.etcd.main.disk", "value": "\(disk)", "from": "\(origin)",
        "source": "by-hand.yaml", "line": 3, "column": 5},
       {"path": "cluster.etcd.main.members", "value": "3", "from": "override"},
       {"path": "run.seed", "value": "7", "from": "default"}]}

    """
  }
}
