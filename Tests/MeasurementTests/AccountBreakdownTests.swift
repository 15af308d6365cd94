// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@Suite struct AccountBreakdownTests {
  typealias Raw = TimeAccountsTests.Raw
  let random = TimeAccountsTests()

  /// Mean seconds per account of latency, of every part, and of the rest: from the raw accounts.
  func means(_ raw: some Collection<Raw>) -> (latency: Double, parts: [Double], rest: Double) {
    let count = Double(raw.count) * 1e9
    let latency = Double(raw.map(\.latency).reduce(0, +)) / count
    let parts = (0..<6).map { column in Double(raw.map { $0.parts[column] }.reduce(0, +)) / count }
    return (latency, parts, latency - parts.reduce(0, +))
  }

  func isClose(_ a: Double, _ b: Double, within tolerance: Double = 1e-9) -> Bool {
    abs(a - b) <= tolerance * max(abs(a), abs(b), 1e-9)
  }

  @Test("all accounts together are opened exactly")
  func everything() throws {
    let (accounts, id, closed) = random.randomAccounts(1_000, seed: 2)
    let breakdown = try #require(accounts.profile(of: id).breakdown(above: 0))
    let exact = means(closed)
    #expect(breakdown.accounts == 1_000)
    #expect(isClose(breakdown.meanLatency, exact.latency))
    for (part, mean) in zip(breakdown.parts, exact.parts) {
      #expect(isClose(part.mean, mean))
      #expect(isClose(part.share, mean / exact.latency))
    }
    #expect(isClose(breakdown.unaccounted, exact.rest, within: 1e-6))
    let shares = breakdown.parts.map(\.share).reduce(breakdown.unaccountedShare, +)
    #expect(isClose(shares, 1))
    #expect(
      breakdown.parts.map(\.resource) == [
        "scheduler", "scheduler", "image disk", "image disk", "store", "store",
      ])
    #expect(breakdown.parts[2].phase == .waiting && breakdown.parts[3].phase == .service)
  }

  // Powers of two of a nanosecond begin a bucket, so these percentiles cut through none.
  @Test("above a bucket's bound the result is that of the raw accounts", arguments: 30..<38)
  func atBucketBounds(octave: Int) throws {
    let (accounts, id, closed) = random.randomAccounts(1_000, seed: 6)
    let slow = closed.filter { $0.latency >= 1 << octave }
    guard !slow.isEmpty else { return }
    let percent = Double(closed.count - slow.count) / Double(closed.count) * 100
    let breakdown = try #require(accounts.profile(of: id).breakdown(above: percent))
    let exact = means(slow)
    #expect(isClose(breakdown.accounts, Double(slow.count), within: 1e-6))
    #expect(isClose(breakdown.meanLatency, exact.latency, within: 1e-6))
    for (part, mean) in zip(breakdown.parts, exact.parts) {
      #expect(isClose(part.mean, mean, within: 1e-6))
    }
    let next = accounts.profile(of: id).breakdown(between: percent, and: 100)
    #expect(next == breakdown)
  }

  @Test(
    "a percentile that cuts through a bucket is off by that bucket's width at most",
    arguments: [10, 50, 90, 97, 99])
  func withinABucket(percent: Double) throws {
    let (accounts, id, closed) = random.randomAccounts(2_000, seed: 7)
    let profile = accounts.profile(of: id)
    let sorted = closed.sorted { $0.latency < $1.latency }
    let slow = sorted[Int(percent / 100 * 2_000)...]
    let breakdown = try #require(profile.breakdown(above: percent))
    #expect(isClose(breakdown.accounts, Double(slow.count), within: 1e-9))
    #expect(isClose(breakdown.meanLatency, means(slow).latency, within: 1.0 / 16))

    let exact = Double(exactPercentile(percent, of: sorted.map(\.latency))) / 1e9
    let opened = try #require(profile.breakdown(at: percent))
    #expect(opened.shortest.seconds <= exact && exact <= opened.longest.seconds)
    #expect(opened.longest.seconds <= opened.shortest.seconds * (1 + 1.0 / 16))
    let inBucket = closed.filter {
      opened.shortest <= ns($0.latency) && ns($0.latency) <= opened.longest
    }
    #expect(opened.accounts == Double(inBucket.count))
    for (part, mean) in zip(opened.parts, means(inBucket).parts) {
      #expect(isClose(part.mean, mean))
    }
  }

  @Test(
    "who is slow for another reason is found: 1 % wait for the disk, the rest for the scheduler")
  func story() throws {
    var accounts = TimeAccounts(layout: random.layout)
    let id = accounts.declare("pod start")
    for subject in 0..<1_000 as Range<UInt64> {
      let account = accounts.open(id, at: at(s: 0), subject: subject)
      let isSlow = subject % 100 == 50
      accounts.charge(account, resource: 0, waiting: ms(40), service: ms(10))
      accounts.charge(account, resource: 1, waiting: ms(isSlow ? 29_950 : 50))
      accounts.close(account, at: at(s: 0) + ms(isSlow ? 30_000 : 100))
    }
    let profile = accounts.profile(of: id)
    let typical = try #require(profile.breakdown(at: 50))
    #expect(typical.ranked.map(\.resource) == ["image disk", "scheduler", "scheduler"])
    #expect(isClose(typical.parts[2].share, 0.5))
    let slow = try #require(profile.breakdown(above: 99))
    #expect(isClose(slow.accounts, 10) && isClose(slow.meanLatency, 30))
    #expect(isClose(try #require(slow.ranked.first).share, 29_950.0 / 30_000))
    #expect(slow.unaccounted == 0)
  }

  @Test("no accounts, no breakdown")
  func empty() {
    var accounts = TimeAccounts(layout: random.layout)
    let id = accounts.declare("pod start")
    #expect(accounts.profile(of: id).breakdown(above: 0) == nil)
    #expect(accounts.profile(of: id).breakdown(at: 99) == nil)
    accounts.close(accounts.open(id, at: at(s: 1)), at: at(s: 1))
    let instant = accounts.profile(of: id).breakdown(above: 0)
    #expect(instant?.accounts == 1 && instant?.unaccountedShare == 0)
    #expect(accounts.profile(of: id).breakdown(above: 100) == nil)
  }

  @Test("profiles of several runs merge into that of all their accounts")
  func merging() throws {
    let (first, id, closedFirst) = random.randomAccounts(400, seed: 11)
    let (second, _, closedSecond) = random.randomAccounts(700, seed: 12)
    var merged = first.profile(of: id)
    merged.merge(second.profile(of: id))
    #expect(merged.count == 1_100 && merged.runs == 2)
    let all = closedFirst + closedSecond
    #expect(merged.totalLatency.value == Int128(all.map(\.latency).reduce(0, +)))
    let breakdown = try #require(merged.breakdown(above: 0))
    for (part, mean) in zip(breakdown.parts, means(all).parts) {
      #expect(isClose(part.mean, mean))
    }
    let tagged =
      closedFirst.map { (run: 0, raw: $0) } + closedSecond.map { (run: 1, raw: $0) }
    let slowest = tagged.sorted { $0.raw.latency > $1.raw.latency }.prefix(100)
    #expect(merged.slowest.map(\.subject) == slowest.map(\.raw.subject))
    #expect(merged.slowest.map(\.run) == slowest.map(\.run))
  }

  @Test("of equally slow accounts those of the earlier run stay")
  func tiesOverRuns() {
    func profile(_ closed: [(subject: UInt64, latency: Int64)]) -> AccountProfile {
      var accounts = TimeAccounts(layout: random.layout)
      let id = accounts.declare("pod start", keeping: 2)
      for (subject, latency) in closed {
        let account = accounts.open(id, at: at(s: 0), subject: subject)
        accounts.close(account, at: at(s: 0) + ms(latency))
      }
      return accounts.profile(of: id)
    }
    var merged = profile([(1, 10), (2, 20), (3, 20)])
    merged.merge(profile([(4, 20)]))
    #expect(merged.slowest.map(\.subject) == [2, 3])
    merged.merge(profile([(5, 30)]))
    #expect(merged.slowest.map(\.subject) == [5, 2])
    #expect(merged.slowest.map(\.run) == [2, 0])
  }

  @Test("the order in which runs are merged in groups does not matter")
  func associativity() {
    let runs = (20..<23 as Range<UInt64>).map { seed in
      let (accounts, id, _) = random.randomAccounts(150, seed: seed, latencyBits: 14)
      return accounts.profile(of: id)
    }
    var left = runs[0]
    left.merge(runs[1])
    left.merge(runs[2])
    var tail = runs[1]
    tail.merge(runs[2])
    var right = runs[0]
    right.merge(tail)
    #expect(left.slowest == right.slowest)
    #expect(left.breakdown(above: 95) == right.breakdown(above: 95))
  }
}
