// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import Experiments

/// Results with known contents, made without running anything, and full of characters that mean
/// something in HTML.
enum HandMadeReport {
  static let nasty = #"<b>&"'</b>"#

  /// As `result.json`, `</b>` and quotes in every place that a user can name.
  static func document(variant: String, references: String = "null") -> String {
    #"""
    {"orrery": 1, "program": "0", "scenario": "a<b>.yaml", "title": "<b>&\"'</b> title",
     "source": {"post": "<b>&\"'</b> post", "experiment": "X-1", "url": "https://example.org/?a=1&b=\"2\""},
     "variant": "\#(variant)", "coordinates": {}, "tier": "quick", "seed": 1, "replications": 1,
     "seeds": ["1"], "fingerprint": "00ff", "simulatedSeconds": 100, "warmUpSeconds": 10,
     "engine": {"events": 5, "cpuSeconds": 1, "wallSeconds": 1, "eventsPerSecond": 5, "peakResidentBytes": 1},
     "expectations": [\#(expectations)], "points": \#(references),
     "metrics": [
       \#(histogram("wait_seconds", "<b>&\\\"'</b>", count: 2000, ["min": 0.001, "p50": 0.01, "p90": 0.1, "p95": 0.2, "p99": 1, "p999": 2, "max": 4])),
       \#(histogram("wait_seconds", "few", count: 5, ["min": 1, "p50": 2, "p90": 3, "p95": 3, "p99": 3, "p999": 3, "max": 3])),
       \#(histogram("wait_seconds", "none", count: 0, [:])),
       \#(histogram("zero_seconds", "still", count: 9, ["min": 0, "p50": 0, "p90": 0, "p95": 0, "p99": 0, "p999": 0, "max": 0]))
     ],
     "accounts": [
       {"cluster": "main", "class": "<b>&\"'</b> PUT", "count": 10, "abandoned": 2,
        "overall": {"meanSeconds": 0.1, "unaccountedShare": 0.25, "parts": [
          {"resource": "<b>&\"'</b> disk", "phase": "waiting", "meanSeconds": 0.05, "share": 0.5},
          {"resource": "CPU", "phase": "service", "meanSeconds": 0.025, "share": 0.25}]},
        "aboveP99": null}],
     "bottlenecks": [{"resource": "<b>&\"'</b> disk", "utilisation": 0.9, "waitShare": 0.5, "serviceShare": 0}],
     "calibrated": [{"key": "a.<b>", "because": "<b>&\"'</b> because"}],
     "unusedKnobs": ["idle.<b>"], "warnings": ["<b>&\"'</b> warning"],
     "configuration": [
       {"path": "a.<b>", "value": "<b>&\"'</b> \#(variant)", "from": "scenario", "source": "a<b>.yaml", "line": 3, "column": 4},
       {"path": "d", "value": "1", "from": "default", "source": "kubelet"}]}
    """#
  }

  private static let expectations = #"""
    {"id": "bad<b>", "experiment": null, "class": "T1", "that": "p99(wait_seconds{k=\"<b>&'</b>\"}) < 1s",
     "published": "<b>&\"'</b> published", "simulated": 1, "unit": "s", "simulatedText": "1 s < 1 s",
     "interval": {"lower": 0.9, "upper": 1.1, "level": 0.95}, "verdict": "missed",
     "reason": "<b>&\"'</b> reason", "because": "<b>&\"'</b> because", "points": []},
    {"id": "good", "experiment": null, "class": "T1", "that": "level > 0", "published": null,
     "simulated": 1, "unit": "", "simulatedText": "1 > 0", "interval": null, "verdict": "met",
     "reason": "", "because": null, "points": []}
    """#

  private static func histogram(
    _ name: String, _ label: String, count: Int, _ values: [String: Double]
  ) -> String {
    let numbers = values.sorted { $0.key < $1.key }.map { ", \"\($0.key)\": \($0.value)" }.joined()
    return #"{"name": "\#(name)", "labels": {"k": "\#(label)"}, "unit": "s", "help": "h", "kind": "#
      + #""histogram", "count": \#(count)\#(numbers)}"#
  }

  static func single() throws -> SavedExperiment {
    try SavedExperiment(head: document(variant: "base"), points: [])
  }

  static func several() throws -> SavedExperiment {
    let text = document(variant: "base")
    return try SavedExperiment(
      head: text, points: [text, document(variant: #"<b>&\"'</b>"#)])
  }

  /// A level in buckets of 10 s: `minimum`, `maximum` and `last` are 1, 3 and 2 times the factors.
  static func level(
    _ metric: String = "level", labels: String = "", unit: String = "nodes",
    factors: [Double] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
  ) -> SavedSeries {
    SavedSeries(
      metric: metric, labels: labels, unit: unit, widthSeconds: 10,
      buckets: factors.enumerated().map { index, factor in
        .init(
          startSeconds: Double(index) * 10, minimum: factor, maximum: 3 * factor, last: 2 * factor)
      })
  }

  /// Ten columns of 10 s and two rows: two nodes of which one stops in the sixth column, and a node
  /// without GPUs that is there from the third column on.
  static let nodes = NodeHistory(
    columns: 10, widthSeconds: 10, looksPerColumn: 4,
    rows: [
      .init(
        cluster: "main", pool: nasty, first: 1, last: 2, gpusPerNode: 8,
        conditions: [
          .ready, .ready, .ready, .ready, .ready, .stopped, .ready, .ready, .ready, .ready,
        ],
        ready: [100, 100, 100, 100, 100, 50, 100, 100, 100, 100],
        gpuUse: [0, 0, 50, 50, 50, 25, 50, 50, 100, 100], faults: [0, 0, 0, 0, 0, 3, 0, 0, 0, 0]),
      .init(
        cluster: "main", pool: "cpu", first: 1, last: 1, gpusPerNode: 0,
        conditions: [.absent, .absent] + Array(repeating: .ready, count: 8),
        ready: [nil, nil] + Array(repeating: 100, count: 8),
        gpuUse: Array(repeating: nil, count: 10), faults: Array(repeating: 0, count: 10)),
    ])
}
