// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Reporting
import Testing

@Suite struct RunReportTests {
  private static let series = [
    HandMadeReport.level(), HandMadeReport.level("other", labels: "k=\(HandMadeReport.nasty)"),
    HandMadeReport.level("still", unit: "faults", factors: [0, 0]),
  ]

  private static func several() throws -> String {
    RunReport(try HandMadeReport.several(), series: [series, series]).text
  }

  /// Every tag that is opened is closed, in the right order; so no text became a tag.
  static func unbalanced(_ html: String) -> String? {
    let void: Set<Substring> = ["meta", "br", "!doctype"]
    var open: [Substring] = []
    let body = html.replacing(#/(<style>|<script>)(.|\n)*?(<\/style>|<\/script>)/#, with: "")
    for tag in body.matches(of: #/<(\/?)([a-zA-Z0-9!]+)([^<>]*?)(\/?)>/#) {
      let (name, isEnd, isClosed) = (tag.output.2, tag.output.1 == "/", tag.output.4 == "/")
      if isClosed || void.contains(name) { continue }
      if !isEnd {
        open.append(name)
      } else if open.popLast() != name {
        return "</\(name)> at \(body[tag.range.lowerBound...].prefix(80))"
      }
    }
    return open.isEmpty ? nil : "open at the end: \(open)"
  }

  @Test func textOfUsersNeverBecomesMarkup() throws {
    let html = try Self.several()
    #expect(Self.unbalanced(html) == nil)
    // What a user wrote is there, and only escaped.
    let body = html.replacing(#/<script>(.|\n)*<\/script>/#, with: "")
    for place in [
      " title</h1>", " title</title>", " post, X-1", " reason", " because", " published", " disk",
      " PUT", " warning",
    ] {
      #expect(body.contains("&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;" + place), "\(place)")
    }
    for word in ["other", "a.&lt;b&gt;", "idle.&lt;b&gt;", "a&lt;b&gt;.yaml:3:4"] {
      #expect(body.contains(word), "\(word)")
    }
    // The only bold texts are the report's own; none came from a name.
    #expect(!body.contains("<b>&"))
    #expect(!body.contains("&\"'"))
  }

  @Test func nothingIsLoadedFromElsewhere() throws {
    let html = try Self.several()
    let links = html.matches(of: #/(?:href|src|action|data)\s*=\s*"([^"]*)"/#).map(\.output.1)
    #expect(links.filter { !$0.hasPrefix("#") } == ["https://example.org/?a=1&amp;b=&quot;2&quot;"])
    #expect(html.contains("default-src 'none'"))
    #expect(!html.contains("@import") && !html.contains("url(") && !html.contains("<link"))
  }

  /// Addresses that are none do not become links.
  @Test func onlyWebAddressesAreLinks() throws {
    let text = HandMadeReport.document(variant: "base")
      .replacing("https://example.org/", with: "javascript:alert(1)//")
    let html = RunReport(try SavedExperiment(head: text, points: []), series: []).text
    #expect(!html.contains("javascript:"))
  }

  @Test func everyChartSaysHowManyPointsItHas() throws {
    let html = try Self.several()
    let counts = html.matches(of: #/<figure class="chart ([a-z]+)" data-points="(\d+)"/#)
      .map { "\($0.output.1) \($0.output.2)" }
    // Two series of ten buckets, both points in one chart each; four lines of 7 + 3 + 7 + 3.
    #expect(counts == ["time 20", "time 20", "distribution 20"])
    // Two series move and are counted in nodes; the third never changed.
    #expect(html.matches(of: #/class="map" data-rows="2"/#).count == 2)
    #expect(html.contains("2 series that never changed"))
    #expect(html.contains("still: 0"))
  }

  @Test func onePointHasItsLinesTogether() throws {
    let html = RunReport(
      try HandMadeReport.single(),
      series: [[HandMadeReport.level(labels: "k=1"), HandMadeReport.level(labels: "k=2")]]
    ).text
    #expect(Self.unbalanced(html) == nil)
    let counts = html.matches(of: #/<figure class="chart ([a-z]+)" data-points="(\d+)"/#)
      .map { "\($0.output.1) \($0.output.2)" }
    #expect(counts == ["time 20", "distribution 10"])
    #expect(!html.contains("differ from"))
  }

  @Test func saysWhatIsWrongFirstAndWhatIsAbsent() throws {
    let html = try Self.several()
    let missed = try #require(html.range(of: "✗ missed"))
    let met = try #require(html.range(of: "✓ met"))
    #expect(missed.lowerBound < met.lowerBound)
    #expect(html.contains("1 missed, 1 met"))
    #expect(html.contains("0.9 s") || html.contains("900 ms to 1.1 s"))
    #expect(html.contains("No nodes were followed over time"))
    // A quarter of the time is in no account.
    #expect(html.contains("not accounted for 25 %"))
    #expect(html.contains("1 value differs from base"))
  }

  /// Rows are places where the series tell them.
  @Test func nodesAndPoolsAreRowsWhereThereAre() throws {
    let html = RunReport(
      try HandMadeReport.single(),
      series: [
        [HandMadeReport.level("gpu_use", labels: "pool=a100", unit: ""), HandMadeReport.level()]
      ]
    ).text
    #expect(html.contains("gpu_use pool=a100") && html.contains(#"data-rows="2""#))
  }

  /// A point whose series are gone is reported without them.
  @Test func withoutSeries() throws {
    let html = RunReport(try HandMadeReport.single(), series: [[]]).text
    #expect(html.contains("Nothing that changed was followed over time."))
    #expect(Self.unbalanced(html) == nil)
  }

  /// A run that was just made and the same read back: equal bytes.
  @Test func savedAndLiveAreTheSame() throws {
    let folder = NSTemporaryDirectory() + "report-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let result = try SmallExperiment.result(SmallExperiment.variants)
    try RunFolder(folder).write(result, hasReport: true)
    let written = try String(contentsOfFile: folder + "/report.html", encoding: .utf8)
    let saved = try SavedExperiment(reading: folder)
    let series = try saved.series()
    #expect(series.count == 2 && !series[0].isEmpty && !series[1].isEmpty)
    let nodes = try saved.nodeHistories()
    #expect(nodes.map { $0?.rows.count } == [5, 5])
    #expect(RunReport(saved, series: series, nodes: nodes).text == written)
    // Of before nodes were kept: readable, and it says so.
    try FileManager.default.removeItem(atPath: folder + "/base/nodes.json")
    let older = try saved.nodeHistories()
    #expect(older[0] == nil && older[1] != nil)
    let text = RunReport(saved, series: series, nodes: older).text
    #expect(text.contains("<p>No nodes were followed.</p>") && Self.unbalanced(text) == nil)
    #expect(Self.unbalanced(written) == nil)
  }
}
