// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Scenario
import Testing

@Suite struct CheckpointTests {
  private static let more = """
    workload:
      - name: replay
        requests: { verb: update, resource: configmaps, trace: arrivals.csv, objects: 10 }
      - name: writer
        requests: { verb: update, resource: configmaps, rate: 20/s, objects: 10 }
    """

  private static func document(
    in folder: String, seed: Int = 7, members: Int = 3, replications: Int = 2
  ) throws -> ScenarioDocument {
    let rows = (0..<200).map { "\(Double($0) * 0.05)\n" }.joined()
    try Data("time\n\(rows)".utf8).write(to: URL(fileURLWithPath: folder + "/arrivals.csv"))
    return try ScenarioLibrary().load(
      text: TinyScenario.text(
        more, run: "{ duration: 10s, warmUp: 4s, seed: \(seed), replications: \(replications) }"
      ).replacing("members: 3", with: "members: \(members)"), file: folder + "/tiny.yaml")
  }

  private static func options(
    _ folder: String, everySeconds: String, resuming: Bool = false
  ) throws -> RunOptions {
    RunOptions(
      threads: 1, traceBlockRows: 16,
      checkpoints: .init(every: try .init(parsing: everySeconds), directory: folder + "/state"),
      resumeDirectory: resuming ? folder + "/state" : nil)
  }

  @Test(
    "A resumed run ends with the bytes of one that was never interrupted", arguments: ["3s", "5s"])
  func resume(every: String) throws {
    try TraceTests.inFolder { folder in
      let document = try Self.document(in: folder)
      let whole = try ExperimentRunner().run(document)
      // Checkpoints during the warm-up (3 s), while measuring, and the trace half read.
      try Self.expectSame(whole, of: document, keptIn: folder, every: every)
      // It did go on from the middle: less was executed than the events counted.
      let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/state").sorted()
      #expect(
        files == [
          "manifest.json", "point-1-replication-1.json", "point-1-replication-2.json",
        ])
    }
  }

  /// Keeping states changes nothing, and neither does going on from one.
  private static func expectSame(
    _ whole: ExperimentResult, of document: ScenarioDocument, keptIn folder: String, every: String
  ) throws {
    for resuming in [false, true] {
      let result = try ExperimentRunner(
        options: try options(folder, everySeconds: every, resuming: resuming)
      ).run(document)
      #expect(RunnerTests.digest(result) == RunnerTests.digest(whole))
    }
  }

  /// The window from 4 s to 10 s has batches of 300 ms: a state is kept within one and at the end of
  /// one.
  @Test("A single run that is resumed has the same batches", arguments: ["5s", "7s"])
  func resumeBatches(every: String) throws {
    try TraceTests.inFolder { folder in
      let document = try Self.document(in: folder, replications: 1)
      let whole = try ExperimentRunner().run(document)
      #expect(whole.points[0].metrics.contains { $0.interval != nil })
      try Self.expectSame(whole, of: document, keptIn: folder, every: every)
    }
  }

  @Test("A checkpoint of something else is refused, with what differs")
  func mismatch() throws {
    try TraceTests.inFolder { folder in
      _ = try ExperimentRunner(options: try Self.options(folder, everySeconds: "5s"))
        .run(try Self.document(in: folder))
      for other in [
        try Self.document(in: folder, seed: 8), try Self.document(in: folder, members: 1),
      ] {
        #expect {
          try ExperimentRunner(
            options: try Self.options(folder, everySeconds: "5s", resuming: true)
          ).run(other)
        } throws: { error in
          "\(error)".contains("does not fit: its configuration of point 1 is")
        }
      }
    }
  }

  @Test("Nothing to resume, and a damaged state, are errors")
  func absent() throws {
    try TraceTests.inFolder { folder in
      let document = try Self.document(in: folder)
      let resume = try Self.options(folder, everySeconds: "5s", resuming: true)
      #expect {
        try ExperimentRunner(options: resume).run(document)
      } throws: { "\($0)".contains("no checkpoint to resume") }
      _ = try ExperimentRunner(options: try Self.options(folder, everySeconds: "5s")).run(document)
      try Data("{".utf8).write(
        to: URL(fileURLWithPath: folder + "/state/point-1-replication-2.json"))
      #expect {
        try ExperimentRunner(options: resume).run(document)
      } throws: { "\($0)".contains("point-1-replication-2.json: the checkpoint is damaged") }
    }
  }
}
