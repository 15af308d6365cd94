// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Testing

@testable import ClusterModel

/// A world made from a few lines of scenario.
struct SmallWorld {
  let configuration: WorldConfiguration

  /// - Parameters:
  ///   - yaml: the model's part of a scenario; title and run settings are added.
  ///   - overrides: as with `--set`.
  init(_ yaml: String, set overrides: [String] = []) throws {
    let text = "orrery: 1\ntitle: test\nrun: { duration: 1h }\n" + yaml
    let document = try ScenarioLoader(root: WorldConfiguration.self).load(
      text: text, file: "test.yaml")
    let point = try #require(try document.points(overrides: overrides).first)
    configuration = try point.configuration(as: WorldConfiguration.self).0
  }

  /// A cluster whose fabric is out of the way: one store member on a disk of 100 us, round trips of
  /// zero, no compaction. What a test is about is added with `lines`.
  ///
  /// - Parameters:
  ///   - cluster: lines of the section `cluster`, indented by two.
  ///   - etcd: entries of the store `main`, comma-separated.
  ///   - apiServer: entries of `kube-apiserver`, comma-separated.
  ///   - machine: entries of the machine type `node`.
  ///   - lines: further sections of the scenario.
  static func bare(
    _ cluster: String = "  nodePools: []", etcd: String = "", apiServer: String = "",
    machine: String = "cpu: 8", lines: String = ""
  ) throws -> SmallWorld {
    try SmallWorld(
      """
      cluster:
        etcd: { main: { members: 1, disk: fast\(etcd.isEmpty ? "" : ", " + etcd) } }
        kube-apiserver: { etcd-compaction-interval: 0s, etcd-round-trip-time: 0s, \
      client-round-trip-time: 0s\(apiServer.isEmpty ? "" : ", " + apiServer) }
      \(cluster)
      machines: { node: { \(machine) } }
      disks: { fast: { write-latency: 100us } }
      images: { image: { size: 100MB } }
      \(lines)
      """)
  }

  func simulation(seed: UInt64 = 1) -> ClusterSimulation {
    ClusterSimulation(configuration, seed: seed)
  }
}

extension ClusterSimulation {
  mutating func run(seconds: Double) {
    _ = run(until: now + SimDuration(roundingSeconds: seconds))
  }

  mutating func run(to seconds: Double) {
    _ = run(until: .zero + SimDuration(roundingSeconds: seconds))
  }

  var cluster: Cluster { world.clusters[0] }

  /// Growth of the counters with that name and those label values, all together.
  func total(_ name: String, _ labels: String..., cluster: Int = 0) -> Double {
    metrics(cluster: cluster).filter { summary in
      summary.name == name
        && labels.allSatisfy { label in summary.labels.contains { $0.value == label } }
    }.reduce(0) { $0 + ($1.total ?? 0) }
  }

  /// All metrics of a cluster now.
  func metrics(cluster: Int = 0) -> [MetricSummary] {
    world.clusters[cluster].context.instruments.summaries(at: now)
  }

  /// The one metric with that name and, among its labels, those values.
  func metric(_ name: String, _ labels: String..., cluster: Int = 0) -> MetricSummary? {
    metrics(cluster: cluster).first { summary in
      summary.name == name
        && labels.allSatisfy { label in summary.labels.contains { $0.value == label } }
    }
  }
}
