// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Scenario
import Testing

@testable import ClusterModel

/// The rules of net/core/neighbour.c: nothing is collected below gc_thresh1, a new entry above gc_thresh3
/// needs one that is out of use.
struct NeighbourTableTests {
  func time(_ seconds: Double) -> SimTime { .zero + SimDuration(roundingSeconds: seconds) }

  @Test("1,024 peers fit, one more does not, until somebody has been silent for 30 s")
  func hardLimit() {
    var table = NeighbourTable(.unnamed)
    for peer in 0..<1_024 as Range<UInt32> {
      let use1 = table.use(peer, at: time(Double(peer) / 1_024))
      #expect(use1)
    }
    #expect(table.count == 1_024)
    let use2 = table.use(2_000, at: time(20))
    #expect(!use2)
    let use3 = table.use(7, at: time(20))
    #expect(use3, "who has an entry goes on")
    #expect(table.overflows == 1)
    // At 30.5 s the first half has been silent for more than 30 s, but for peer 7.
    let use4 = table.use(2_000, at: time(30.5))
    #expect(use4)
    #expect(table.has(7) && table.has(2_000) && !table.has(0) && table.has(1_000))
    #expect(table.count == 1_024 - 511 + 1, "peers 0 to 511 but 7 have gone")
  }

  @Test("below gc_thresh1 entries stay for ever; above, stale ones go")
  func thresholds() {
    var table = NeighbourTable(.unnamed)
    for peer in 0..<127 as Range<UInt32> { _ = table.use(peer, at: time(1)) }
    let use5 = table.use(500, at: time(86_400))
    #expect(use5)
    #expect(table.count == 128)
    let use6 = table.use(501, at: time(86_401))
    #expect(use6)
    #expect(table.count == 2)
  }

  @Test("from gc_thresh2 on unused entries are given up every 5 s")
  func softLimit() {
    var table = NeighbourTable(.unnamed)
    for peer in 0..<512 as Range<UInt32> { _ = table.use(peer, at: time(0)) }
    let use7 = table.use(1_000, at: time(29))
    #expect(use7)
    #expect(table.count == 513, "all in use: the soft limit gives way")
    let use8 = table.use(1_001, at: time(33))
    #expect(use8)
    #expect(table.count == 514, "less than 5 s after the last try")
    let use9 = table.use(1_002, at: time(35))
    #expect(use9)
    #expect(table.count == 3)
  }
}
