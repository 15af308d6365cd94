// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Foundation
import Measurement
import Testing

@Suite struct TimeAccountsTests {
  let layout = AccountLayout(resources: ["scheduler", "image disk", "store"])

  /// An account as the model saw it, in nanoseconds.
  struct Raw {
    var subject: UInt64
    var latency: Int64
    var parts: [Int64]
  }

  /// Closes `count` random accounts, several in flight at any time, in the order of the result.
  func randomAccounts(
    _ count: Int, seed: UInt64, latencyBits: Int = 38
  ) -> (accounts: TimeAccounts, id: AccountClassID, closed: [Raw]) {
    var random = SplitMix64(state: seed)
    var accounts = TimeAccounts(layout: layout)
    let id = accounts.declare("pod start")
    var flying: [(id: AccountID, raw: Raw, opened: UInt64)] = []
    var closed: [Raw] = []
    for subject in 0..<UInt64(count + 20) {
      let opened = subject * 1_000
      var raw = Raw(subject: subject, latency: 0, parts: [])
      let account = accounts.open(id, at: at(ns: opened), subject: subject)
      for resource in 0..<3 {
        let waiting = random.spread(bits: latencyBits - 3)
        let service = random.spread(bits: latencyBits - 3)
        accounts.charge(account, resource: resource, waiting: ns(waiting))
        accounts.charge(account, resource: resource, service: ns(service))
        raw.parts += [waiting, service]
      }
      raw.latency = raw.parts.reduce(0, +) + random.spread(bits: latencyBits - 3)
      flying.append((account, raw, opened))
      if flying.count > 20 {
        let done = flying.remove(at: Int.random(in: 0..<flying.count, using: &random))
        let end = done.opened + UInt64(done.raw.latency)
        #expect(accounts.close(done.id, at: at(ns: end)) == ns(done.raw.latency))
        closed.append(done.raw)
      }
    }
    return (accounts, id, closed)
  }

  @Test("nothing is lost: sums are those of the accounts, to the nanosecond")
  func conservation() {
    let (accounts, id, closed) = randomAccounts(2_000, seed: 1)
    let profile = accounts.profile(of: id)
    #expect(profile.count == closed.count && closed.count == 2_000)
    #expect(accounts.inFlight == 20)
    #expect(profile.totalLatency.value == Int128(closed.map(\.latency).reduce(0, +)))
    for resource in 0..<3 {
      for (column, phase) in [AccountPhase.waiting, .service].enumerated() {
        let sum = closed.map { $0.parts[2 * resource + column] }.reduce(0, +)
        #expect(profile.total(resource, phase).value == Int128(sum))
      }
    }
    #expect(profile.overcharged == 0)
  }

  @Test(
    "the slowest hundred are exactly those, whole; of equals the one closed first stays",
    arguments: [38, 16])
  func slowest(latencyBits: Int) {
    // With 16 bits latencies are below 66 µs and often equal after rounding to 4 µs.
    var random = SplitMix64(state: 3)
    var accounts = TimeAccounts(layout: layout)
    let id = accounts.declare("request")
    var closed: [Raw] = []
    for subject in 0..<1_500 as Range<UInt64> {
      let latency = random.spread(bits: latencyBits) & ~4_095
      let account = accounts.open(id, at: at(s: 0), subject: subject)
      accounts.charge(account, resource: 1, waiting: ns(latency / 2), service: ns(latency / 4))
      accounts.close(account, at: at(ns: UInt64(latency)))
      closed.append(
        Raw(
          subject: subject, latency: latency,
          parts: [0, 0, latency / 2, latency / 4, 0, 0]))
    }
    let expected = closed.sorted {
      ($0.latency, $1.subject) > ($1.latency, $0.subject)
    }.prefix(100)
    let kept = accounts.profile(of: id).slowest
    #expect(kept.map(\.subject) == expected.map(\.subject))
    #expect(kept.map(\.latency) == expected.map { ns($0.latency) })
    for (account, raw) in zip(kept, expected) {
      #expect(account.waiting(1) == ns(raw.parts[2]) && account.service(1) == ns(raw.parts[3]))
      #expect(account.waiting(0) == ns(0))
      #expect(account.unaccounted == ns(raw.latency - raw.latency / 2 - raw.latency / 4))
    }
  }

  @Test("a class that keeps few keeps the right few, and other classes do not mix in")
  func classes() {
    var accounts = TimeAccounts(layout: layout)
    let reads = accounts.declare("read", keeping: 2)
    let writes = accounts.declare("write", keeping: 0)
    #expect(accounts.declare("read") == reads)
    for latency in [30, 10, 50, 20, 40] as [Int64] {
      let read = accounts.open(reads, at: at(s: 1))
      let write = accounts.open(writes, at: at(s: 1))
      accounts.close(read, at: at(s: 1) + ms(latency))
      accounts.close(write, at: at(s: 1) + ms(2 * latency))
    }
    #expect(accounts.profile(of: reads).slowest.map(\.latency) == [ms(50), ms(40)])
    #expect(accounts.profile(of: writes).slowest.isEmpty)
    #expect(accounts.profile(of: writes).totalLatency.value == 300_000_000)
    #expect(accounts.profiles.map(\.name) == ["read", "write"])
  }

  @Test("an account given up leaves no trace but its number, and its slot is clean")
  func abandoned() {
    var accounts = TimeAccounts(layout: layout)
    let id = accounts.declare("request")
    let lost = accounts.open(id, at: at(s: 0))
    accounts.charge(lost, resource: 0, waiting: ms(5))
    #expect(accounts.charged(lost) == ms(5))
    accounts.abandon(lost)
    let next = accounts.open(id, at: at(s: 1))
    #expect(next != lost)
    #expect(accounts.charged(next) == ns(0) && accounts.opened(next) == at(s: 1))
    accounts.close(next, at: at(s: 2))
    let profile = accounts.profile(of: id)
    #expect(profile.abandoned == 1 && profile.count == 1)
    #expect(profile.total(0, .waiting).value == 0)
    #expect(accounts.inFlight == 0)
  }

