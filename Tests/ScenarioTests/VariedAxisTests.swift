// SPDX-License-Identifier: Apache-2.0
import Scenario
import Testing

/// `--vary`: lists and ranges.
struct VariedAxisTests {
  @Test(arguments: [
    ("a.b=1,2,3", ["1", "2", "3"]),
    ("a.b=1k..3k:500", ["1000", "1500", "2000", "2500", "3000"]),
    ("a.b=1..10:4", ["1", "5", "9"]),
    ("a.b=1..64:*4", ["1", "4", "16", "64"]),
    ("a.b=0.1..0.3:0.1", ["0.1", "0.2", "0.30000000000000004"]),
    ("a.b=1ms..3ms:1ms", ["1ms", "2ms", "3ms"]),
    ("a.b=1GiB..2GiB:0.5", ["1GiB", "1.5GiB", "2GiB"]),
    ("a.b=lognormal(median: 1ms, sigma: 0.3), 2ms", ["lognormal(median: 1ms, sigma: 0.3)", "2ms"]),
    ("a.b=[x, y],z", ["[x, y]", "z"]),
  ])
  func values(_ text: String, _ expected: [String]) throws {
    let axis = try VariedAxis(parsing: text)
    #expect(axis.path == "a.b" && axis.values == expected)
  }

  @Test(arguments: [
    "a.b", "=1", "a.b=", "a.b=1,,2", "a.b=3..1:1", "a.b=1..3:0", "a.b=1..3:*1", "a.b=1ms..3s:1ms",
    "a.b=1..1M:0.001",
  ])
  func refused(_ text: String) {
    #expect(throws: VaryProblem.self) { try VariedAxis(parsing: text) }
  }
}
