// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Testing

@Suite("Token bucket")
struct TokenBucketTests {
  /// The textbook bucket in exact fractions: a level that rises with time and is cut at the burst,
  /// in units of one period-th of a token.
  private struct Textbook {
    let tokens: Int128
    let period: Int128
    let burst: Int128
    var level: Int128
    var last: Int128 = 0

    init(tokens: Int, period: SimDuration, burst: Int) {
      self.tokens = Int128(tokens)
      self.period = Int128(period.nanoseconds)
      self.burst = Int128(burst)
      level = Int128(burst) * self.period
    }

    mutating func take(_ count: Int, at now: SimTime) -> UInt64 {
      let time = Int128(now.nanoseconds)
      level = min(burst * period, level + (time - last) * tokens)
      last = time
      level -= Int128(count) * period
      guard level < 0 else { return now.nanoseconds }
      return UInt64(time + (-level + tokens - 1) / tokens)
    }

    func whole() -> Int { Int(level >= 0 ? level / period : -((-level + period - 1) / period)) }
  }

  @Test(
    "grants are those of the textbook bucket in exact fractions",
    arguments: [
      (1, SimDuration.seconds(10), 1), (20, .seconds(1), 30), (7, .milliseconds(3), 5),
      (5_000, .seconds(1), 5_000), (3, .nanoseconds(7), 2), (417, .seconds(100), 10),
    ])
  func againstTextbook(tokens: Int, period: SimDuration, burst: Int) {
    var bucket = TokenBucket(tokens: tokens, per: period, burst: burst)
    var textbook = Textbook(tokens: tokens, period: period, burst: burst)
    var random = BenchmarkRandom(seed: UInt64(tokens))
    var now = SimTime.zero
    let interval = max(1, period.nanoseconds / Int64(tokens))
    for step in 0..<2_000 {
      // Starved, balanced and idle by turns.
      let pace = [1, 3, 12][step / 25 % 3]
      now += .nanoseconds(Int(random.next(below: UInt64(interval) * UInt64(pace) + 1)))
      let count = random.next(below: 20) == 0 ? burst + 3 : Int(random.next(below: 3))
      #expect(bucket.take(count, at: now).nanoseconds == textbook.take(count, at: now))
      #expect(bucket.available(at: now) == textbook.whole())
    }
  }

  @Test("a year of tokens at a rate that no binary fraction has does not drift")
  func noDrift() {
    var bucket = TokenBucket(tokens: 3, per: .seconds(1), burst: 1)
    var grant = SimTime.zero
    for _ in 0..<30_001 { grant = bucket.take(at: .zero) }
    #expect(grant == .zero + .seconds(10_000))
    #expect(bucket.take(3 * 31_536_000, at: .zero) == .zero + .seconds(31_536_000 + 10_000))
  }

  @Test("trying takes nothing when the tokens are not there or reserved")
  func trying() {
    var bucket = TokenBucket(perSecond: 0.5, burst: 2)
    #expect(bucket.tryTake(2, at: .zero) == true)
    #expect(bucket.tryTake(at: .zero + .milliseconds(1_999)) == false)
    #expect(bucket.tryTake(at: .zero + .seconds(2)) == true)
    #expect(bucket.take(at: .zero + .seconds(2)) == .zero + .seconds(4))
    #expect(bucket.tryTake(at: .zero + .seconds(4)) == false)
    #expect(bucket.available(at: .zero + .seconds(4)) == 0)
    #expect(bucket.available(at: .zero + .seconds(60)) == 2)
  }
}
