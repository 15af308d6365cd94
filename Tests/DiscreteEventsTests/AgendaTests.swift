// SPDX-License-Identifier: Apache-2.0
@testable import DiscreteEvents
import Testing

/// An event that only has a name.
struct Note: SimulationEvent, Codable, Equatable {
  var number: UInt32

  init(_ number: UInt32) { self.number = number }

  static var kindCount: Int { 3 }
  static func name(ofKind kind: Int) -> String { "note \(kind)" }
  var kind: Int { Int(number % 3) }
  var digest: UInt64 { UInt64(number) }
}

/// Writes down what happened, and lets each test say what an event causes.
struct Diary: SimulationModel {
  var entries: [UInt32] = []
  var times: [SimTime] = []
  var react: @Sendable (Note, inout Agenda<Note>) -> Void = { _, _ in }

  mutating func handle(_ event: Note, _ agenda: inout Agenda<Note>) {
    entries.append(event.number)
    times.append(agenda.now)
    react(event, &agenda)
  }
}

@Suite("Agenda and simulation")
struct AgendaTests {
  @Test("events of an instant: by priority, then in the order in which they were asked for")
  func orderWithinAnInstant() {
    var simulation = Simulation(Diary())
    let instant = SimTime.zero + .seconds(1)
    simulation.agenda.schedule(Note(5), at: instant, priority: .last)
    simulation.agenda.schedule(Note(2), at: instant)
    simulation.agenda.schedule(Note(1), at: instant, priority: .first)
    simulation.agenda.schedule(Note(3), at: instant)
    simulation.agenda.schedule(Note(4), at: instant, priority: EventPriority(9))
    simulation.runToEnd()
    #expect(simulation.model.entries == [1, 2, 3, 4, 5])
  }

  @Test("a sent event has its place among the scheduled ones of the instant")
  func laneAgainstList() {
    var simulation = Simulation(Diary())
    simulation.model.react = { event, agenda in
      guard event.number == 1 else { return }
      agenda.schedule(Note(4), at: agenda.now)
      agenda.send(Note(5))
      agenda.schedule(Note(8), at: agenda.now, priority: EventPriority(9))
      agenda.schedule(Note(2), at: agenda.now, priority: .first)
      agenda.send(Note(6))
      agenda.schedule(Note(7), at: agenda.now)
      agenda.schedule(Note(9), after: .nanoseconds(1), priority: .first)
    }
    simulation.agenda.schedule(Note(1), after: .seconds(1))
    simulation.agenda.schedule(Note(3), after: .seconds(1))
    simulation.runToEnd()
    #expect(simulation.model.entries == [1, 2, 3, 4, 5, 6, 7, 8, 9])
  }

  /// A model that spreads over an instant and over time by a pseudo-random rule, either by sending
  /// or by scheduling at the current instant.
  private struct Cascade: SimulationModel {
    let sends: Bool
    var random = BenchmarkRandom(seed: 12)
    var entries: [UInt32] = []
    var next: UInt32 = 0

    mutating func handle(_ event: Note, _ agenda: inout Agenda<Note>) {
      entries.append(event.number)
      guard next < 20_000 else { return }
      for _ in 0..<random.next(below: 3) {
        next += 1
        switch random.next(below: 4) {
        case 0, 1:
          if sends { agenda.send(Note(next)) } else { agenda.schedule(Note(next), at: agenda.now) }
        case 2:
          let priority = EventPriority(UInt8(random.next(below: 16)))
          agenda.schedule(Note(next), at: agenda.now, priority: priority)
        default:
          agenda.schedule(Note(next), after: .nanoseconds(Int(random.next(below: 50))))
        }
      }
    }
  }

  @Test("sending is scheduling at this instant, only cheaper")
  func sendingIsScheduling() {
    var sending = Simulation(Cascade(sends: true))
    var scheduling = Simulation(Cascade(sends: false))
    for number in 0..<200 as Range<UInt32> {
      sending.agenda.schedule(Note(number), after: .nanoseconds(Int(number)))
      scheduling.agenda.schedule(Note(number), after: .nanoseconds(Int(number)))
    }
    sending.runToEnd()
    scheduling.runToEnd()
    #expect(sending.model.entries == scheduling.model.entries)
    #expect(sending.model.entries.count > 1_000)
  }

  @Test("the lane keeps its order while it grows in use")
  func growingLane() {
    var simulation = Simulation(Diary())
    // Each of the first 500 sends two: the lane is never empty and grows from many starting points.
    simulation.model.react = { event, agenda in
      guard event.number < 500 else { return }
      agenda.send(Note(2 * event.number + 1))
      agenda.send(Note(2 * event.number + 2))
    }
    simulation.agenda.send(Note(0))
    simulation.runToEnd()
    // Breadth first through the binary tree is counting.
    #expect(simulation.model.entries == Array(0..<1_001))
  }

