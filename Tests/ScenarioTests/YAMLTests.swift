// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents
import Foundation
import Stochastics
import Testing

@testable import Scenario

@Suite("YAML and files")
struct YAMLTests {
  @Test("a text knob keeps what YAML readers like to turn into something else")
  func norway() throws {
    let text = "orrery: 1\nsite: {bays: [{name: a, count: 1, tank: none, wax: {}, note: no}]}"
    #expect(try wash(text).0.site.bays[0].value.note == "no")
  }

  @Test("a byte order mark and carriage returns do no harm")
  func windows() throws {
    let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("orrery: 1\r\nopening: 6h\r\n".utf8)
    let (wash, _) = try wash(ScenarioFile.decode(bytes))
    #expect(wash.opening == .hours(6))
    #expect(findings("orrery: 1\r\nopening: x\r\n").hasPrefix("wash.yaml:2:10: error"))
  }

  @Test("anchors, aliases and merge keys")
  func anchors() throws {
    let (wash, resolved) = try wash(
      """
      orrery: 1
      tanks:
        main: &main
          size: 1GiB
          leak: 10%
        spare:
          <<: *main
          leak: 20%
      """)
    #expect(wash.tanks.map(\.name) == ["main", "spare"])
    #expect(wash.tanks[1].value.size == ByteCount(gibibytes: 1))
    #expect(wash.tanks[1].value.leak == Fraction(0.2))
    // The value that came through the anchor points at the anchor.
    #expect(resolved["tanks.spare.size"]?.provenance.location.line == 4)
  }

  @Test(
    "a key that is here twice is shown where it is the second time",
    arguments: [
      ("orrery: 1\nopening: 1h\nqueueing: first-come\nopening: 2h\n", "4:1", "opening"),
      ("orrery: 1\ntanks: {main: {leak: 1%, size: 1GiB, leak: 2%}}\n", "2:38", "leak"),
      (
        "orrery: 1\nsite:\n  bays:\n    - name: a\n      count: 1\n      # count: 2\n      count: 3\n",
        "7:7", "count"
      ),
      ("orrery: 1\ntanks:\n  \"a\": {}\n  b: {}\n  a: {}\n", "5:3", "a"),
      ("orrery: 1\ntitle: 'opening: hours'\nopening: 1h\nopening: 2h\n", "4:1", "opening"),
    ])
  func duplicates(text: String, place: String, key: String) {
    let found = findings(text)
    #expect(found.hasPrefix("wash.yaml:\(place): error: key '\(key)' is here twice"), "\(found)")
  }

  @Test("aliases cannot make a file grow without bound")
  func bombs() {
    var values = "orrery: 1\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
    for level in 1...9 {
      let copies = Array(repeating: "*a\(level - 1)", count: 6).joined(separator: ",")
      values += "a\(level): &a\(level) [\(copies)]\n"
    }
    #expect(findings(values).contains("holds more than 2000000 values"))
    // The same tower as a key would be hashed in full before anyone could count it.
    #expect(findings(values + "? *a9\n: 1\n").contains("error: a key is an alias"))
    #expect(findings(values + "*a9 : 1\n").contains("error: a key is an alias"))
    #expect(findings(values + "[*a9]: 1\n").contains("error: a key is a list or mapping"))
    #expect(findings(values + "? - *a9\n: 1\n").contains("error: a key is a list or mapping"))
    let many = "orrery: 1\nx: &x 1\ny: [" + String(repeating: "*x, ", count: 65) + "]\n"
    #expect(findings(many).contains("wash.yaml:3:1: error: the file uses more than 64 aliases"))
    // Products in expectations are no aliases, however many there are.
    let products = (1...70).map {
      "  - { id: e\($0), class: T4, that: 2 * mean(x) > 1 * mean(y) }\n"
    }
    #expect(findings("orrery: 1\nexpect:\n" + products.joined()) == "")
  }

  @Test("deep nesting is an error, not a stack overflow", arguments: [100, 900, 5_000, 200_000])
  func deep(levels: Int) {
    let flow = "orrery: 1\nx: " + String(repeating: "[", count: levels)
    #expect(findings(flow + String(repeating: "]", count: levels)).contains("error"))
    #expect(findings(flow).contains("error"))
    let dashes = "orrery: 1\nx:\n" + String(repeating: "- ", count: levels) + "a\n"
    #expect(findings(dashes).contains("error"))
  }

