// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import Experiments
import Foundation
import Measurement
import Scenario

/// Results with known numbers, made without running anything: every run lasts 60 s and has a
/// counter, a histogram and a gauge of jobs.
struct HandMade {
  /// What one run recorded.
  struct Run {
    /// `kube_job_completed_total`, all of it at 30 s.
    var completed = 0
    /// `kube_job_duration_seconds`, in seconds.
    var durations: [Double] = []
    /// `rest_client_requests_total` of client `c` by code.
    var requests: [String: Int] = [:]
    /// Levels of `scheduler_pending_pods`, which is followed over time, by second.
    var pending: [(second: Int, level: Int)] = []
  }

  static let sweptPath = "cluster.nodePools.workers.count"

  let document: ScenarioDocument
  let points: [PointResult]

  /// - Parameters:
  ///   - expect: members of `expect`.
  ///   - sweep: values of the number of workers; empty for no sweep.
  ///   - variants: those to run.
  ///   - runs: the runs of a variant at a value of the sweep, one a replication.
  init(
    expect: String, sweep: [Int] = [], variants: [String]? = nil,
    runs: (_ variant: String, _ workers: Int) -> [Run]
  ) throws {
    var more = "variants: { fixed: { cluster.etcd.main.members: 1 } }\nexpect:\n" + expect
    if !sweep.isEmpty { more += "\nsweep: { \(Self.sweptPath): \(sweep) }" }
    document = try TinyScenario.document(more, run: "{ duration: 60s }")
    points = try document.points(variants: variants).map { point in
      PointResult(
        variant: point.variant, coordinates: point.coordinates, run: point.run,
        configuration: try point.configuration(as: WorldConfiguration.self).1, calibrated: [],
        replications: runs(point.variant, point.coordinates.first.flatMap { Int($0.value) } ?? 0)
          .map(Self.replication))
    }
  }

  /// One expectation over one variant without a sweep.
  static func judge(
    _ that: String, class toleranceClass: String = "T4", more: String = "",
    runs: @escaping (_ variant: String) -> [Run]
  ) throws -> ExpectationResult {
    let made = try HandMade(expect: expectation(that, class: toleranceClass, more: more)) {
      variant, _ in runs(variant)
    }
    return made.expectations[0]
  }

  static func expectation(
    _ that: String, class toleranceClass: String = "T4", more: String = "", id: String = "e"
  ) -> String {
    "  - { id: \(id), class: \(toleranceClass), that: '\(that)'\(more.isEmpty ? "" : ", " + more) }"
  }

  var expectations: [ExpectationResult] { ExperimentResult(document, points: points).expectations }

  // MARK: Recording

  private static func replication(_ run: Run) -> ReplicationResult {
    var instruments = Instruments()
    let completed = instruments.counter(metric("kube_job_completed_total"))
    let durations = instruments.histogram(metric("kube_job_duration_seconds"))
    let pending = instruments.gauge(
      metric("scheduler_pending_pods"), [MetricLabel("queue", "active")])
    instruments.trace(pending)
    for (second, level) in run.pending { instruments.set(level, pending, at: moment(second)) }
    if run.completed > 0 { instruments.add(run.completed, to: completed, at: moment(30)) }
    for duration in run.durations { instruments.record(duration, in: durations, at: moment(40)) }
    for (code, count) in run.requests.sorted(by: { $0.key < $1.key }) {
      let counter = instruments.counter(
        metric("rest_client_requests_total"),
        [
          MetricLabel("client", "c"), MetricLabel("verb", "GET"), MetricLabel("resource", "pods"),
          MetricLabel("code", code),
        ])
      instruments.add(count, to: counter, at: moment(50))
    }
    return ReplicationResult(
      seed: 1, fingerprint: 1, events: 1, cpuSeconds: 1, wallSeconds: 1, end: moment(60),
      clusters: [
        ClusterRecord(
          name: "main", series: instruments.snapshots(at: moment(60)),
          traces: instruments.allTraces)
      ])
  }

  private static func metric(_ name: String) -> MetricDeclaration {
    guard let metric = MetricCatalogue.all.first(where: { $0.name == name }) else {
      preconditionFailure("the model has no metric \(name)")
    }
    return metric
  }

  /// A moment by its stored form, a number of nanoseconds; the type itself is below this floor.
  private static func moment<Time: Decodable>(_ second: Int) -> Time {
    guard
      let time = try? JSONDecoder().decode(Time.self, from: Data("\(second * 1_000_000_000)".utf8))
    else { preconditionFailure("no moment") }
    return time
  }
}
