// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Measurement
import Reporting
import Scenario
import Testing

/// One check with everything in it: expectations of every verdict, a figure that got worse, a
/// changed golden summary, a slower simulator and a scenario that could not be run.
@Suite struct CheckReportTests {
  private static func outcome() throws -> CheckOutcome {
    func record(_ values: [Double], fingerprint: String = "a") -> CheckRecord {
      CheckRecord(
        scenario: "small", tier: "full",
        points: [
          .init(
            name: "base", fingerprint: fingerprint, seeds: ["1", "2", "3"],
            figures: [
              .init(name: "p50(x{a=\"1|2\"})", unit: .seconds, worse: .higher, values: values),
              .init(name: "rate(y)", worse: .lower, values: [1, 9, 200]),
            ])
        ])
    }
    func speed(_ seconds: Double) -> SpeedMeasurement {
      var speed = SpeedMeasurement(events: 1_000)
      for noise in [0.999, 1, 1.001] {
        speed.add(cpuSeconds: seconds * noise, yardstickSeconds: 0.01)
      }
      return speed
    }
    let old = record([1.00, 1.001, 0.999])
    let now = record([1.5, 1.501, 1.499], fingerprint: "b")
    let baseline = Baseline(
      tier: "full", machine: "one", scenarios: [old], speeds: ["small": speed(1)])
    let result = try SmallExperiment.result(SmallExperiment.variants)
    return CheckOutcome(
      tier: "full", isStrict: false,
      scenarios: [
        .init(
          name: "small", experiments: result.experiments, record: now,
          golden: GoldenComparison(old, now: now)),
        .init(
          name: "broken",
          failure: .init(message: "broken.yaml:1:1: error: <no> & \"no\"\u{1}", exitCode: .badInput)
        ),
      ],
      baseline: BaselineComparison(baseline, now: [now]),
      speed: SpeedComparison(baseline, machine: "one", now: [("small", speed(2))]))
  }

  @Test func theWorstCodeWins() throws {
    let outcome = try Self.outcome()
    #expect(outcome.exitCode == .badInput)
    let met = CheckOutcome(tier: "full", isStrict: true, scenarios: [])
    #expect(met.exitCode == .success)
    let worse = CheckOutcome(
      tier: "full", isStrict: false, scenarios: [], baseline: outcome.baseline)
    #expect(worse.exitCode == .worseThanBaseline)
    let slower = CheckOutcome(tier: "full", isStrict: false, scenarios: [], speed: outcome.speed)
    #expect(slower.exitCode == .worseThanBaseline)
  }

  /// Counts by hand: slower met, impossible missed, wide cannot tell, tuned fitted; golden changed,
  /// p50 worse, rate within its band, speed slower; and the scenario that could not be run.
  @Test func junitCounts() throws {
    let text = JUnitReport(try Self.outcome()).text
    #expect(
      text.contains(
        "<testsuites name=\"orrery check\" tests=\"9\" failures=\"4\" errors=\"1\" skipped=\"2\">"))
    #expect(
      text.contains(
        "<testsuite name=\"small\" tests=\"8\" failures=\"4\" errors=\"0\" skipped=\"2\">"))
    #expect(text.contains("&lt;no&gt; &amp; &quot;no&quot;?"))
  }

  /// The shape that CI systems read, as an XML Schema of our own.
  private static let schema = """
    <?xml version="1.0"?>
    <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
      <xs:attributeGroup name="counts">
        <xs:attribute name="name" type="xs:string" use="required"/>
        <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
        <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
        <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
        <xs:attribute name="skipped" type="xs:nonNegativeInteger" use="required"/>
      </xs:attributeGroup>
      <xs:complexType name="outcome"><xs:simpleContent><xs:extension base="xs:string">
        <xs:attribute name="message" type="xs:string" use="required"/>
        <xs:attribute name="type" type="xs:string"/>
      </xs:extension></xs:simpleContent></xs:complexType>
      <xs:element name="testcase"><xs:complexType>
        <xs:choice minOccurs="0">
          <xs:element name="skipped" type="outcome"/>
          <xs:element name="failure" type="outcome"/>
          <xs:element name="error" type="outcome"/>
        </xs:choice>
        <xs:attribute name="classname" type="xs:string" use="required"/>
        <xs:attribute name="name" type="xs:string" use="required"/>
      </xs:complexType></xs:element>
      <xs:element name="testsuite"><xs:complexType>
        <xs:sequence><xs:element ref="testcase" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
        <xs:attributeGroup ref="counts"/>
      </xs:complexType></xs:element>
      <xs:element name="testsuites"><xs:complexType>
        <xs:sequence><xs:element ref="testsuite" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
        <xs:attributeGroup ref="counts"/>
      </xs:complexType></xs:element>
    </xs:schema>
    """

  private static let xmllint = "/usr/bin/xmllint"

  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: xmllint),
      "xmllint is not installed (apt: libxml2-utils)"))
  func junitIsValid() throws {
    let text = JUnitReport(try Self.outcome()).text
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("orrery-junit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["schema.xsd": Self.schema, "junit.xml": text]
    for (name, content) in files {
      try Data(content.utf8).write(to: folder.appendingPathComponent(name))
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.xmllint)
    process.arguments = ["--noout", "--schema", "schema.xsd", "junit.xml"]
    process.currentDirectoryURL = folder
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func markdownNamesWhatWentWrong() throws {
    let text = CheckMarkdown(try Self.outcome()).text
    #expect(text.hasPrefix("## orrery check: could not be done\n"))
    #expect(text.contains("Tier full, 1 experiment: 1 missed."))
    #expect(text.contains("- **broken**: broken.yaml:1:1: error: &lt;no&gt; &amp; \"no\""))
    #expect(text.contains("| small | base: fingerprint was a, is b |"))
    #expect(
      text.contains(
        "| small | base | `p50(x{a=\"1\\|2\"})` | 1 s | 1.5 s | +50.0 % |"))
    #expect(text.contains("| **worse** |"))
    #expect(text.contains("1 figure cannot see 10 %"))
    #expect(text.contains("| **slower** |"))
    // Every row of a table has as many cells as its header.
    var columns = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        columns = 0
        continue
      }
      let cells = line.replacing("\\|", with: "").count { $0 == "|" }
      if columns == 0 { columns = cells }
      #expect(cells == columns, "\(line)")
    }
  }

  @Test func textListsBands() throws {
    let text = CheckSummary(try Self.outcome()).text
    #expect(text.contains("1 worse, 0 better, 1 within their bands"))
    #expect(text.contains("1 of 2 figures cannot see 10 %"))
    let row = try #require(text.split(separator: "\n").first { $0.contains("rate(y)") })
    #expect(row.hasSuffix("%  cannot see 10 %"))
    #expect(text.contains("golden summaries: 0 unchanged, 1 changed"))
    #expect(text.contains("slower"))
  }

  @Test func jsonHasTheRegressions() throws {
    let json = CheckDocument(try Self.outcome()).json
    guard case .array(let regressions) = json["regressions"] else {
      Issue.record("no regressions")
      return
    }
    #expect(regressions.map { $0["figure"] } == ["p50(x{a=\"1|2\"})", "events per CPU-second"])
    #expect(json["exitCode"] == 2)
  }
}
