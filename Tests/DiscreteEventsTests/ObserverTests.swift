// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Testing

@Suite("Observers")
struct ObserverTests {
  /// A clock that jumps by 100 ns each time it is read.
  private struct TickingClock: HostClock {
    var reading: UInt64 = 5

    mutating func nanoseconds() -> UInt64 {
      reading += 100
      return reading
    }
  }

  private func fingerprint(_ events: [(UInt32, Int)]) -> UInt64 {
    var simulation = Simulation(Diary())
    for (number, delay) in events {
      simulation.agenda.schedule(Note(number), after: .nanoseconds(delay))
    }
    var observer = FingerprintObserver()
    simulation.runToEnd(observer: &observer)
    return observer.fingerprint
  }

  @Test("equal runs have equal fingerprints; order, time and payload matter")
  func fingerprints() {
    let reference = fingerprint([(1, 10), (2, 10), (3, 20)])
    #expect(fingerprint([(1, 10), (2, 10), (3, 20)]) == reference)
    #expect(fingerprint([(3, 20), (1, 10), (2, 10)]) == reference)
    let others = [
      fingerprint([(2, 10), (1, 10), (3, 20)]), fingerprint([(1, 10), (2, 11), (3, 20)]),
      fingerprint([(1, 10), (2, 10), (6, 20)]), fingerprint([(1, 10), (2, 10)]),
      fingerprint([(0, 0), (1, 10), (2, 10), (3, 20)]),
    ]
    #expect(Set(others + [reference]).count == 6)
  }

  @Test("twenty thousand runs that differ in one payload have as many fingerprints")
  func fingerprintSpread() {
    // Birthday bound: 20,000 values of 64 bits collide with probability 1e-11; a weak mix collides
    // at once.
    var seen = Set<UInt64>()
    for number in 0..<20_000 as Range<UInt32> {
      var observer = FingerprintObserver()
      observer.willExecute(Note(number), at: SimTime(nanoseconds: 7))
      observer.willExecute(Note(1), at: SimTime(nanoseconds: 9))
      seen.insert(observer.fingerprint)
    }
    #expect(seen.count == 20_000)
  }

  @Test("kinds are counted and host time is charged to them")
  func countsAndHostTime() {
    var simulation = Simulation(Diary())
    for number in 0..<10 as Range<UInt32> {
      simulation.agenda.schedule(Note(number), after: .seconds(1))
    }
    var observer = ObserverPair(
      KindCounts(kindCount: Note.kindCount),
      HostTimeProfile(kindCount: Note.kindCount, clock: TickingClock()))
    simulation.run(until: .zero + .seconds(2), observer: &observer)
    #expect(observer.first.counts == [4, 3, 3])
    #expect(observer.first.total == 10)
    #expect(observer.second.counts == [4, 3, 3])
    #expect(observer.second.nanoseconds == [400, 300, 300])
    #expect(observer.second.totalNanoseconds == 1_000)
  }

  @Test("an observer does not change the run")
  func observingIsNeutral() {
    func entries(observed: Bool) -> [UInt32] {
      var simulation = Simulation(Diary())
      simulation.model.react = { event, agenda in
        if event.number < 500 { agenda.schedule(Note(event.number + 3), after: .seconds(2)) }
      }
      for number in 0..<3 as Range<UInt32> { simulation.agenda.send(Note(number)) }
      if observed {
        var observer = FingerprintObserver()
        simulation.run(events: 400, observer: &observer)
      } else {
        simulation.run(events: 400)
      }
      return simulation.model.entries
    }
    #expect(entries(observed: true) == entries(observed: false))
  }
}
