// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Reporting
import Testing

/// Reports of a comparison, a sweep and a search, as text.
@Suite struct QuestionReportTests {
  @Test("what is worse stands first, with the interval that a table of Student's t gives")
  func comparison() throws {
    let html = try QuestionReports.comparison()
    #expect(html.contains("1 worse, 1 same"))
    // Differences 5, 5.1, 4.9, 5, 5: mean 5, deviation 0.0707, t(4) = 2.776, half 0.0878 of 10.
    #expect(html.contains("+49.12 % to +50.88 %") && html.contains("+50 %"))
    let worse = try #require(html.range(of: "✗ worse"))
    let same = try #require(html.range(of: "= same"))
    #expect(worse.lowerBound < same.lowerBound)
    #expect(html.contains("<td data-h=\"&lt;b&gt;slow\">&lt;2&gt;</td>"))
    #expect(!html.contains("<b>slow") && !html.contains("wait<b>"))
    #expect(RunReportTests.unbalanced(html) == nil)
  }

  @Test("factors that double stand evenly on a logarithmic axis, with the planted power")
  func sweep() throws {
    let results = try QuestionReports.swept()
    let html = SweepReport(results).text
    let places = html.matches(of: #/<circle cx="(\d+)"/#).compactMap { Int($0.output.1) }
    // 420 wide from 84 on, with 3 % of the span as room at both ends: steps of log 2.
    #expect(places == [96, 228, 360, 492, 96, 228, 360, 492])
    #expect(html.contains("both axes logarithmic"))
    #expect(html.contains("base: grows with power 1.5 (1.5 to 1.5)"))
    // One replication has no interval.
    #expect(html.matches(of: #/class="interval"/#).count == 4)
    #expect(html.contains("8 rows, as in table.csv"))
    #expect(RunReportTests.unbalanced(html) == nil && !html.contains("wait<b>"))
  }

  @Test("the plot of a sweep is a drawing that stands alone")
  func plot() throws {
    let svg = SweepReport.plot(try QuestionReports.swept())
    #expect(svg.hasPrefix("<?xml") && svg.contains("xmlns=\"http://www.w3.org/2000/svg\""))
    // Eight points, and a key for each of two lines.
    #expect(svg.matches(of: #/<circle /#).count == 8 + 2)
    #expect(RunReportTests.unbalanced(svg.replacing(#/<\?xml.*\?>/#, with: "")) == nil)
    #expect(!svg.contains("wait<b>") && svg.contains("wait&lt;b&gt;"))
  }

  @Test("a search shows its answer, every value it tried, and what binds")
  func search() throws {
    let (html, trials) = try QuestionReports.searched()
    #expect(
      html.contains(
        "largest cluster.nodePools.gpu.count at which all objectives hold: 70; at 71 they do not"))
    #expect(html.matches(of: #/<circle /#).count == trials)
    #expect(html.matches(of: #/<path class="bound"/#).count == 1)
    #expect(html.contains("At 71, the nearest value that does not hold:"))
    #expect(RunReportTests.unbalanced(html) == nil && !html.contains("<b>leases"))
  }
}
