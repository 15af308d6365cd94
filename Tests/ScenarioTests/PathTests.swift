// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Scenario

@Suite("Paths and names")
struct PathTests {
  @Test(
    "elements are separated by dots; quotes hold dots",
    arguments: [
      ("a", ["a"]), ("a.b.c", ["a", "b", "c"]), ("disks.\"a.b\".x", ["disks", "a.b", "x"]),
      ("disks.azure/P30", ["disks", "azure/P30"]), ("\"a b\"", ["a b"]),
    ])
  func parsing(text: String, elements: [String]) throws {
    let path = try KnobPath(parsing: text)
    #expect(path.elements == elements)
    #expect(path.description == text)
  }

  @Test(
    "a malformed path says where",
    arguments: [("", 0), ("a..b", 2), ("a.", 2), ("a.\"b", 2), ("a.\"b\"c", 2), ("é.b c", 2)])
  func malformed(text: String, column: Int) {
    #expect {
      try KnobPath(parsing: text)
    } throws: { error in
      (error as? PathProblem)?.column == column
    }
  }

  /// Distances from the examples of Damerau's paper's kind: worked by hand.
  @Test(
    "edit distance",
    arguments: [
      ("", "", 0), ("ab", "ba", 1), ("kitten", "sitting", 3), ("abc", "", 3), ("count", "cuont", 1),
    ])
  func distance(a: String, b: String, expected: Int) {
    #expect(NearestName.editDistance(Array(a.utf8), Array(b.utf8)) == expected)
  }

  @Test("near is what a hand can slip to")
  func nearest() {
    let names = ["count", "counter", "quota-backend-bytes", "zone"]
    #expect(NearestName.of("cuont", among: names) == "count")
    #expect(NearestName.of("quotaBackendBytes", among: names) == "quota-backend-bytes")
    #expect(NearestName.of("elephant", among: names) == nil)
    #expect(NearestName.of("", among: names) == nil)
  }
}
