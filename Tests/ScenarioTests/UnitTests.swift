// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents
import Stochastics
import Testing

@testable import Scenario

@Suite("Units")
struct UnitTests {
  @Test(
    "sizes are decimal unless the i is written",
    arguments: [
      ("0", 0), ("300B", 300), ("512KiB", 524_288), ("2GiB", 2_147_483_648),
      ("2GB", 2_000_000_000), ("1.5KiB", 1_536), ("2 GB", 2_000_000_000), ("0.001kB", 1),
      ("1EiB", 1_152_921_504_606_846_976),
    ] as [(String, Int64)])
  func sizes(text: String, bytes: Int64) throws {
    #expect(try ByteCount(parsing: text).bytes == bytes)
  }

  @Test(
    "durations are Go durations and days",
    arguments: [
      ("250ms", 250_000_000), ("1h30m", 5_400_000_000_000), ("1.5s", 1_500_000_000),
      ("0.3ms", 300_000), ("7d", 604_800_000_000_000), ("0", 0), ("0.1s", 100_000_000),
      ("-1h30m", -5_400_000_000_000), ("1h 30m", 5_400_000_000_000), ("2µs", 2_000),
    ] as [(String, Int64)])
  func durations(text: String, nanoseconds: Int64) throws {
    #expect(try SimDuration(parsing: text).nanoseconds == nanoseconds)
  }

  @Test(
    "throughputs count bytes or bits",
    arguments: [
      ("10MB/s", 10e6), ("25Gbps", 3.125e9), ("512KiB/s", 524_288), ("8bps", 1), ("0", 0),
    ])
  func throughputs(text: String, bytesPerSecond: Double) throws {
    #expect(try ByteRate(parsing: text).bytesPerSecond == bytesPerSecond)
  }

  @Test(
    "rates have a period",
    arguments: [("30/s", 30), ("6/min", 0.1), ("36/h", 0.01), ("432/d", 0.005), ("3 / s", 3)])
  func rates(text: String, perSecond: Double) throws {
    #expect(try Rate(parsing: text).perSecond == perSecond)
  }

  @Test(
    "shares are numbers or percentages", arguments: [("50%", 0.5), ("0.25", 0.25), ("7%", 0.07)])
  func shares(text: String, value: Double) throws {
    #expect(try Fraction(parsing: text).value == value)
  }

  @Test(
    "what is not a number of the language is refused by every type",
    arguments: [
      "", " ", "-", ".", ".5", "5.", "nan", ".nan", "inf", "-inf", "0x10", "1_000", "+1", "1,5",
      "١", "²", "1e", "--1", "\u{0}", "1\u{301}",
    ])
  func refused(text: String) {
    #expect(throws: ValueProblem.self) { try Int(parsing: text) }
    #expect(throws: ValueProblem.self) { try Double(parsing: text) }
    #expect(throws: ValueProblem.self) { try Fraction(parsing: text) }
    #expect(throws: ValueProblem.self) { try ByteCount(parsing: text + "MiB") }
    #expect(throws: ValueProblem.self) { try ByteRate(parsing: text + "MB/s") }
    #expect(throws: ValueProblem.self) { try Rate(parsing: text + "/s") }
    #expect(throws: ValueProblem.self) { try SimDuration(parsing: text + "ms") }
  }

  @Test(
    "a size out of reach is an error, not an overflow",
    arguments: ["9EiB", "99999999999999999999B", "18446744073709551616B", "10000000EB"])
  func tooLarge(text: String) {
    #expect(throws: ValueProblem(.tooLarge(found: text, kind: .bytes))) {
      try ByteCount(parsing: text)
    }
  }

  @Test("what is finer than the smallest step is refused rather than rounded")
  func tooFine() {
    #expect(throws: ValueProblem(.tooFine(found: "0.3B", smallest: "a byte"))) {
      try ByteCount(parsing: "0.3B")
    }
    #expect(throws: ValueProblem(.tooFine(found: "0.5ns", smallest: "a nanosecond"))) {
      try SimDuration(parsing: "0.5ns")
    }
  }

  @Test("the parts of a duration go from large to small, each once")
  func order() {
    for text in ["30m1h", "1h1h", "1h-30m", "1h30", "1hm"] {
      #expect(throws: ValueProblem.self, "\(text)") { try SimDuration(parsing: text) }
    }
  }

  @Test("a whole number in another spelling is hinted at")
  func integerHint() {
    for (text, hint) in [("1_000", "1000"), ("8e2", "800"), ("800.0", "800")] {
      let fault = ValueFault.malformed(found: text, kind: .integer)
      #expect(throws: ValueProblem(fault)) { try Int(parsing: text) }
      #expect(fault.hint == "did you mean '\(hint)'?")
    }
  }

  @Test("numbers are written without an exponent and read back")
  func plainText() {
    let cases: [(Double, String)] = [
      (1e21, "1000000000000000000000"), (1.5e-7, "0.00000015"), (-2.5e17, "-250000000000000000"),
      (0.1, "0.1"), (3, "3"), (1.234e16, "12340000000000000"),
    ]
    for (value, text) in cases {
      #expect(value.plainText == text)
    }
  }
}

