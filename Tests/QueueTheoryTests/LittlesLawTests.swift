// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents
import Stochastics
import Testing

/// Little's law as an identity of integers: within a window, the area under N(t) is the time that
/// all visits spent inside, those that are unfinished included.
///
/// Both sides are compared with each other and with a sum over a log of all visits that shares
/// nothing with `Occupancy`. The queues of ``QueueTheoryTests`` check the identity in all their
/// replications.
@Suite struct LittlesLawTests {
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func holdsForServersWithOneQueue(seed: UInt64) { checkIdentity(of: ScriptedFIFO.self, seed) }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func holdsForASharedServer(seed: UInt64) { checkIdentity(of: ScriptedSharing.self, seed) }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func holdsForSeatsByPriority(seed: UInt64) { checkIdentity(of: ScriptedSeats.self, seed) }

  @Test(arguments: Door.Mistake.allCases)
  func isBrokenByAMistakeInTheAccounts(_ mistake: Door.Mistake) {
    checkBroken(by: mistake, at: ScriptedFIFO.self)
    checkBroken(by: mistake, at: ScriptedSharing.self)
    checkBroken(by: mistake, at: ScriptedSeats.self)
  }

  /// Opens a window in mid-run and looks at the identity at instants that are no events' own.
  private func checkIdentity<Station: ScriptedStation>(of: Station.Type, _ seed: UInt64) {
    var simulation = start(Station.self, seed: seed)
    let windowStart = open(&simulation)
    #expect(simulation.model.door.occupancy.count > 0)
    for step in 1...20 {
      let now = windowStart + SimDuration.milliseconds(7_777) * step
      simulation.run(until: now)
      #expect(simulation.model.door.isConsistent(windowStart: windowStart, at: now))
    }
    #expect(simulation.model.door.occupancy.count > 0)
    #expect(simulation.model.door.occupancy.departures > 50)
  }

  private func checkBroken<Station: ScriptedStation>(
    by mistake: Door.Mistake, at: Station.Type
  ) {
    var simulation = start(Station.self, seed: 1)
    let windowStart = open(&simulation)
    simulation.model.door.plant(mistake)
    let end = windowStart + .seconds(30)
    simulation.run(until: end)
    #expect(!simulation.model.door.obeysLittlesLaw(at: end), "\(Station.self)")
  }

  private func start<Station: ScriptedStation>(
    _: Station.Type, seed: UInt64
  ) -> Simulation<Station> {
    var simulation = Simulation(
      Station(luck: RandomStream(seed: seed, name: "script of \(Station.self)")))
    simulation.agenda.schedule(Station.next, at: .zero)
    return simulation
  }

  private func open<Station: ScriptedStation>(_ simulation: inout Simulation<Station>) -> SimTime {
    let windowStart = SimTime.zero + .milliseconds(60_123)
    simulation.run(until: windowStart)
    simulation.model.door.openWindow(at: windowStart)
    return windowStart
  }
}
