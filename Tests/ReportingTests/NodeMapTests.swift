// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Reporting
import Testing

/// Maps of nodes, as text.
@Suite struct NodeMapTests {
  /// The boxes of each colour in each map.
  private static func boxes(_ html: String) -> [String] {
    html.matches(of: #/<path class="([nsuf][0-9 q]*)" d="([^"]*)"/#)
      .map { "\($0.output.1): \($0.output.2)" }
  }

  @Test("a box for each run of equal cells, in units of cells")
  func drawing() throws {
    let html = RunReport(
      try HandMadeReport.single(), series: [[]], nodes: [HandMadeReport.nodes]
    ).text
    #expect(
      Self.boxes(html) == [
        "n1: M0 0h10v1h-10zM2 1h8v1h-8z", "n5 q3: M5 0h1v1h-1z",
        "u0: M0 0h2v1h-2z", "s3: M5 0h1v1h-1z", "s5: M2 0h3v1h-3zM6 0h2v1h-2z",
        "s9: M8 0h2v1h-2z",
        "u0: M0 0h10v1h-10zM2 1h8v1h-8z", "f3: M5 0h1v1h-1z",
      ])
    #expect(html.contains("rows of up to 2 nodes, columns of 10 s, looked at every 2.5 s"))
    #expect(html.contains("data-n=\"&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt; 1 to 2\""))
  }

  /// 600 s in 240 columns: the second of five nodes is down from 100 s to 200 s, columns 40 to 79.
  @Test("a run's map has the scripted failure in its cells")
  func run() throws {
    let text =
      SmallExperiment.single.replacing("duration: 8s, warmUp: 2s", with: "duration: 600s") + """
        faults:
          - { name: power, at: [100s], units: [1], effect: node-down, repair-time: 100s }

        """
    let html = try RunReport(try SmallExperiment.result(text)).text
    let stopped = Self.boxes(html).filter { $0.hasPrefix("n5") }
    #expect(stopped == ["n5 q3: M40 1h40v1h-40z"])
    let faults = Self.boxes(html).filter { $0.hasPrefix("f") }
    #expect(faults == ["f1: M40 1h40v1h-40z"])
    // No GPUs, no map of their use.
    #expect(
      html.matches(of: #/<figure data-view="([a-z]+)"/#).map(\.output.1) == ["state", "faults"])
  }
}