@Suite("Values survive being written and read again")
struct RoundTripTests {
  private static let context = ValueContext(target: nil, known: nil)

  private func comesBack<Value: KnobValue & Equatable>(_ value: Value) -> Bool {
    let node = ScenarioNode.plain(value.rendered, origin: .commandLine(""))
    return (try? Value.read(node, in: Self.context)) == value
  }

  @Test("sizes, durations, throughputs, rates, shares, numbers")
  func scalars() {
    var stream = RandomStream(seed: 1, name: "round trips")
    for _ in 0..<2_000 {
      // All magnitudes alike: a random number of leading zero bits.
      let bits = stream.next() >> (1 + stream.below(63))
      let whole = Int64(bits)
      let real = Double(bits) * stream.nextUnit()
      #expect(comesBack(ByteCount(bytes: whole)))
      #expect(comesBack(SimDuration(nanoseconds: whole)))
      #expect(comesBack(SimDuration(nanoseconds: -whole)))
      #expect(comesBack(ByteRate(bytesPerSecond: real)))
      #expect(comesBack(Rate(perSecond: real)))
      #expect(comesBack(Fraction(stream.nextUnit())))
      #expect(comesBack(real))
      #expect(comesBack(-real * 1e-300))
    }
  }

  @Test(
    "round values are written with the unit a person would choose",
    arguments: [
      (ByteCount(gibibytes: 2).rendered, "2GiB"), (ByteCount(gigabytes: 2).rendered, "2GB"),
      (SimDuration(nanoseconds: 5_400_000_000_000).rendered, "90m"),
      (ByteRate(gigabitsPerSecond: 25).rendered, "25Gbps"), (Rate(perMinute: 5).rendered, "5/min"),
      (Fraction(0.5).rendered, "0.5"), ("a b".rendered, "\"a b\""), ("no".rendered, "no"),
      ([1, 2].rendered, "[1, 2]"), (Int?.none.rendered, "null"),
    ])
  func rendering(rendered: String, expected: String) {
    #expect(rendered == expected)
  }
}

@Suite("Distributions as values")
struct DistributionValueTests {
  private func read(_ yaml: String) throws -> Bay {
    let (wash, _) = try wash(
      "orrery: 1\ntanks: {main: {}}\nsite: {bays: [{name: a, count: 1, wax: {}, \(yaml)}]}")
    return try #require(wash.site.bays.first).value
  }

  @Test(
    "all spellings mean the same",
    arguments: [
      "'lognormal(median: 0.3ms, sigma: 0.5)'", "'lognormal(sigma: 0.5, median: 0.3ms)'",
      "'lognormal(0.3ms, 0.5)'", "'lognormal(median=0.3ms, sigma=0.5)'",
      "{lognormal: {median: 0.3ms, sigma: 0.5}}",
    ])
  func spellings(text: String) throws {
    let service = try read("service: \(text)").service
    #expect(service.seconds == (try Distribution.lognormal(median: 0.0003, sigma: 0.5)))
    #expect(service.rendered == "lognormal(median: 300us, sigma: 0.5)")
  }

  @Test("a bare value is a constant")
  func constant() throws {
    let bay = try read("service: 10ms, crew: 3")
    #expect(bay.service.seconds == (try Distribution.constant(0.01)))
    #expect(bay.service.rendered == "10ms")
    #expect(bay.crew.distribution == (try Distribution.constant(3)))
  }

  @Test("mixtures nest")
  func mixture() throws {
    let bay = try read(
      "service: {mixture: {weight: 0.9, of: 1ms, and: 'pareto(minimum: 1s, shape: 1.5)'}}")
    let expected = try Distribution.mixture(
      weight: 0.9, of: .constant(0.001), and: .pareto(minimum: 1, shape: 1.5))
    #expect(bay.service.seconds == expected)
  }

  @Test("the samplers' own refusals are passed on")
  func refused() {
    let text = findings(
      "orrery: 1\ntanks: {main: {}}\nsite: {bays: [{name: a, count: 1, wax: {}, "
        + "crew: 'uniform(low: 4, high: 1)'}]}")
    #expect(text.contains("wash.yaml:3:50: error: crew: the low end of uniform"), "\(text)")
  }
}
