// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Reporting
import Testing

/// Reports as a browser shows them.
@Suite(
  .serialized,
  .enabled(if: Chromium.executable != nil, "needs a browser: apt-get install chromium"))
struct ReportBrowserTests {
  /// Points that each chart says it has, and that are in the drawing of the browser.
  private static func charts(_ page: Chromium.Page) -> [(stated: String, drawn: String?)] {
    page.dom.matches(of: #/<figure ([^>]*)>/#).map { figure in
      func value(_ name: String) -> String? {
        let found = figure.output.1.matches(of: #/([a-z-]+)="([^"]*)"/#)
        return found.first { $0.output.1 == name }.map { String($0.output.2) }
      }
      return (value("data-points") ?? "", value("data-drawn"))
    }
  }

  private static func check(
    _ page: Chromium.Page, timeCharts: Int, width: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(page.console.isEmpty, "\(page.console)", sourceLocation: sourceLocation)
    #expect(try page.root("data-errors") == "none", sourceLocation: sourceLocation)
    let seen = try page.selfTest()
    func number(_ name: String) -> Double? { (seen[name] as? NSNumber)?.doubleValue }
    #expect(number("charts") == Double(timeCharts), sourceLocation: sourceLocation)
    #expect(number("shown") == Double(timeCharts), sourceLocation: sourceLocation)
    // Dragging from a quarter to the middle of the first chart chose that window, in all charts.
    #expect(abs((number("from") ?? 9) - 0.25) < 0.01, sourceLocation: sourceLocation)
    #expect(abs((number("to") ?? 9) - 0.5) < 0.01, sourceLocation: sourceLocation)
    #expect(number("zoomed") == Double(timeCharts), sourceLocation: sourceLocation)
    #expect(number("crosses") == Double(timeCharts), sourceLocation: sourceLocation)
    #expect(number("restored") == Double(timeCharts), sourceLocation: sourceLocation)
    #expect(seen["texts"] as? Bool == true, sourceLocation: sourceLocation)
    // Nothing sticks out at the side.
    #expect(number("width") == Double(width), sourceLocation: sourceLocation)
    #expect(number("overflow") == 0, sourceLocation: sourceLocation)
  }

  @Test(.timeLimit(.minutes(15)), arguments: [1_200, 390])
  func handMade(width: Int) throws {
    let series = [HandMadeReport.level(), HandMadeReport.level("other", labels: "k=<b>&\"'</b>")]
    let report = RunReport(
      try HandMadeReport.several(), series: [series, series], nodes: [HandMadeReport.nodes, nil])
    let page = try Chromium.open(report.text, width: width)
    try Self.check(page, timeCharts: 2, width: width)
    let charts = Self.charts(page)
    // Cells: 18 with a node and one that is not ready; 10 with GPUs; 18 and one with faults.
    #expect(charts.map(\.stated) == ["20", "20", "20", "19", "10", "19"])
    #expect(charts.map(\.drawn) == charts.map(\.stated))
    // One map at a time, and what stands under the pointer in its sixth column.
    let place = "1 \(HandMadeReport.nasty) 1 to 2, 50 s to 60 s: "
    #expect(
      try page.selfTest()["tips"] as? [String] == [
        place + "stopped, ready 50 % of the time", place + "25 % of GPUs in use",
        place + "3 open faults",
      ])
    // In the middle of the zoomed window, at 37.5 s, stands the bucket from 30 s to 40 s: 3, 9, 6.
    #expect(try page.selfTest()["readout"] as? String == "3 to 9, last 6")
    #expect(page.dom.contains("<h1>&lt;b&gt;&amp;\"'&lt;/b&gt; title</h1>"))
  }

  /// Long names of many points break, or their tables scroll; the page itself never does.
  @Test(.timeLimit(.minutes(15)), arguments: [1_200, 390])
  func manyPointsWithLongNames(width: Int) throws {
    let names = (0..<8).map { index in
      String(repeating: index < 4 ? "unbreakable" : "with-hyphens-", count: 4) + "\(index)"
    }
    let texts = names.map { HandMadeReport.document(variant: $0) }
    let series = [HandMadeReport.level()]
    let report = RunReport(
      try SavedExperiment(head: texts[0], points: texts), series: texts.map { _ in series })
    let page = try Chromium.open(report.text, width: width)
    try Self.check(page, timeCharts: 1, width: width)
    // Six of eight are drawn; ten buckets each, and one chart for each of two histograms.
    #expect(Self.charts(page).map(\.drawn) == ["60", "42", "18"])
  }

  @Test(.timeLimit(.minutes(15)))
  func aRun() throws {
    let report = try RunReport(try SmallExperiment.result(SmallExperiment.variants))
    let charts = report.text.matches(of: #/<figure class="chart time"/#).count
    #expect(charts > 0)
    let page = try Chromium.open(report.text, width: 800)
    try Self.check(page, timeCharts: charts, width: 800)
    for chart in Self.charts(page) { #expect(chart.stated == chart.drawn) }
  }

  /// Comparisons, sweeps and searches have no time axis, and their drawings as many points as said.
  @Test(.timeLimit(.minutes(15)), arguments: [1_200, 390])
  func questions(width: Int) throws {
    let (searched, trials) = try QuestionReports.searched()
    let pages: [(text: String, points: [String])] = [
      (try QuestionReports.comparison(), []),
      (SweepReport(try QuestionReports.swept()).text, ["8"]), (searched, ["\(trials)"]),
    ]
    for (text, points) in pages {
      let page = try Chromium.open(text, width: width)
      #expect(page.console.isEmpty, "\(page.console)")
      #expect(try page.root("data-errors") == "none")
      #expect(Self.charts(page).map(\.drawn) == points)
      #expect(Self.charts(page).map(\.stated) == points)
      #expect((try page.selfTest()["overflow"] as? NSNumber)?.intValue == 0)
    }
  }
}