  @Test("the warm-up is forgotten; who was under way then counts on arrival")
  func window() {
    var accounts = TimeAccounts(layout: layout)
    let id = accounts.declare("request")
    func pass(_ start: UInt64, _ end: UInt64) {
      accounts.close(accounts.open(id, at: at(s: start)), at: at(s: end))
    }
    pass(0, 1)
    let early = accounts.open(id, at: at(s: 1))
    accounts.openWindow(at: at(s: 10))
    accounts.close(early, at: at(s: 11))
    pass(11, 13)
    accounts.closeWindow(at: at(s: 20))
    pass(20, 25)
    let profile = accounts.profile(of: id)
    #expect(profile.slowest.map(\.latency.seconds) == [10, 2])
    #expect(profile.totalLatency.value == 12_000_000_000)
    #expect(accounts.inFlight == 0)
  }

  @Test("charging more than has passed is a visible mistake")
  func overcharged() throws {
    var accounts = TimeAccounts(layout: layout)
    let id = accounts.declare("request")
    let account = accounts.open(id, at: at(s: 0))
    accounts.charge(account, resource: 0, waiting: ms(700), service: ms(800))
    accounts.close(account, at: at(s: 1))
    let profile = accounts.profile(of: id)
    #expect(profile.overcharged == 1)
    #expect(try #require(profile.breakdown(above: 0)).unaccounted == -0.5)
  }

  @Test("a run that was saved and resumed says the same as one that went on")
  func resumed() throws {
    var (unbroken, id, _) = randomAccounts(300, seed: 9)
    var random = SplitMix64(state: 4)
    let flying = unbroken.open(id, at: at(s: 1_000), subject: 77)
    unbroken.charge(flying, resource: 2, service: ms(3))
    var resumed = try savedAndLoaded(unbroken)
    for run in 0..<300 {
      let latency = random.spread(bits: 36)
      for side in [true, false] {
        func use(_ accounts: inout TimeAccounts) {
          let account = accounts.open(id, at: at(s: 1_000), subject: UInt64(run))
          accounts.charge(account, resource: 1, service: ns(latency / 2))
          accounts.close(account, at: at(s: 1_000) + ns(latency))
          if run == 150 { accounts.close(flying, at: at(s: 2_000)) }
        }
        if side { use(&unbroken) } else { use(&resumed) }
      }
    }
    #expect(resumed == unbroken)
    #expect(try saved(resumed) == saved(unbroken))
    #expect(resumed.profile(of: id).slowest.first?.subject == 77)
  }

  @Test(
    "a saved state that contradicts itself is refused instead of stopping the program later",
    arguments: [
      (#""classIndex":0"#, #""classIndex":9"#), (#""free":[]"#, #""free":[0]"#),
      (#""row":0"#, #""row":5"#), (#""charges":[0,"#, #""charges":["#),
      (#""count":1,"latency""#, #""count":2,"latency""#),
    ])
  func corrupt(healthy: String, damaged: String) throws {
    var accounts = TimeAccounts(layout: layout)
    let id = accounts.declare("request")
    let first = accounts.open(id, at: at(s: 0))
    let second = accounts.open(id, at: at(s: 0))
    accounts.close(second, at: at(s: 1))
    _ = accounts.open(id, at: at(s: 1))
    #expect(accounts.opened(first) == at(s: 0))
    let text = String(decoding: try saved(accounts), as: UTF8.self)
    #expect(text.contains(healthy))
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(
        TimeAccounts.self, from: Data(text.replacing(healthy, with: damaged).utf8))
    }
  }

  @Test("memory does not depend on how many accounts there were")
  func steadyMemory() {
    var accounts = TimeAccounts(layout: layout, reserving: 64)
    let id = accounts.declare("request")
    var random = SplitMix64(state: 8)
    func use(_ count: Int) {
      for _ in 0..<count {
        let account = accounts.open(id, at: at(s: 0))
        let latency = random.spread(bits: 20)
        accounts.charge(account, resource: 0, service: ns(latency))
        accounts.close(account, at: at(ns: UInt64(latency)))
      }
    }
    use(3_000)
    let before = accounts.memoryFootprint
    use(5_000)
    #expect(accounts.memoryFootprint == before)
    #expect(before < 60_000)
  }

  @Test("an id that outlives its account stops the program")
  func mistakes() async throws {
    try saying(
      "the account is no longer open",
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var accounts = TimeAccounts(layout: AccountLayout(resources: ["disk"]))
        let account = accounts.open(accounts.declare("request"), at: at(s: 0))
        accounts.close(account, at: at(s: 1))
        accounts.close(account, at: at(s: 1))
      })
    try saying(
      "the account is no longer open",
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var accounts = TimeAccounts(layout: AccountLayout(resources: ["disk"]))
        let id = accounts.declare("request")
        accounts.abandon(accounts.open(id, at: at(s: 0)))
        _ = accounts.open(id, at: at(s: 0))
        accounts.charge(
          try JSONDecoder().decode(
            AccountID.self, from: Data(#"{"slot":0,"generation":0}"#.utf8)),
          resource: 0, waiting: ns(1))
      })
    try saying(
      "no such resource in this layout",
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var accounts = TimeAccounts(layout: AccountLayout(resources: ["disk"]))
        let account = accounts.open(accounts.declare("request"), at: at(s: 0))
        accounts.charge(account, resource: 1, waiting: ns(1))
      })
  }
}
