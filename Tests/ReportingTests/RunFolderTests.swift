// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Reporting
import Testing

@Suite struct RunFolderTests {
  private static func inFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "orrery-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private static func files(in folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
  }

  private static func json(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// The keys that others rely on.
  private static let promised = [
    "orrery", "scenario", "variant", "seed", "fingerprint", "simulatedSeconds", "engine", "metrics",
    "expectations", "calibrated", "unusedKnobs", "bottlenecks", "configuration",
  ]

  @Test("One point: one document with the promised keys, and its series")
  func single() throws {
    try Self.inFolder { folder in
      let result = try SmallExperiment.result(SmallExperiment.variants, variants: ["base"])
      try RunFolder(folder + "/run/").write(result)
      #expect(
        try Self.files(in: folder) == [
          "run", "run/nodes.json", "run/result.json", "run/series.csv",
        ])
      let document = try Self.json(folder + "/run/result.json")
      for key in Self.promised { #expect(document[key] != nil, "\(key)") }
      func keys(_ name: String) throws -> Set<String> {
        let member = document[name]
        let first = (member as? [[String: Any]])?.first ?? member as? [String: Any]
        return Set(try #require(first).keys)
      }
      #expect(
        try keys("engine") == [
          "events", "cpuSeconds", "wallSeconds", "eventsPerSecond", "peakResidentBytes",
        ])
      #expect(
        try keys("metrics").isSuperset(of: [
          "name", "labels", "unit", "kind", "count", "mean", "p50", "p90", "p99", "max", "interval",
        ]))
      #expect(
        try keys("expectations").isSuperset(of: [
          "id", "experiment", "class", "that", "published", "simulated", "interval", "verdict",
          "because",
        ]))
      #expect(
        try keys("bottlenecks").isSuperset(of: [
          "resource", "utilisation", "waitShare", "effect", "interval",
        ]))
      #expect(document["points"] == nil)
      #expect(document["seed"] as? Int == 7)
      let expectations = try #require(document["expectations"] as? [[String: Any]])
      #expect(
        expectations.map { $0["verdict"] as? String } == [
          "not-applicable", "missed", "cannot-tell", "fitted",
        ])
      #expect(expectations.allSatisfy { $0["experiment"] as? String == "X-1" })
    }
  }

  @Test("Several points: one document for all, and one each")
  func several() throws {
    try Self.inFolder { folder in
      try RunFolder(folder + "/run").write(try SmallExperiment.result(SmallExperiment.variants))
      #expect(
        try Self.files(in: folder + "/run") == [
          "base", "base/nodes.json", "base/result.json", "base/series.csv", "result.json",
          "slow-disk", "slow-disk/nodes.json", "slow-disk/result.json", "slow-disk/series.csv",
        ])
      let whole = try Self.json(folder + "/run/result.json")
      let points = try #require(whole["points"] as? [[String: Any]])
      #expect(points.map { $0["variant"] as? String } == ["base", "slow/disk"])
      for point in points {
        let file = try #require(point["file"] as? String)
        let own = try Self.json(folder + "/run/" + file)
        #expect(own["fingerprint"] as? String == point["fingerprint"] as? String)
        #expect(own["variant"] as? String == point["variant"] as? String)
      }
      // Expectations of the whole stand in the document of the whole.
      #expect((whole["expectations"] as? [Any])?.count == 4)
    }
  }

  @Test("Equal runs have equal bytes, apart from what the machine did")
  func bytes() throws {
    func text(threads: Int) throws -> String {
      let document = try ScenarioLibrary().load(
        text: SmallExperiment.variants, file: "scenarios/small.yaml")
      let runner = ExperimentRunner(options: RunOptions(threads: threads))
      let result = try runner.run(document)
      var text = ""
      try Self.inFolder { folder in
        try RunFolder(folder + "/run").write(result)
        text = try String(contentsOfFile: folder + "/run/result.json", encoding: .utf8)
      }
      return text.replacing(
        #/"(cpuSeconds|wallSeconds|eventsPerSecond|peakResidentBytes)": [-0-9.e+]+/#, with: "")
    }
    let one = try text(threads: 1)
    #expect(try text(threads: 3) == one)
    #expect(!one.contains("cpuSeconds") && one.contains("fingerprint"))
  }

  @Test("An earlier run is replaced as a whole, anything else is left alone")
  func replacing() throws {
    try Self.inFolder { folder in
      let result = try SmallExperiment.result(SmallExperiment.single)
      let path = folder + "/run"
      try RunFolder(path).write(result)
      try Data("old".utf8).write(to: URL(fileURLWithPath: path + "/stale.txt"))
      try RunFolder(path).write(result)
      #expect(
        try Self.files(in: folder) == [
          "run", "run/nodes.json", "run/result.json", "run/series.csv",
        ])

      let other = folder + "/mine"
      try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
      try Data("precious".utf8).write(to: URL(fileURLWithPath: other + "/thesis.txt"))
      #expect(throws: RunFolderError.occupied(path: other)) { try RunFolder(other).write(result) }
      #expect(try Self.files(in: other) == ["thesis.txt"])
    }
  }

  @Test("What cannot be written leaves nothing behind")
  func unwritable() throws {
    try Self.inFolder { folder in
      try Data("a file".utf8).write(to: URL(fileURLWithPath: folder + "/file"))
      let result = try SmallExperiment.result(SmallExperiment.single)
      #expect(throws: RunFolderError.self) { try RunFolder(folder + "/file/run").write(result) }
      #expect(throws: RunFolderError.self) { try RunFolder(folder + "/file").write(result) }
      #expect(try Self.files(in: folder) == ["file"])
    }
  }

  @Test("Series are a table with as many fields in every row")
  func series() throws {
    try Self.inFolder { folder in
      try RunFolder(folder + "/run").write(try SmallExperiment.result(SmallExperiment.single))
      let text = try String(contentsOfFile: folder + "/run/series.csv", encoding: .utf8)
      let rows = text.split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
      #expect(rows[0].count == 9 && rows.count > 10)
      #expect(rows.filter { $0.count != 9 }.isEmpty)
      // Every bucket begins within the run of 8 s; a gauge may be set at its very end.
      let starts = rows.dropFirst().compactMap { Double($0[3]) }
      #expect(starts.count == rows.count - 1 && starts.max() ?? 9 <= 8)
    }
  }
}
