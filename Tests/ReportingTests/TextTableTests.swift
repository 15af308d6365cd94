// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Reporting

@Suite struct TextTableTests {
  @Test("Columns line up, and no line ends in blanks")
  func columns() {
    var table = TextTable([.left, .right, .left])
    table.add(["name", "n", "note"])
    table.add(["a", "1,000"])
    table.add(["longer", "20 ms", "µs"])
    #expect(
      table.lines(indent: "  ") == [
        "  name        n  note",
        "  a       1,000",
        "  longer  20 ms  µs",
      ])
  }

  @Test("Titles make columns as wide as they are, and are no row")
  func titles() {
    var table = TextTable([("name", .left), ("count", .right)])
    #expect(table.isEmpty && table.text == "name  count")
    table.add("a", "1,000,000")
    table.add("longer")
    #expect(!table.isEmpty)
    #expect(table.text == "name        count\na       1,000,000\nlonger")
    #expect(TextTable("a", "b").text == "a  b")
  }

  @Test(
    "File names are plain",
    arguments: [
      ("local-ssd", "local-ssd"), ("slow/disk", "slow-disk"),
      ("count=400,rate=30/s", "count=400,rate=30-s"),
      ("../up", "_..-up"), (".hidden", "_.hidden"), ("", "_"), ("Größe", "Gr--e"),
    ])
  func fileNames(text: String, name: String) {
    #expect(text.asFileName == name)
  }
}
