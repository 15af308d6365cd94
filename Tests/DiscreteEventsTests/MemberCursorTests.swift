// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Testing

@Suite("Member cursor")
struct MemberCursorTests {
  private enum Event: SimulationEvent {
    case cursor
    case beat(UInt32)
    case toggle

    static var kindCount: Int { 3 }
    static func name(ofKind kind: Int) -> String { ["cursor", "beat", "toggle"][kind] }
    var kind: Int {
      switch self {
      case .cursor: 0
      case .beat: 1
      case .toggle: 2
      }
    }
    var digest: UInt64 { if case .beat(let member) = self { UInt64(member) } else { 0 } }
  }

  /// A beat that came: who and when.
  private struct Beat: Hashable, Comparable {
    let time: SimTime
    let member: UInt32

    static func < (lhs: Beat, rhs: Beat) -> Bool {
      (lhs.time, lhs.member) < (rhs.time, rhs.member)
    }
  }

  /// Switches random members on and off, and adds some, while they beat.
  private struct World: SimulationModel {
    var random: BenchmarkRandom
    var cursor: MemberCursor
    var phases: [SimDuration] = []
    /// From when to when each member was active.
    var spells: [[(from: SimTime, to: SimTime)]] = []
    var came: [Beat] = []
    var cursorEvents = 0
    var mostPending = 0

    mutating func add(phase: SimDuration) {
      cursor.add(phase: phase)
      phases.append(phase)
      spells.append([])
    }

    mutating func toggle(_ agenda: inout Agenda<Event>) {
      if random.next(below: 5) == 0 {
        add(phase: .nanoseconds(Int(random.next(below: UInt64(cursor.period.nanoseconds)))))
      }
      let member = UInt32(random.next(below: UInt64(phases.count)))
      if cursor.isActive(member) {
        cursor.deactivate(member)
        spells[Int(member)][spells[Int(member)].count - 1].to = agenda.now
      } else {
        if let beat = cursor.activate(member, at: agenda.now) {
          agenda.schedule(.beat(beat.member), at: beat.due)
        }
        spells[Int(member)].append((agenda.now, .end))
      }
    }

    mutating func handle(_ event: Event, _ agenda: inout Agenda<Event>) {
      switch event {
      case .cursor:
        cursorEvents += 1
        while let beat = cursor.nextBeat() {
          agenda.schedule(.beat(beat.member), at: beat.due)
        }
        agenda.schedule(.cursor, at: cursor.nextWake)
      case .beat(let member):
        guard cursor.isActive(member) else { return }
        came.append(Beat(time: agenda.now, member: member))
      case .toggle:
        toggle(&agenda)
        agenda.schedule(.toggle, after: random.exponential(mean: .milliseconds(3)))
      }
      mostPending = max(mostPending, agenda.pendingCount)
    }
  }

  @Test(
    "members beat exactly at their instants, whoever is switched on and off meanwhile",
    arguments: [1, 7, 64], [SimDuration.zero, .seconds(25)])
  func againstDefinition(slices: Int, start: SimDuration) {
    let period = SimDuration.nanoseconds(100_000_007)
    let begin = SimTime.zero + start
    var world = World(
      random: BenchmarkRandom(seed: UInt64(slices)),
      cursor: MemberCursor(period: period, slices: slices, start: begin))
    for _ in 0..<40 {
      world.add(phase: .nanoseconds(Int(world.random.next(below: UInt64(period.nanoseconds)))))
    }
    var simulation = Simulation(world)
    simulation.agenda.schedule(.cursor, at: simulation.model.cursor.nextWake)
    simulation.agenda.schedule(.toggle, after: start - min(start, .milliseconds(50)))
    let end = begin + .seconds(3)
    simulation.run(until: end)
    var expected: [Beat] = []
    for (member, spells) in simulation.model.spells.enumerated() {
      var beat = begin + simulation.model.phases[member]
      while beat <= end {
        if spells.contains(where: { $0.from <= beat && beat < $0.to }) {
          expected.append(Beat(time: beat, member: UInt32(member)))
        }
        beat += period
      }
    }
    #expect(expected.count > 500)
    #expect(simulation.model.came.sorted() == expected.sorted())
  }

  @Test("spread members beat evenly, and the agenda holds a slice of them and not all")
  func evenSpread() {
    var cursor = MemberCursor(period: .seconds(10), slices: 250)
    let members = cursor.addSpread(1_000)
    for member in members { #expect(cursor.activate(member, at: .zero) == nil) }
    #expect(cursor.activeCount == 1_000)
    let world = World(random: BenchmarkRandom(seed: 1), cursor: cursor)
    var simulation = Simulation(world)
    simulation.agenda.schedule(.cursor, at: .zero)
    simulation.run(until: .zero + .nanoseconds(20_000_000_000 - 1))
    #expect(simulation.model.came.count == 2_000)
    let gaps = zip(simulation.model.came.dropFirst(), simulation.model.came).map {
      $0.time - $1.time
    }
    #expect(gaps.allSatisfy { $0 == .milliseconds(10) })
    #expect(simulation.model.mostPending <= 6)
    #expect(simulation.model.cursorEvents == 500)
  }

  @Test("members may be switched on and off between the beats of one slice")
  func changesWithinASlice() {
    var cursor = MemberCursor(period: .seconds(1), slices: 1)
    for member in cursor.addSpread(6) where member < 5 { _ = cursor.activate(member, at: .zero) }
    var came: [UInt32] = []
    while let beat = cursor.nextBeat() {
      came.append(beat.member)
      // The next one goes, one that has come goes, and one comes that was not there.
      if beat.member == 1 {
        cursor.deactivate(2)
        cursor.deactivate(0)
        #expect(cursor.activate(5, at: .zero) == nil)
      }
    }
    #expect(came == [0, 1, 3, 4, 5])
    came = []
    while let beat = cursor.nextBeat() { came.append(beat.member) }
    #expect(came == [1, 3, 4, 5])
  }

  @Test("a member that joins now beats for the first time when it is told to")
  func joining() throws {
    var cursor = MemberCursor(period: .seconds(10), slices: 100)
    while cursor.nextWake < .zero + .seconds(33) {
      while cursor.nextBeat() != nil {}
    }
    // Its first beat lies in the slice from 32.9 s that was handed out, so the model has to
    // schedule it.
    let now = SimTime.zero + .milliseconds(32_950)
    let member = cursor.add(beatingAt: now)
    #expect(cursor.activate(member, at: now)?.due == now)
    var restored = try storedAndRead(cursor)
    var beats: [SimTime] = []
    while restored.nextWake < .zero + .seconds(60) {
      while let beat = restored.nextBeat() { beats.append(beat.due) }
    }
    #expect(beats == [now + .seconds(10), now + .seconds(20)])
  }
}
