// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Measurement
import Scenario
import Testing

@Suite struct LibraryTests {
  /// The folder of the project this file belongs to.
  private static let project = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  @Test("Every profile of the project is in the binary, as it is")
  func profiles() throws {
    let folder = Self.project + "/Scenarios/profiles"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".yaml") }.sorted()
    #expect(ShippedProfiles.all.map { $0.name + ".yaml" } == names)
    for (name, text) in ShippedProfiles.all {
      #expect(try String(contentsOfFile: "\(folder)/\(name).yaml", encoding: .utf8) == text)
    }
  }

  @Test("A scenario far from any project finds the shipped profiles")
  func shipped() throws {
    let text =
      "orrery: 1\nextends: [kubernetes-1.8]\n"
      + TinyScenario.text().split(separator: "\n").dropFirst().joined(separator: "\n")
    _ = try ScenarioLibrary().load(text: text, file: NSTemporaryDirectory() + "far.yaml")
  }

  @Test("Every scenario of the project loads, and folders leave profiles out")
  func scenarios() throws {
    let files = ScenarioLibrary.files(at: [Self.project + "/Scenarios"])
    #expect(!files.isEmpty && files == files.sorted())
    #expect(files.filter { $0.contains("/profiles/") }.isEmpty)
    for file in files { _ = try ScenarioLibrary().load(file) }
  }

  @Test("Expectations are checked against the metrics of the model")
  func metrics() {
    #expect {
      try TinyScenario.document(
        "expect: [{ id: a, class: T4, that: 'p99(etcd_request_duration_second) > 1s' }]")
    } throws: { "\($0)".contains("etcd_request_duration_seconds") }
  }

  @Test("The clusters of a world are told apart by a label, and all of them match without it")
  func clusters() throws {
    let second = """
      clusters:
        other:
          nodePools: [ { name: workers, machine: small, count: 2 } ]
          etcd: { main: { members: 1, disk: ssd, machine: small } }
          kube-apiserver: { machine: small }
      workload:
        - name: here
          requests: { verb: update, resource: configmaps, at: [1s, 2s], objects: 1 }
        - name: there
          in-cluster: other
          requests: { verb: update, resource: configmaps, at: [1s, 2s, 3s], objects: 1 }
      expect:
        - { id: one, class: T1, that: 'count(apiserver_request_total{verb=PUT, cluster=main}) == 2' }
        - { id: other, class: T1, that: 'count(apiserver_request_total{verb=PUT, cluster=other}) == 3' }
        - { id: both, class: T1, that: 'count(apiserver_request_total{verb=PUT}) == 5' }
      """
    let result = try ExperimentRunner().run(
      try TinyScenario.document(second, run: "{ duration: 5s }"))
    #expect(result.expectations.map(\.verdict) == [.met, .met, .met])
    let labels = Set(result.points[0].metrics.compactMap { $0.labels.first?.description })
    #expect(labels == ["cluster=main", "cluster=other"])
  }
}