  @Test("a run until an instant includes it and leaves the clock there")
  func runUntil() {
    var simulation = Simulation(Diary())
    for second in 1...5 {
      simulation.agenda.schedule(Note(UInt32(second)), after: .seconds(second))
    }
    simulation.run(until: .zero + .seconds(3))
    #expect(simulation.model.entries == [1, 2, 3])
    var state = (simulation.now, simulation.agenda.pendingCount, simulation.peekTime())
    #expect(state == (.zero + .seconds(3), 2, .zero + .seconds(4)))
    // An event before the batch that peeking has prepared.
    simulation.agenda.schedule(Note(10), after: .milliseconds(500))
    simulation.run(until: .zero + .milliseconds(3_600))
    #expect(simulation.model.entries == [1, 2, 3, 10])
    #expect(simulation.model.times.last == .zero + .milliseconds(3_500))
    simulation.run(until: .zero + .hours(1))
    state = (simulation.now, simulation.agenda.pendingCount, simulation.peekTime())
    #expect(state == (.zero + .hours(1), 0, nil))
    #expect(simulation.model.entries == [1, 2, 3, 10, 4, 5])
  }

  @Test("runs by count, by step and by condition stop where they say")
  func otherRuns() {
    var simulation = Simulation(Diary())
    for second in 1...9 {
      simulation.agenda.schedule(Note(UInt32(second)), after: .seconds(second))
    }
    let counted = simulation.run(events: 2)
    #expect(counted == 2)
    let stepped = simulation.step()
    #expect(stepped)
    #expect(simulation.model.entries == [1, 2, 3])
    let met = simulation.run(until: { model, _ in model.entries.count == 5 })
    #expect(met)
    #expect(simulation.model.times.last == .zero + .seconds(5))
    let unmet = simulation.run(until: { _, agenda in agenda.now > .zero + .hours(1) })
    #expect(!unmet)
    let (rest, step, executed) = (
      simulation.run(events: 1), simulation.step(), simulation.agenda.executedCount
    )
    #expect(rest == 0)
    #expect(!step)
    #expect(executed == 9)
  }

  @Test("a cancelled event does not happen and is not counted, even at this instant")
  func cancelling() {
    var simulation = Simulation(Diary())
    let doomed = simulation.agenda.scheduleCancellable(Note(1), after: .seconds(1))
    let kept = simulation.agenda.scheduleCancellable(Note(2), at: .zero + .seconds(2))
    let pending = simulation.agenda.pendingCount
    #expect(pending == 2)
    simulation.agenda.cancel(doomed)
    let after = simulation.agenda.pendingCount
    #expect(after == 1)
    let next = simulation.peekTime()
    #expect(next == .zero + .seconds(2))
    simulation.runToEnd()
    #expect(simulation.model.entries == [2])
    let (again, executed) = (simulation.agenda.cancel(kept), simulation.agenda.executedCount)
    #expect(!again)
    #expect(executed == 1)
  }

  @Test("a delay beyond the horizon is an event at the end of time")
  func beyondTheHorizon() {
    var simulation = Simulation(Diary())
    simulation.agenda.schedule(Note(1), after: .max)
    simulation.run(until: .zero + .days(10_000))
    #expect(simulation.model.entries.isEmpty)
    simulation.run(until: .end)
    #expect(simulation.model.times == [.end])
  }

  @Test("the past cannot be scheduled, nor run to")
  func pastTraps() async {
    await #expect(processExitsWith: .failure) {
      var simulation = Simulation(Diary())
      simulation.run(until: .zero + .seconds(2))
      simulation.agenda.schedule(Note(1), at: .zero + .seconds(1))
    }
    await #expect(processExitsWith: .failure) {
      var agenda = Agenda<Note>()
      agenda.schedule(Note(1), after: .nanoseconds(-1))
    }
    await #expect(processExitsWith: .failure) {
      var simulation = Simulation(Diary())
      simulation.run(until: .zero + .seconds(2))
      simulation.run(until: .zero + .seconds(1))
    }
  }

  @Test("more events than have sequence numbers trap")
  func sequenceOverflowTraps() async {
    await #expect(processExitsWith: .success) {
      var agenda = Agenda<Note>(
        .init(
          now: .zero, executedCount: 0, nextSequence: 1 << 40 - 1, pending: [], sent: [],
          ticketGenerations: [], freeTicketSlots: []))
      agenda.send(Note(1))
    }
    await #expect(processExitsWith: .failure) {
      var agenda = Agenda<Note>(
        .init(
          now: .zero, executedCount: 0, nextSequence: 1 << 40, pending: [], sent: [],
          ticketGenerations: [], freeTicketSlots: []))
      agenda.send(Note(1))
    }
  }
}
