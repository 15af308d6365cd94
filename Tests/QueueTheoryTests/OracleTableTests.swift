// SPDX-License-Identifier: Apache-2.0

import Stochastics
import TestSupport
import Testing

@Suite struct OracleTableTests {
  @Test func keepsTextNumbersAndAbsentValues() throws {
    let rows = try OracleTable(text: "name,x,y\na b,1.5,\n\nc,nan,2\n").rows
    #expect(rows.map(\.line) == [2, 4])
    #expect(try rows[0].text("name") == "a b")
    #expect(try rows[0].number("x") == 1.5)
    #expect(try rows[0].number("y") == nil)
    #expect(try rows[1].number("x") == nil)
    #expect(try rows[1].number("y") == 2)
  }

  @Test func saysWhyATableCannotBeUsed() throws {
    #expect(throws: OracleTable.Failure.empty) { try OracleTable(text: "") }
    #expect(throws: OracleTable.Failure.fieldCount(line: 3)) {
      try OracleTable(text: "a,b\n1,2\n3\n")
    }
    let row = try #require(try OracleTable(text: "a\nx\n").rows.first)
    #expect(throws: OracleTable.Failure.noColumn("b")) { try row.number("b") }
    #expect(throws: OracleTable.Failure.notANumber(line: 2, column: "a")) { try row.number("a") }
  }
}
