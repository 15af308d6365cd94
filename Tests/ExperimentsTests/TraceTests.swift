// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Measurement
import Testing

@Suite struct TraceTests {
  /// A folder of its own that is gone afterwards.
  @discardableResult
  static func inFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = NSTemporaryDirectory() + "orrery-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  static let workload = """
    workload:
      - name: replay
        requests: { verb: update, resource: configmaps, trace: arrivals.csv, objects: 10 }
    """

  private static func run(
    _ trace: String, blockRows: Int = 4_096, in folder: String
  ) throws -> ExperimentResult {
    try Data(trace.utf8).write(to: URL(fileURLWithPath: folder + "/arrivals.csv"))
    let document = try TinyScenario.document(
      workload, run: "{ duration: 10s }", file: folder + "/replay.yaml")
    return try ExperimentRunner(options: RunOptions(traceBlockRows: blockRows)).run(document)
  }

  private static func answers(_ result: ExperimentResult) -> Int {
    result.points[0].metrics.first {
      $0.summary.name == "rest_client_requests_total"
        && $0.labels.contains(MetricLabel("client", "replay"))
        && $0.labels.contains(MetricLabel("code", "200"))
    }?.summary.count ?? -1
  }

  @Test("Every row becomes a request, whatever the size of the blocks")
  func blocks() throws {
    let times = (0..<100).map { Double($0) * 0.07 }
    let trace = "user,time\r\n" + times.map { "\"a, b\",\($0)\r\n" }.joined() + "\n"
    let results = try [1, 7, 4_096].map { rows in
      try Self.inFolder { try Self.run(trace, blockRows: rows, in: $0) }
    }
    #expect(results.map(Self.answers) == [100, 100, 100])
    #expect(Set(results.map { $0.points[0].fingerprint }).count == 1)
    #expect(Set(results.map(RunnerTests.digest)).count == 1)
  }

  @Test(
    "Mistakes have a line",
    arguments: [
      ("time\n1\nx\n", 3, "'x' is no time in seconds, zero or later"),
      ("time\n1\n-1\n", 3, "'-1' is no time in seconds, zero or later"),
      ("time\n2\n\n1.5\n", 4, "the time 1.5 lies before 2 of the row above"),
      ("time,user\n1\n", 2, "1 fields where the header has 2"),
      ("when\n1\n", 1, "the trace has no column 'time'; its columns are when"),
      ("time\n\"1\n", 2, "a quote is not closed in this line"),
    ])
  func mistakes(trace: String, line: Int, words: String) throws {
    try Self.inFolder { folder in
      #expect {
        try Self.run(trace, in: folder)
      } throws: { error in
        let text = "\(error)"
        return (error as? ExperimentError)?.exitCode == .badInput
          && text.contains("arrivals.csv:\(line): ") && text.contains(words)
      }
    }
  }

  @Test("A trace that is not there is an error")
  func absent() throws {
    try Self.inFolder { folder in
      let document = try TinyScenario.document(
        Self.workload, run: "{ duration: 10s }", file: folder + "/replay.yaml")
      #expect(throws: ExperimentError.self) { try ExperimentRunner().run(document) }
    }
  }
}
