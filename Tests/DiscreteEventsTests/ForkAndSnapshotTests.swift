// SPDX-License-Identifier: Apache-2.0
@testable import DiscreteEvents
import Foundation
import Testing

@Suite("Forks and saved runs")
struct ForkAndSnapshotTests {
  private let end = SimTime.zero + .seconds(4)

  private func future(_ simulation: inout Simulation<World>) -> [Recorder.Entry] {
    var recorder = Recorder()
    simulation.run(until: end, observer: &recorder)
    return recorder.entries
  }

  @Test("the test world does what it should: it is busy, late at times, and loses nobody")
  func worldIsBusy() {
    var simulation = World.started(seed: 1)
    let events = future(&simulation)
    #expect(Set(events.map(\.kind)) == Set(0..<World.Event.kindCount))
    let world = simulation.model
    #expect(world.late > 0)
    #expect(world.seats.rejectedCount + world.seats.cancelledCount > 0)
    // 60 nodes, ten beats a second each, four seconds; a few nodes are off at times.
    #expect((2_000...2_460).contains(world.requests.count))
    #expect(world.occupancy.departures + UInt64(world.occupancy.count) == world.occupancy.arrivals)
  }

  @Test("equal seeds give equal runs, other seeds others; stops on the way change nothing")
  func determinism() {
    var first = World.started(seed: 1)
    var second = World.started(seed: 1)
    var other = World.started(seed: 2)
    let reference = future(&first)
    var observer = FingerprintObserver()
    for step in 1...40 {
      second.run(until: .zero + .milliseconds(step * 100), observer: &observer)
    }
    let executed = second.agenda.executedCount
    #expect(executed == UInt64(reference.count))
    var again = World.started(seed: 1)
    var whole = FingerprintObserver()
    again.run(until: end, observer: &whole)
    #expect(whole.fingerprint == observer.fingerprint)
    #expect(future(&other) != reference)
  }

  @Test("a fork has the same future, and the original does not notice", arguments: [1, 777, 5_000])
  func forking(events: Int) {
    var undisturbed = World.started(seed: 3)
    undisturbed.run(events: events)
    let reference = future(&undisturbed)
    var original = World.started(seed: 3)
    original.run(events: events)
    var fork = original.fork()
    #expect(future(&fork) == reference)
    // A second fork is led astray before the original goes on.
    var astray = original.fork()
    for ticket in astray.model.requests.map(\.giveUp) { astray.agenda.cancel(ticket) }
    astray.agenda.schedule(.outage, after: .nanoseconds(1))
    #expect(future(&astray) != reference)
    #expect(future(&original) == reference)
    #expect(original.model.requests.map(\.giveUp) == fork.model.requests.map(\.giveUp))
  }

  @Test("a saved run goes on as if it had never stopped", arguments: [1, 777, 5_000, 5_001, 5_002])
  func savedRuns(events: Int) throws {
    var original = World.started(seed: 4)
    original.run(events: events)
    let snapshot = try storedAndRead(original.agenda.snapshot())
    var resumed = Simulation(try storedAndRead(original.model), agenda: Agenda(snapshot))
    let (now, pending, executed) = (
      resumed.now, resumed.agenda.pendingCount, resumed.agenda.executedCount
    )
    let expected = (original.now, original.agenda.pendingCount, original.agenda.executedCount)
    #expect(now == expected.0)
    #expect(pending == expected.1)
    #expect(executed == expected.2)
    #expect(future(&resumed) == future(&original))
    // The same tickets were handed out, and the same state is left.
    #expect(resumed.model.requests.map(\.giveUp) == original.model.requests.map(\.giveUp))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(try encoder.encode(resumed.model) == encoder.encode(original.model))
    let (left, right) = (resumed.agenda.snapshot(), original.agenda.snapshot())
    #expect(try encoder.encode(left) == encoder.encode(right))
  }

  @Test("a run saved in the middle of an instant keeps the lane's place in the order")
  func savedWithinAnInstant() throws {
    var simulation = Simulation(Diary())
    simulation.agenda.schedule(Note(1), after: .seconds(1))
    simulation.agenda.schedule(Note(2), after: .seconds(1))
    simulation.model.react = { event, agenda in
      guard event.number == 1 else { return }
      agenda.send(Note(3))
      agenda.schedule(Note(4), at: agenda.now)
      agenda.send(Note(5))
    }
    simulation.step()
    let snapshot = try storedAndRead(simulation.agenda.snapshot())
    #expect(snapshot.sent.map(\.event.number) == [3, 5])
    #expect(snapshot.pending.map(\.event.number) == [2, 4])
    var resumed = Simulation(Diary(), agenda: Agenda(snapshot))
    resumed.runToEnd()
    #expect(resumed.model.entries == [2, 3, 4, 5])
  }

  @Test(
    "a damaged file is refused with an error",
    arguments: [
      ("\"now\":0", "\"now\":9000000000"), ("\"nextSequence\":4", "\"nextSequence\":2"),
      ("\"ticketSlot\":0", "\"ticketSlot\":7"),
      ("\"freeTicketSlots\":[]", "\"freeTicketSlots\":[0]"),
      ("\"sequence\":2", "\"sequence\":1"), ("\"priority\":8", "\"priority\":99"),
    ])
  func damagedFiles(original: String, damaged: String) throws {
    var agenda = Agenda<Note>()
    _ = agenda.scheduleCancellable(Note(1), after: .seconds(1))
    agenda.schedule(Note(2), after: .seconds(1))
    agenda.schedule(Note(3), after: .seconds(2))
    let text = String(decoding: try JSONEncoder().encode(agenda.snapshot()), as: UTF8.self)
    try #require(text.contains(original))
    let broken = text.replacingOccurrences(of: original, with: damaged)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Agenda<Note>.Snapshot.self, from: Data(broken.utf8))
    }
  }
}
