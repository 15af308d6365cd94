// SPDX-License-Identifier: Apache-2.0
import Stochastics

/// A real kube-scheduler 1.36 on two cores (`data/real-control-plane`).
extension OracleCatalogue {
  static let scheduler: [Oracle] = [schedulerCPU]

  /// CPU time of the scheduler's process over a run, by pod.
  ///
  /// Rows without `-warm` were made right after the scheduler's start: its resident memory begins anew
  /// with each of them. All of them, not only those of 5,000 nodes, are simulated with the load of the
  /// caches in the window.
  static let schedulerCPU = Oracle(
    "scheduler-cpu", title: "CPU time of kube-scheduler a pod, by nodes, sampled and unsampled",
    file: "real-control-plane/k8s_scheduler.csv",
    fitted: [
      "k8s_scheduler.csv: plain-burst at 100: cpu-per-pod",
      "k8s_scheduler.csv: plain-paced10 at 100: cpu-at-rest",
      "k8s_scheduler.csv: score100pct-warm at 1,000 and 5,000 (geometric mean): "
        + "cpu-per-node-filtered, cpu-per-node-scored",
      "k8s_scheduler.csv: gpu8-burst-warm at 1,000: cpu-per-node-extended-resource",
      "k8s_scheduler.csv: plain-paced10 at 5,000: cpu-per-node-listed",
    ]
  ) { table in
    try table.rows.compactMap { row in
      guard let tag = try row.text("tag"), !tag.contains("INVALID"),
        let nodes = try row.number("nodes").map({ Int($0) }),
        let pods = try row.number("pods").map({ Int($0) }),
        let gpus = try row.number("gpus_per_pod").map({ Int($0) }),
        let pace = try row.number("create_rate"), let seconds = try row.number("total_s"),
        let measured = try row.number("scheduler_cpu_us_per_pod")
      else { return nil }
      let isWarm = tag.contains("warm")
      let start = isWarm ? 1.0 : 0.0
      let arrivals =
        pace > 0
        ? "at: [" + (0..<pods).map { "\(start + Double($0) / pace)s" }.joined(separator: ", ")
          + "], pods: 1" : "at: [\(start)s], pods: \(pods)"
      let run = try OracleRun(
        """
        cluster:
          nodePools: [ { name: nodes, machine: kwok, count: \(nodes), preloaded-images: [pause] } ]
          etcd: { main: { members: 1, disk: tmpfs, machine: measured/guest } }
          kube-controller-manager: { kube-api-qps: 100000/s, kube-api-burst: 10000 }
          kubelet: { node-status-update-frequency: 1h }
          kube-scheduler:
            machine: measured/guest
            starts-with-the-run: \(!isWarm)
            percentageOfNodesToScore: \(tag.contains("score100pct") ? 100 : 0)
        machines: { kwok: { cpu: 96, memory: 1TiB, gpus: 8 } }
        disks: { tmpfs: { write-latency: 10us } }
        images: { pause: { size: 1MB } }
        workload:
          - { name: pods, jobs: { \(arrivals), work: 10h, image: pause, cpu: 0.1, gpus: \(gpus) } }
        """, warmUp: start, seconds: seconds)
      let cpu = run.growth("process_cpu_seconds_total", "kube-scheduler")
      return OracleComparison(
        "CPU a pod, \(tag) at \(nodes) nodes", unit: "us", measured: measured,
        simulated: cpu * 1e6 / Double(pods), within: .relative(0.3),
        use: isFitted(tag, nodes) ? .fitted : .judged)
    }
  }

  private static func isFitted(_ tag: String, _ nodes: Int) -> Bool {
    switch (tag, nodes) {
    case ("plain-burst", 100), ("plain-paced10", 100), ("plain-paced10", 5_000),
      ("score100pct-warm", 1_000), ("score100pct-warm", 5_000), ("gpu8-burst-warm", 1_000):
      true
    default: false
    }
  }
}
