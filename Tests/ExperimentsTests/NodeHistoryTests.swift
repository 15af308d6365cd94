// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import Experiments
import Foundation
import Scenario
import Testing

/// The nodes of a run over time, against what is scripted to happen to them.
struct NodeHistoryTests {
  /// A run of 2,400 s, so that a column is 10 s. The third of four nodes loses power from 500 s to
  /// 1,100 s, the second has a slow GPU from 1,500 s to 1,700 s.
  private static let text = """
    orrery: 1
    machines:
      control: { cpu: 8 }
      worker: { cpu: 8, gpus: 8 }
    disks: { ssd: { write-latency: 1ms } }
    cluster:
      nodePools: [ { name: gpu, machine: worker, count: 4 } ]
      etcd: { main: { disk: ssd, machine: control } }
      kube-apiserver: { machine: control }
      kube-controller-manager: { node-monitor-grace-period: 40s, node-monitor-period: 5s }
    faults:
      - { name: power, at: [500s], units: [2], effect: node-down, repair-time: 600s }
      - { name: dust, at: [1500s], units: [1], effect: light, repair-time: 200s }
    run: { duration: 2400s, seed: 3 }
    """

  private static func result(_ text: String = text) throws -> ExperimentResult {
    try ExperimentRunner().run(try ScenarioLibrary().load(text: text, file: "small.yaml"))
  }

  @Test("cells tell what was scripted, when it was scripted")
  func scripted() throws {
    let history = try #require(try Self.result().points[0].nodeHistory)
    #expect(history.columns == 240 && history.widthSeconds == 10)
    #expect(history.rows.map(\.name) == ["gpu 1", "gpu 2", "gpu 3", "gpu 4"])
    for row in [0, 1, 3] {
      #expect(history.rows[row].conditions == Array(repeating: .ready, count: 240), "\(row)")
    }
    let lost = history.rows[2]
    #expect(lost.conditions.indices.filter { lost.conditions[$0] == .stopped } == Array(50..<110))
    #expect(lost.conditions[..<50].allSatisfy { $0 == .ready })
    // Back after a moment in which it registers again, and ready to the end.
    #expect(lost.conditions[115...].allSatisfy { $0 == .ready })
    #expect(lost.ready[60] == 0 && lost.ready[40] == 100 && lost.ready[200] == 100)
    // Two faults: the power, as long as it was gone, and the dust.
    #expect(lost.faults.indices.filter { lost.faults[$0] == 1 } == Array(50..<110))
    let dusty = history.rows[1].faults
    #expect(dusty.indices.filter { dusty[$0] == 1 } == Array(150..<170))
    #expect(history.rows.flatMap(\.faults).reduce(0, +) == 60 + 20)
  }

  /// A pod with four of the node's eight GPUs, from 600 s on and for 600 s.
  @Test("GPU use is what pods were given")
  func use() throws {
    let text =
      Self.text.replacing("count: 4", with: "count: 1")
      .replacing(#/faults:\n.*\n.*\n/#, with: "")
        + """

        images: { app: { size: 100MB } }
        workload:
          - name: train
            jobs: { at: [600s], pods: 1, work: 600s, image: app, cpu: 1, memory: 1GiB, gpus: 4 }
        """
    let history = try #require(try Self.result(text).points[0].nodeHistory)
    let use = history.rows[0].gpuUse
    #expect(history.rows.count == 1)
    // Start and end of the pod take some seconds.
    #expect(use[..<60].allSatisfy { $0 == 0 } && use[122...].allSatisfy { $0 == 0 }, "\(use)")
    #expect(use[61..<119].allSatisfy { $0 == 50 }, "\(use)")
  }

  @Test("many nodes share rows, and every node is in one")
  func shared() throws {
    let text = Self.text.replacing("count: 4", with: "count: 400")
      .replacing("duration: 2400s", with: "duration: 240s")
      .replacing("at: [500s], units: [2]", with: "at: [50s], units: [2]")
    let rows = try #require(try Self.result(text).points[0].nodeHistory).rows
    // 400 nodes in at most 180 rows: three to a row.
    #expect(rows.count == 134 && rows[0].name == "gpu 1 to 3" && rows[133].name == "gpu 400")
    #expect(rows[0].conditions[60] == .stopped && rows[0].ready[60] == 66)
    #expect(rows[1].conditions[60] == .ready && rows[1].ready[60] == 100)
  }

  /// Only the first replication is looked at: with one seed, the second is the same run unseen.
  @Test("looking changes no event")
  func unseen() throws {
    let document = try ScenarioLibrary().load(text: Self.text, file: "small.yaml")
    let points = try document.points(overrides: ["run.replications=2"])
    let runs = try ExperimentRunner().run(document, points: points).points[0].replications
    #expect(runs[0].nodes != nil && runs[1].nodes == nil)
    let alone = try ExperimentRunner().run(
      document, points: try document.points(overrides: ["run.seed=\(runs[1].seed)"])
    ).points[0].replications[0]
    // A first replication has the seed of the scenario itself.
    try #require(alone.seed == runs[1].seed)
    #expect(alone.nodes != nil)
    #expect(alone.fingerprint == runs[1].fingerprint && alone.events == runs[1].events)
  }

  @Test("written and read back: the same; another version and broken rows are refused")
  func file() throws {
    let history = try #require(try Self.result().points[0].nodeHistory)
    let text = history.json.text()
    func read(_ text: String) throws -> NodeHistory {
      try NodeHistory(json: Data(text.utf8), path: "nodes.json")
    }
    #expect(try read(text) == history)
    #expect(text.utf8.count < 4_000, "four rows of 240 columns, and little happens")
    #expect(throws: SavedResultError.otherVersion(path: "nodes.json", found: 2)) {
      try read(text.replacing("\"orrery\": 1", with: "\"orrery\": 2"))
    }
    #expect(throws: SavedResultError.self) { try read(text.replacing("1*240", with: "1*239")) }
    #expect(throws: SavedResultError.self) { try read("{}") }
  }

  @Test func runLengths() {
    let values: [Int?] = [1, 1, 1, nil, nil, 0, 7]
    #expect(RunLengths.text(values) == "1*3,-*2,0,7")
    #expect(RunLengths.values(of: "1*3,-*2,0,7", count: 7) == values)
    for broken in ["1*3", "1*9", "", "x*7", "1*-7", "1*3*2,0", "7*0"] {
      #expect(RunLengths.values(of: broken, count: 7) == nil, "\(broken)")
    }
  }
}
