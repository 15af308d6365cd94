// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Reporting
import TestSupport
import Testing

@Suite struct PerfettoTests {
  private static let validator = ExternalTool.python(with: "jsonschema")

  /// The rules of the Trace Event Format for the events that are written.
  private static let schema = """
    {"type": "object", "required": ["traceEvents"], "properties": {
      "displayTimeUnit": {"enum": ["ms", "ns"]},
      "otherData": {"type": "object"},
      "traceEvents": {"type": "array", "minItems": 1, "items": {
        "type": "object", "required": ["name", "ph", "pid"],
        "properties": {
          "name": {"type": "string", "minLength": 1}, "ph": {"enum": ["X", "C", "M"]},
          "cat": {"type": "string"}, "ts": {"type": "number", "minimum": 0},
          "dur": {"type": "number", "minimum": 0}, "pid": {"type": "integer", "minimum": 1},
          "tid": {"type": "integer", "minimum": 0}, "args": {"type": "object"}},
        "additionalProperties": false,
        "oneOf": [
          {"properties": {"ph": {"const": "X"}}, "required": ["ts", "dur", "tid", "cat"]},
          {"properties": {"ph": {"const": "C"}, "args": {"minProperties": 1,
             "additionalProperties": {"type": "number"}}}, "required": ["ts", "args"]},
          {"properties": {"ph": {"const": "M"},
             "name": {"enum": ["process_name", "process_sort_index", "thread_name",
                               "thread_sort_index"]}},
           "required": ["args", "tid"]}]}}}}
    """

  private struct Trace: Decodable {
    struct Event: Decodable {
      struct Arguments: Decodable {
        let value: Double?
        let seconds: Double?
        let name: String?
      }

      let name: String
      let ph: String
      let cat: String?
      let ts: Double?
      let dur: Double?
      let pid: Int
      let tid: Int?
      let args: Arguments?

      var start: Int { Int(((ts ?? 0) * 1_000).rounded()) }
      var end: Int { start + Int(((dur ?? 0) * 1_000).rounded()) }
    }

    let traceEvents: [Event]

    func processes() -> [Int: String] {
      Dictionary(
        uniqueKeysWithValues: traceEvents.filter { $0.name == "process_name" }
          .map { ($0.pid, $0.args?.name ?? "") })
    }
  }

  private func trace(_ saved: SavedExperiment, _ series: [[SavedSeries]]) throws -> Trace {
    let text = PerfettoTrace(saved, series: series).text
    return try JSONDecoder().decode(Trace.self, from: Data(text.utf8))
  }

  @Test(
    "The trace obeys the rules of its format",
    .enabled(
      if: PerfettoTests.validator != nil, "\(ExternalTool.absence("python3-jsonschema"))"))
  func schema() throws {
    let folder = try TemporaryRun(SmallExperiment.variants)
    defer { folder.remove() }
    let schemaFile = folder.path + "/schema.json"
    try Data(Self.schema.utf8).write(to: URL(fileURLWithPath: schemaFile))
    let script = """
      import json, sys, jsonschema
      jsonschema.validate(json.load(sys.stdin), json.load(open(sys.argv[1])))
      """
    let own = PerfettoTrace(folder.saved, series: try folder.saved.series()).text
    let byHand = try PerfettoTrace(HandMadeResult.experiment(), series: HandMadeResult.series())
    for text in [own, byHand.text] {
      let outcome = try #require(Self.validator).run(
        ["-c", script, schemaFile], input: text)
      #expect(outcome.status == 0, "\(outcome.error.suffix(2_000))")
    }
    // The rules are able to say no.
    let broken = own.replacing("\"dur\": ", with: "\"length\": ")
    #expect(
      try #require(Self.validator).run(["-c", script, schemaFile], input: broken).status != 0)
  }

  @Test("Tracks, counters and slices of a result made by hand")
  func byHand() throws {
    let trace = try trace(HandMadeResult.experiment(), HandMadeResult.series())
    let processes = trace.processes()
    #expect(
      processes.sorted { $0.key < $1.key }.map(\.value) == [
        "base: scheduler", "base: API servers", "base: slowest requests and pod starts",
        "slow: scheduler",
      ])
    func counters(_ process: String) -> [[Double]] {
      trace.traceEvents.filter { $0.ph == "C" && processes[$0.pid] == process }
        .map { [$0.ts ?? -1, $0.args?.value ?? -1] }
    }
    // Largest values of the buckets, at their starts in microseconds, until the end at 100 s.
    #expect(counters("base: scheduler") == [[0, 4], [50e6, 1], [100e6, 2], [100e6, 2]])
    #expect(counters("base: API servers") == [[0, 75], [80e6, 100], [100e6, 100]])

    let slices = trace.traceEvents.filter { $0.ph == "X" }
    #expect(
      slices.map(\.name) == [
        "kubelet PUT leases", "waiting for etcd disk", "etcd disk", "kubelet PUT leases", "network",
      ])
    #expect(slices.map(\.start) == [30, 30, 30.4, 30.2, 30.2].map { Int($0 * 1e9) })
    #expect(slices.map { $0.end - $0.start } == [460, 400, 60, 300, 300].map { $0 * 1_000_000 })
    // The second begins before the first has ended, so it has a track of its own.
    let tracks = slices.map(\.tid)
    #expect(Set(tracks[..<3]).count == 1 && Set(tracks[3...]).count == 1 && tracks[0] != tracks[3])
    // A track with the number of its process would be moved to the top.
    #expect(slices.allSatisfy { $0.tid != $0.pid })
  }

  @Test("Slices nest, and with the counters they hold the numbers of result.json")
  func simulated() throws {
    let folder = try TemporaryRun(SmallExperiment.single)
    defer { folder.remove() }
    let trace = try trace(folder.saved, folder.saved.series())
    let point = folder.saved.points[0]

    var tracks: [Int: [Trace.Event]] = [:]
    for event in trace.traceEvents where event.ph == "X" {
      tracks[event.tid ?? 0, default: []].append(event)
    }
    for events in tracks.values {
      var open: [Trace.Event] = []
      for event in events.sorted(by: { ($0.start, -$0.end) < ($1.start, -$1.end) }) {
        while let last = open.last, last.end <= event.start { open.removeLast() }
        #expect(open.allSatisfy { event.end <= $0.end })
        open.append(event)
      }
    }
    let requests = trace.traceEvents.filter { $0.cat == "request" }
    let slowest = point.accounts.flatMap { $0.slowest ?? [] }
    #expect(requests.compactMap { $0.args?.seconds }.sorted() == slowest.map(\.seconds).sorted())
    let stages = trace.traceEvents.filter { $0.cat == "waiting" || $0.cat == "service" }
    #expect(
      stages.compactMap { $0.args?.seconds }.sorted()
        == slowest.flatMap { $0.parts.map(\.seconds) }.sorted())
    #expect(!stages.isEmpty)

    // The highest step of a counter is the peak of its gauge.
    var highest: [String: Double] = [:]
    for event in trace.traceEvents where event.ph == "C" {
      highest[event.name] = max(highest[event.name] ?? 0, event.args?.value ?? 0)
    }
    let size = point.metrics.first { $0.name == "etcd_mvcc_db_total_size_in_bytes" }
    #expect(highest["etcd_mvcc_db_total_size_in_bytes{store=main}"] == size?.peak)
    #expect(size?.peak != nil && highest.count > 5)
  }
}
