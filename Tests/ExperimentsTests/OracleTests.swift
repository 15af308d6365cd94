// SPDX-License-Identifier: Apache-2.0
import Foundation
import Stochastics
import TestSupport
import Testing

@testable import Experiments

struct OracleTests {
  @Test(
    "checksums are those of the POSIX utility",
    arguments: [
      // `printf TEXT | cksum` of GNU coreutils 9.1.
      ("", UInt32(4_294_967_295)), ("123456789", 930_766_865), ("orrery\n", 655_863_921),
    ])
  func checksum(_ text: String, _ expected: UInt32) {
    #expect(POSIXChecksum.of(Array(text.utf8)) == expected)
  }

  @Test func fittedRowsAreNeverMet() {
    func row(_ use: OracleUse, _ simulated: Double) -> Verdict {
      OracleComparison(
        "x", unit: "s", measured: 10, simulated: simulated, within: .relative(0.1), use: use
      ).verdict
    }
    #expect(row(.judged, 11) == .met)
    #expect(row(.judged, 11.1) == .missed)
    #expect(row(.fitted, 10) == .fitted)
    #expect(row(.shown, 10) == .notApplicable)
  }

  @Test func tolerances() {
    #expect(OracleTolerance.factor(2).accepts(5, measured: 10))
    #expect(OracleTolerance.factor(2).accepts(20, measured: 10))
    #expect(!OracleTolerance.factor(2).accepts(4.9, measured: 10))
    #expect(!OracleTolerance.factor(2).accepts(.nan, measured: 10))
    #expect(OracleTolerance.absolute(2).accepts(8, measured: 10))
    #expect(!OracleTolerance.exact.accepts(8, measured: 10))
  }

  @Test("an oracle's profile lists every row that a constant was taken from")
  func profileListsFittedRows() throws {
    let words = { (text: String) in
      text.split { $0.isWhitespace || $0 == "#" }.joined(separator: " ")
    }
    for oracle in OracleCatalogue.all {
      let profile = try #require(ShippedProfiles.byName[oracle.profile])
      for row in oracle.fitted {
        #expect(words(profile).contains(words(row)), "\(oracle.name): \(row)")
      }
    }
  }

  @Test("names of oracles are unique and each names its data")
  func catalogue() {
    let names = OracleCatalogue.all.map(\.name)
    #expect(Set(names).count == names.count)
    for oracle in OracleCatalogue.all {
      switch oracle.data {
      case .file(let path): #expect(path.hasSuffix(".csv"))
      case .published(let source, let table):
        #expect(!source.isEmpty)
        #expect(throws: Never.self) { try OracleTable(text: table) }
      }
    }
  }
}