  @Test("a chain of aliases does not reach the bottom of the stack")
  func chain() {
    func chain(_ depth: Int) -> String {
      let open = String(repeating: "[", count: depth)
      let close = String(repeating: "]", count: depth)
      return (1...60).reduce("orrery: 1\na0: &a0 \(open)\(close)\n") {
        $0 + "a\($1): &a\($1) \(open)*a\($1 - 1)\(close)\n"
      }
    }
    #expect(findings(chain(900)).contains("nested more than 64 levels"))
    #expect(findings(chain(62)).contains("nested more than 64 levels"))
    #expect(findings(chain(62) + "b: [").contains("not YAML"))
  }

  @Test("what is not a scenario at all")
  func shapes() {
    #expect(findings("") == "wash.yaml:1:1: error: the file is empty")
    #expect(findings("# nothing\n") == "wash.yaml:1:1: error: the file is empty")
    #expect(findings("~") == "wash.yaml:1:1: error: the file is empty")
    #expect(findings("- a\n").hasPrefix("wash.yaml:1:1: error: found a list; expected a mapping"))
    #expect(findings("hello\n").hasPrefix("wash.yaml:1:1: error: found 'hello'; expected"))
    #expect(findings("orrery: 1\n---\na: 1\n").contains("a second document starts here"))
    #expect(findings("orrery: 1\n[a]: 1\n").contains("2:1: error: a key is a list or mapping"))
    #expect(findings("orrery: 1\n\topening: 1h\n").contains("2:1: error: not YAML"))
    #expect(findings("orrery: 2\n").contains("1:9: error: format version '2' is not known"))
    #expect(findings("title: x\n").contains("key 'orrery' is missing at the top level"))
    #expect(
      findings("orrery: 1\nx: *nowhere\n").contains("2:4: error: not YAML: found undefined alias"))
  }

  @Test("files that cannot be read, one clear error each")
  func files() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("orrery-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let loader = ScenarioLoader(root: CarWash.self)
    func problem(_ path: String) -> String {
      do {
        _ = try loader.load(path)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(problem("/nowhere/x.yaml") == "/nowhere/x.yaml: error: there is no such file")
    #expect(problem("").hasSuffix("error: there is no such file"))
    #expect(problem("a\u{0}b").hasSuffix("error: there is no such file"))
    #expect(
      problem(folder.path)
        == "\(folder.path): error: this is a directory, not a file (name a .yaml file in it)")
    let broken = folder.appendingPathComponent("broken.yaml").path
    try Data([0x61, 0x3A, 0x20, 0xFF]).write(to: URL(fileURLWithPath: broken))
    #expect(problem(broken) == "\(broken): error: byte 3 is not UTF-8")
    // A hundred megabytes, sparse: refused after sixteen.
    let large = folder.appendingPathComponent("large.yaml").path
    #expect(FileManager.default.createFile(atPath: large, contents: nil))
    let handle = try #require(FileHandle(forWritingAtPath: large))
    try handle.truncate(atOffset: 100 << 20)
    try handle.close()
    #expect(problem(large) == "\(large): error: the file is larger than 16 MiB")
  }

  @Test("samples of a distribution come from a CSV file beside the scenario")
  func samples() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("orrery-csv-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try "\"a,b\",latency\n1,10ms\n2,0.02\n3,30ms\n"
      .write(to: folder.appendingPathComponent("s.csv"), atomically: true, encoding: .utf8)
    let scenario = folder.appendingPathComponent("s.yaml").path
    func write(_ column: String) throws {
      try
        "orrery: 1\nsite: {bays: [{name: a, count: 1, tank: none, wax: {}, service: {empirical: {file: s.csv, column: \(column)}}}]}\n"
        .write(toFile: scenario, atomically: true, encoding: .utf8)
    }
    try write("latency")
    let loader = ScenarioLoader(root: CarWash.self)
    let point = try #require(try loader.load(scenario).points().first)
    let service = try point.configuration(as: CarWash.self).0.site.bays[0].value.service
    #expect(service.seconds == .empirical(try .init([0.01, 0.02, 0.03])))
    try write("latencx")
    #expect {
      try loader.load(scenario)
    } throws: {
      "\($0)".contains("s.csv has no column 'latencx' (did you mean 'latency'?)")
    }
  }
}
