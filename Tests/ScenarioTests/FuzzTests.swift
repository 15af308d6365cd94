// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Scenario

/// The parsers keep their promises on nearly right texts: no crash, no hang, every refusal has an
/// error of one line, every accepted value survives being written and read again.
///
/// All 100 000 inputs of each kind are run with ORRERY_LONG_TESTS=1.
@Suite("Fuzzing")
struct FuzzTests {
  private static let isLong = ProcessInfo.processInfo.environment["ORRERY_LONG_TESTS"] == "1"

  private func check(_ report: FuzzReport, inputs: Int) {
    #expect(report.violations == [])
    #expect(report.inputs == inputs)
    // A corpus that is refused altogether, or accepted altogether, tests nothing.
    #expect(report.accepted > inputs / 100)
    #expect(report.refused > inputs / 2)
  }

  @Test("the members of the corpus are right", arguments: FuzzCorpus.scenarios)
  func corpus(text: String) throws {
    let loader = ScenarioLoader(
      root: FuzzModel.self, embeddedProfiles: FuzzCorpus.profiles, metrics: FuzzCorpus.metrics)
    let document = try loader.load(text: text, file: "fuzz.yaml")
    for point in try document.points() {
      #expect(point.findings().map(\.description) == [])
    }
  }

  @Test("the scenario reader")
  func reader() {
    let count = Self.isLong ? 100_000 : 2_000
    check(Fuzzing.readScenario(seed: 1, count: count), inputs: count)
  }

  @Test("the value parsers")
  func units() {
    let count = Self.isLong ? 100_000 : 30_000
    check(Fuzzing.parseUnits(seed: 2, count: count), inputs: count)
  }

  @Test("the expectation parser")
  func expectations() {
    let count = Self.isLong ? 100_000 : 30_000
    check(Fuzzing.parseExpectations(seed: 3, count: count), inputs: count)
  }

  @Test("the same seed gives the same texts")
  func determinism() {
    var one = Mutator(corpus: FuzzCorpus.values, tokens: FuzzCorpus.unitTokens, seed: 9)
    var two = one
    var other = Mutator(corpus: FuzzCorpus.values, tokens: FuzzCorpus.unitTokens, seed: 10)
    let texts = (0..<100).map { _ in one.next() }
    #expect(texts == (0..<100).map { _ in two.next() })
    #expect(texts != (0..<100).map { _ in other.next() })
  }
}
