// SPDX-License-Identifier: Apache-2.0
import Experiments
import Measurement
import Testing

@testable import Reporting

@Suite struct ChartTests {
  /// Absolute places of a path as the drawing has them, read by another way than it was written.
  static func places(_ path: Substring) -> [[Int]] {
    let numbers = path.matches(of: #/-?\d+/#).compactMap { Int($0.output) }
    var place = [0, 0]
    return stride(from: 0, to: numbers.count - 1, by: 2).map { index in
      place = [place[0] + numbers[index], place[1] + numbers[index + 1]]
      return place
    }
  }

  /// The paths of a class in a piece of markup.
  static func paths(_ name: String, in html: HTML) -> [[[Int]]] {
    html.markup.matches(of: #/<path class="([a-z]+)" d="([^"]*)"/#)
      .filter { $0.output.1 == name }.map { places($0.output.2) }
  }

  /// Buckets of 10 s in 100 s; the largest value, 27, stands below an axis of 30.
  @Test func bandAndLineLieWhereTheValuesAre() {
    let chart = TimeChart(
      panel: ChartPanel(title: "level", lines: [("", HandMadeReport.level())]), duration: 100)
    let html = chart.html
    let middles = (0..<10).map { 500 + 1_000 * $0 }
    func heights(_ factor: Double) -> [Int] {
      (0..<10).map { Int((10_000 - factor * Double($0) / 30 * 10_000).rounded()) }
    }
    #expect(
      Self.paths("last", in: html) == [zip(middles, heights(2)).map { [$0, $1] }])
    let band = Self.paths("band", in: html)[0]
    #expect(band.prefix(10) == ArraySlice(zip(middles, heights(3)).map { [$0, $1] }))
    #expect(band.suffix(10).reversed() == zip(middles, heights(1)).map { [$0, $1] })
    #expect(html.markup.contains(#"data-points="10" data-top="30.0" data-unit="nodes""#))
    #expect(html.markup.contains("level over time: 0 to 27, at the end 18"))
  }

  @Test func oneBucketIsADot() {
    let chart = TimeChart(
      panel: ChartPanel(title: "level", lines: [("", HandMadeReport.level(factors: [5]))]),
      duration: 100)
    #expect(chart.pointCount == 1)
    #expect(Self.paths("last", in: chart.html) == [[[500, 3_333]]])  // 10 of 15
  }

  @Test func noMoreBucketsThanAScreenShows() {
    let long = HandMadeReport.level(factors: (0..<5_000).map { Double($0 % 100) })
    let chart = TimeChart(panel: ChartPanel(title: "level", lines: [("", long)]), duration: 50_000)
    #expect(chart.pointCount == 556)  // nine together: 5000 / 9, rounded up
    #expect(Self.paths("last", in: chart.html)[0].count == 556)
  }

  @Test(
    arguments: [
      (0, [0, 1]), (1, [0, 0.5, 1]), (27, [0, 10, 20, 30]), (80, [0, 20, 40, 60, 80]),
      (504, [0, 200, 400, 600]), (0.003, [0, 0.001, 0.002, 0.003]),
    ] as [(Double, [Double])])
  func valueAxesEndAtRoundValues(largest: Double, ticks: [Double]) {
    let found = AxisTicks.values(upTo: largest, in: .count("pods"))
    #expect(found.count == ticks.count)
    #expect(zip(found, ticks).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  /// 1,000 lines share 150,000 buckets: 150 each, of ten by ten neighbours.
  @Test func aPageOfManyLinesIsCoarser() {
    let long = HandMadeReport.level(factors: (0..<1_500).map { Double($0) })
    let panel = ChartPanel(title: "level", lines: [("", long)])
    func count(_ lines: Int) -> Int {
      TimeChart(panel: panel, duration: 15_000, linesOnPage: lines).pointCount
    }
    #expect(count(1_000) == 150)
    #expect(count(1) == 500)
    #expect(count(1_000_000) == 100)
  }

  @Test func timesAreCountedInMinutesAndHours() {
    #expect(AxisTicks.times(until: 7_200) == [0, 1_800, 3_600, 5_400, 7_200])
    #expect(AxisTicks.timeText(5_400, step: 1_800) == "90 min")
    #expect(AxisTicks.times(until: 86_400).count == 5)
    #expect(AxisTicks.timeText(21_600, step: 21_600) == "6 h")
    #expect(AxisTicks.values(upTo: 3_400, in: .seconds) == [0, 900, 1_800, 2_700, 3_600])
  }

  @Test func logarithmicAxesEncloseAllValues() {
    func values(_ low: Double, _ high: Double) -> [Double] {
      LogarithmicTicks.heights(from: low, to: high).map { exp10($0) }
    }
    func isClose(_ a: [Double], _ b: [Double]) -> Bool {
      a.count == b.count && zip(a, b).allSatisfy { abs($0 / $1 - 1) < 1e-9 }
    }
    #expect(isClose(values(0.47, 0.52), [0.2, 0.5, 1]))
    #expect(isClose(values(0.001, 4), [0.001, 0.01, 0.1, 1, 10]))
    #expect(isClose(values(16, 16), [10, 20]))
    #expect(isClose(values(1, 1), [1, 2]))
  }

  private func exp10(_ height: Double) -> Double {
    var value = 1.0
    let whole = Int(height.rounded(.down))
    for _ in 0..<abs(whole) { value *= whole < 0 ? 0.1 : 10 }
    let part = height - Double(whole)
    return value * (part < 0.1 ? 1 : part < 0.5 ? 2 : 5)
  }

  /// min at 0, p50 at log10(2), p90 at 1 ... of an axis as long as its samples are many.
  @Test func distributionsAreLogarithmicInBothDirections() throws {
    let metrics = try HandMadeReport.single().points[0].metrics
    let panel = ChartPanel(title: "wait", lines: [("many", metrics[0]), ("few", metrics[1])])
    let chart = DistributionChart(panel: panel)
    // All seven of 2000 samples; of five, only min, p50 and max can be told apart.
    #expect(chart.pointCount == 10)
    let lines = Self.paths("last", in: chart.html)
    #expect(lines.map(\.count) == [7, 3])
    // 1 / 2000 lies at 3.3 of 4; values from 1 ms to 4 s on an axis from 1 ms to 10 s.
    #expect(lines[0].map { $0[0] } == [0, 753, 2_500, 3_253, 5_000, 7_500, 8_253])
    #expect(lines[0].prefix(3).map { $0[1] } == [10_000, 7_500, 5_000])
    #expect(lines[1][0] == [0, 2_500])
    #expect(DistributionChart.places(of: metrics[1]).map(\.name) == ["min", "p50", "max"])
  }

  /// Series that belong together share a chart as long as its lines can be told apart.
  @Test func panels() {
    func series(_ count: Int) -> [(metric: String, labels: String, value: Int)] {
      (0..<count).map { ("m", "k=\($0)", $0) }
    }
    func labels(_ points: Int, _ count: Int, isApart: Bool) -> [[String]] {
      let names = ["base", "fast", "slow", "more"].prefix(points)
      return ChartPanel<Int>.all(names.map { ($0, series(count)) }, isApart: isApart)
        .map { $0.lines.map(\.label) }
    }
    #expect(labels(1, 7, isApart: true).map(\.count) == [6, 1])
    #expect(labels(1, 2, isApart: true) == [["k=0", "k=1"]])
    #expect(
      labels(2, 2, isApart: true) == [["base · k=0", "fast · k=0"], ["base · k=1", "fast · k=1"]])
    #expect(labels(2, 4, isApart: false).map(\.count) == [6, 2])
    #expect(labels(4, 2, isApart: false).map(\.count) == [4, 4])
  }
}
