// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Testing

@Suite("Occupancy")
struct OccupancyTests {
  @Test(
    "the area under N(t) is the time that visits spent inside, at every instant",
    arguments: [1, 2, 3])
  func identity(seed: UInt64) {
    var random = BenchmarkRandom(seed: seed)
    var occupancy = Occupancy()
    var station = FIFOStation(servers: 3)
    /// The records of the visits under way: when they entered and when they leave.
    var inside: [(entered: SimTime, finish: SimTime)] = []
    var all: [(entered: SimTime, left: SimTime)] = []
    var now = SimTime.zero
    var window = SimTime.zero
    for step in 0..<3_000 {
      let arrival = now + random.exponential(mean: .milliseconds(10))
      while let index = inside.indices.min(by: { inside[$0].finish < inside[$1].finish }),
        inside[index].finish <= arrival
      {
        let visit = inside.remove(at: index)
        occupancy.leave(enteredAt: visit.entered, at: visit.finish)
        all.append((visit.entered, visit.finish))
      }
      now = arrival
      if step % 700 == 350 {
        occupancy.openWindow(at: now)
        window = now
      }
      occupancy.enter(at: now)
      let visit = station.arrive(at: now, service: random.exponential(mean: .milliseconds(27)))
      inside.append((now, visit.finish))
      #expect(occupancy.count == inside.count)
      let spent = occupancy.insideNanoseconds(at: now, unfinished: inside.lazy.map(\.entered))
      #expect(occupancy.areaNanoseconds(at: now) == spent)
    }
    // The same from the list of all visits, cut at the window by hand.
    let later = now + .milliseconds(3)
    let byHand = (all + inside.map { ($0.entered, later) }).reduce(0 as UInt64) { sum, visit in
      let from = max(visit.entered, window)
      return visit.left > from ? sum + (visit.left.nanoseconds - from.nanoseconds) : sum
    }
    #expect(occupancy.areaNanoseconds(at: later) == UInt128(byHand))
    #expect(
      occupancy.arrivals
        == UInt64(
          all.count { $0.entered >= window }
            + inside.count {
              $0.entered >= window
            }))
  }

  @Test("a forgotten exit, a doubled entry and an overwritten stamp break the identity")
  func violations() {
    func holds(_ tamper: (inout Occupancy) -> Void) -> Bool {
      var occupancy = Occupancy()
      occupancy.enter(at: .zero + .seconds(1))
      tamper(&occupancy)
      let now = SimTime.zero + .seconds(9)
      return occupancy.areaNanoseconds(at: now)
        == occupancy.insideNanoseconds(at: now, unfinished: [])
    }
    let isSound = holds { $0.leave(enteredAt: .zero + .seconds(1), at: .zero + .seconds(4)) }
    #expect(isSound)
    let isForgottenFound = !holds { _ in }
    #expect(isForgottenFound)
    let isWrongStampFound = !holds {
      $0.leave(enteredAt: .zero + .seconds(2), at: .zero + .seconds(4))
    }
    #expect(isWrongStampFound)
    let isDoubledFound = !holds { occupancy in
      occupancy.enter(at: .zero + .seconds(1))
      occupancy.leave(enteredAt: .zero + .seconds(1), at: .zero + .seconds(4))
    }
    #expect(isDoubledFound)
  }

  @Test("L, peak and counts of a window that opens with somebody inside")
  func window() {
    var occupancy = Occupancy()
    for second in 0..<3 { occupancy.enter(at: .zero + .seconds(second)) }
    occupancy.openWindow(at: .zero + .seconds(10))
    occupancy.leave(enteredAt: .zero, at: .zero + .seconds(12))
    occupancy.leave(enteredAt: .zero + .seconds(1), at: .zero + .seconds(14))
    // Three for 2 s, two for 2 s, one for 6 s.
    #expect(occupancy.mean(at: .zero + .seconds(20)) == 1.6)
    #expect(occupancy.peak == 3)
    #expect(occupancy.arrivals == 0)
    #expect(occupancy.departures == 2)
    #expect(occupancy.finishedNanoseconds == 6_000_000_000)
  }
}
