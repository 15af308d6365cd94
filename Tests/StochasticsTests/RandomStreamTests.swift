// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Stochastics

/// Reference draws come from a C program written from the published description of the algorithms
/// and compiled with gcc 12; the SplitMix64 draws for seed 1234567 and the xoshiro256++ draws for
/// the state 1, 2, 3, 4 are also those other implementations publish.
@Suite struct RandomStreamTests {
  @Test func splitMixGivesTheReferenceDraws() {
    var generator = SplitMix64(seed: 1_234_567)
    let draws = (0..<5).map { _ in generator.next() }
    #expect(
      draws == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test func xoshiroGivesTheReferenceDraws() {
    var stream = RandomStream(state: (1, 2, 3, 4))
    let draws = (0..<10).map { _ in stream.next() }
    #expect(
      draws == [
        41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386,
        9_228_616_714_210_784_205, 9_973_669_472_204_895_162, 14_011_001_112_246_962_877,
        12_406_186_145_184_390_807, 15_849_039_046_786_891_736, 10_450_023_813_501_588_000,
      ])
  }

  @Test(
    arguments: [
      ("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C),
      ("etcd/disk", 0x52C5_05D4_EAF4_C961), ("étcd", 0x02B9_C20E_8A82_2260),
    ] as [(String, UInt64)])
  func namesHashByFNV1aOverUTF8(name: String, expected: UInt64) {
    #expect(RandomStream.fnv1a(name) == expected)
  }

  @Test func seedAndNameGiveTheDocumentedStream() {
    var stream = RandomStream(seed: 42, name: "etcd/disk")
    let draws = (0..<4).map { _ in stream.next() }
    #expect(
      draws == [
        0xA0B9_A6A6_8AA1_3BC5, 0xC9BB_9CBC_61C2_9D47, 0x6B51_71C6_BC49_93A5,
        0x84E8_09F3_1D47_8C8A,
      ])
    var member = RandomStream(seed: 42, name: "etcd/disk", index: 7)
    let memberDraws = (0..<4).map { _ in member.next() }
    #expect(
      memberDraws == [
        0xECB1_2C9C_0698_AFC4, 0x7016_B5BD_F2FC_18B4, 0x0308_BFCA_60BE_317C,
        0xFC80_26D6_B1A7_6D42,
      ])
  }

  @Test func neighbouringSeedsNamesAndMembersShareNoDraw() {
    var firstDraws: Set<UInt64> = []
    var count = 0
    for seed in UInt64(0)..<20 {
      for name in ["a", "b", "node", "node/1", "node/2"] {
        var stream = RandomStream(seed: seed, name: name)
        firstDraws.insert(stream.next())
        count += 1
        for index in UInt64(0)..<20 {
          var member = RandomStream(seed: seed, name: name, index: index)
          firstDraws.insert(member.next())
          count += 1
        }
      }
    }
    #expect(firstDraws.count == count)
  }

  @Test func streamsOfNeighbouringSeedsAreUncorrelated() {
    // The correlation of n independent pairs has standard error 1 / sqrt(n) = 0.01.
    for (first, second) in [
      (RandomStream(seed: 1, name: "a"), RandomStream(seed: 2, name: "a")),
      (RandomStream(seed: 1, name: "a"), RandomStream(seed: 1, name: "b")),
      (RandomStream(seed: 1, name: "a", index: 0), RandomStream(seed: 1, name: "a", index: 1)),
    ] {
      var (first, second) = (first, second)
      var sum = 0.0
      for _ in 0..<10_000 {
        sum += (first.nextUnit() - 0.5) * (second.nextUnit() - 0.5) * 12
      }
      #expect(abs(sum / 10_000) < 0.04)
    }
  }

  @Test func unitDrawsFillTheirIntervalsEvenly() throws {
    var stream = RandomStream(seed: 3, name: "unit")
    var closed = [Int](repeating: 0, count: 64)
    var open = closed
    for _ in 0..<64_000 {
      closed[Int(stream.nextUnit() * 64)] += 1
      open[Int(stream.nextOpenUnit() * 64)] += 1
    }
    #expect(try ChiSquare(uniform: closed).pValue > 0.001)
    #expect(try ChiSquare(uniform: open).pValue > 0.001)
  }

  @Test func unitDrawsKeepTheirEnds() {
    // The first output of a state is rotl(s0 + s3, 23) + s0: all bits clear, then all set.
    var lowest = RandomStream(state: (0, 1, 0, 0))
    #expect(lowest.nextUnit() == 0)
    lowest = RandomStream(state: (0, 1, 0, 0))
    #expect(lowest.nextOpenUnit() == 0x1p-53)
    var highest = RandomStream(state: (0, 0, 0, .max))
    #expect(highest.nextUnit() == 1 - 0x1p-53)
    highest = RandomStream(state: (0, 0, 0, .max))
    #expect(highest.nextOpenUnit() == 1 - 0x1p-53)
  }

  @Test(arguments: [1, 2, 3, 10, 1000] as [UInt64])
  func integersBelowABoundAreUniform(bound: UInt64) throws {
    var stream = RandomStream(seed: 4, name: "below")
    var counts = [Int](repeating: 0, count: Int(bound))
    for _ in 0..<max(2000, 20 * Int(bound)) {
      counts[Int(stream.below(bound))] += 1
    }
    if bound > 1 {
      #expect(try ChiSquare(uniform: counts).pValue > 0.001)
    }
  }

  @Test func largeBoundsAreUnbiased() {
    // With a bound of 3/4 of 2^64 a plain multiplication would give every third result twice as
    // often: the residue modulo 3 would be biased by far more than four standard errors.
    let bound: UInt64 = 0xC000_0000_0000_0000
    var stream = RandomStream(seed: 5, name: "below")
    var counts = [0, 0, 0]
    for _ in 0..<30_000 {
      let draw = stream.below(bound)
      #expect(draw < bound)
      counts[Int(draw % 3)] += 1
    }
    let standardError = (30_000.0 * 2 / 9).squareRoot()
    for count in counts {
      #expect(abs(Double(count) - 10_000) < 4 * standardError)
    }
  }

  @Test func aStoredStreamContinues() throws {
    var stream = RandomStream(seed: 6, name: "stored")
    _ = stream.next()
    let data = try JSONEncoder().encode(stream)
    var restored = try JSONDecoder().decode(RandomStream.self, from: data)
    #expect(restored == stream)
    #expect((0..<100).allSatisfy { _ in restored.next() == stream.next() })
  }

  @Test func anAllZeroStateIsRefused() {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(RandomStream.self, from: Data("[0,0,0,0]".utf8))
    }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(RandomStream.self, from: Data("[1,2,3]".utf8))
    }
  }
}
