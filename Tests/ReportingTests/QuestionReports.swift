// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Reporting
import Scenario

/// Reports of questions with known answers.
enum QuestionReports {
  /// A point with one figure in some replications.
  static func point(
    _ variant: String, count: Int? = nil, _ values: [Double], knob: String = "1"
  ) throws -> SavedResult {
    let mean = values.reduce(0, +) / Double(values.count)
    let seeds = values.indices.map { "\"\($0)\"" }.joined(separator: ", ")
    let coordinates = count.map { "\"cluster.n\": \"\($0)\"" } ?? ""
    let text = """
      {"orrery": 1, "program": "0", "scenario": "a.yaml", "variant": "\(variant)",
       "coordinates": {\(coordinates)}, "tier": "full", "seed": 1,
       "replications": \(values.count), "seeds": [\(seeds)], "fingerprint": "0",
       "simulatedSeconds": 1, "warmUpSeconds": 0,
       "engine": {"events": 1, "cpuSeconds": 1, "wallSeconds": 1, "eventsPerSecond": 1,
                  "peakResidentBytes": 1},
       "expectations": [], "metrics": [], "accounts": [], "bottlenecks": [], "calibrated": [],
       "unusedKnobs": [], "warnings": [],
       "configuration": [{"path": "a.<b>", "value": "\(knob)", "from": "scenario"}],
       "figures": [{"name": "p99(wait<b>)", "unit": "s", "rate": false, "better": "lower",
                    "value": \(mean), "replications": \(values)}]}
      """
    return try SavedExperiment(head: text, points: []).points[0]
  }

  /// The second is 5 s slower of 10 s, give or take; the third equals the first.
  static func comparison() throws -> String {
    ComparisonReport(
      Comparison(
        [
          .init(name: "first", result: try point("base", [10, 11, 9, 10, 10])),
          .init(
            name: "<b>slow", result: try point("slow", [15, 16.1, 13.9, 15, 15], knob: "<2>")),
          .init(name: "equal", result: try point("equal", [10, 11, 9, 10, 10])),
        ], selecting: .asked)
    ).text
  }

  /// 3 n^1.5 at four values that double, and the same for another variant without replications.
  static func swept() throws -> [SavedResult] {
    try ["base", "other"].flatMap { variant in
      try [10, 20, 40, 80].map { n in
        let value = 3 * pow(Double(n), 1.5)
        return try point(
          variant, count: n, variant == "base" ? [value * 0.99, value, value * 1.01] : [2 * value])
      }
    }
  }

  /// Every node renews its lease each 10 s: 70 nodes make 7 writes a second, 71 make 7.1.
  static func searched() throws -> (text: String, trials: Int) {
    let document = try ScenarioLibrary().load(
      text: """
        orrery: 1
        disks: { ssd: { write-latency: 1ms } }
        machines: { worker: { cpu: 8 } }
        cluster:
          nodePools: [ { name: gpu, machine: worker, count: 20 } ]
          etcd: { main: { disk: ssd } }
          kubelet: { node-lease: true, lease-renew-interval: 10s }
        run: { duration: 60s, warmUp: 20s }
        """, file: "small.yaml")
    let outcome = try CapacitySearch(
      SearchRange(parsing: "cluster.nodePools.gpu.count=65..80"), direction: .largest,
      tolerance: 0.001, replications: 1...1, runner: ExperimentRunner()
    ).run(
      document,
      objectives: document.objectives(
        ["rate(apiserver_request_total{verb=PUT, resource=leases}) < 7.05/s"], on: ["base"]),
      tier: .full, overrides: [], variant: "base"
    ) { _ in }
    let report = SearchReport(outcome, scenario: "<b>leases", variant: "base")
    return (report.text, outcome.trials.count)
  }
}
