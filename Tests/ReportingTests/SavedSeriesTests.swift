// SPDX-License-Identifier: Apache-2.0
import Experiments
import Testing

@Suite struct SavedSeriesTests {
  private static let header =
    "metric,labels,unit,startSeconds,widthSeconds,minimum,maximum,last,count\n"

  @Test func readsRowsAndQuotedFields() throws {
    let series = try SavedSeries.all(
      csv: Self.header + """
        up,,nodes,0.0,10.0,1.0,3.0,2.0,4
        up,,nodes,10.0,10.0,2.0,2.0,2.0,0
        up,"a=""x, y"";b=2",nodes,0.0,5.0,0.5,1e3,7.0,1

        """, path: "series.csv")
    #expect(series.map(\.labels) == ["", #"a="x, y";b=2"#])
    #expect(series.map(\.widthSeconds) == [10, 5])
    #expect(
      series[0].buckets == [
        .init(startSeconds: 0, minimum: 1, maximum: 3, last: 2),
        .init(startSeconds: 10, minimum: 2, maximum: 2, last: 2),
      ])
    #expect(series[1].buckets == [.init(startSeconds: 0, minimum: 0.5, maximum: 1_000, last: 7)])
  }

  @Test func namesTheRowThatIsNone() {
    #expect(
      throws: SavedResultError.unreadable(
        path: "s.csv", reason: "row 3 is not a bucket of a series")
    ) {
      try SavedSeries.all(
        csv: Self.header + "up,,n,0,1,1,1,1,1\nup,,n,1,1,low,1,1,1\n", path: "s.csv")
    }
  }

  /// 10 buckets into at most 4: threes, the last alone. No extreme is lost.
  @Test func cuttingKeepsExtremes() {
    let cut = HandMadeReport.level(factors: [1, 9, 2, 3, 4, 0, 6, 7, 8, 5]).cut(to: 4)
    #expect(
      cut.buckets == [
        .init(startSeconds: 0, minimum: 1, maximum: 27, last: 4),
        .init(startSeconds: 30, minimum: 0, maximum: 12, last: 0),
        .init(startSeconds: 60, minimum: 6, maximum: 24, last: 16),
        .init(startSeconds: 90, minimum: 5, maximum: 15, last: 10),
      ])
    #expect(cut.widthSeconds == 30)
    #expect(HandMadeReport.level().cut(to: 10) == HandMadeReport.level())
  }
}
