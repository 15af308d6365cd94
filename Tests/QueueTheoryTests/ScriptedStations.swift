// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents
import Stochastics

/// A station under a random script: more work than it can do, several visits at one instant, visits
/// without work, and whatever else the station allows.
protocol ScriptedStation: SimulationModel {
  init(luck: RandomStream)
  var door: Door { get set }
  /// The event that keeps the script going.
  static var next: Event { get }
}

/// What can happen to a scripted station.
enum ScriptEvent: SimulationEvent {
  /// The script goes on.
  case next
  /// A visit that was scheduled to end ends.
  case finished(visitor: UInt32)
  /// A customer loses its patience.
  case impatient(visitor: UInt32)
  /// The next departure of a shared server.
  case departure(generation: UInt32)

  static var kindCount: Int { 4 }
  static func name(ofKind kind: Int) -> String {
    ["next", "finished", "impatient", "departure"][kind]
  }
  var kind: Int {
    switch self {
    case .next: 0
    case .finished: 1
    case .impatient: 2
    case .departure: 3
    }
  }
  var digest: UInt64 {
    switch self {
    case .next: 0
    case .finished(let number), .impatient(let number), .departure(let number): UInt64(number)
    }
  }
}

extension ScriptedStation where Event == ScriptEvent {
  static var next: ScriptEvent { .next }
}

extension RandomStream {
  /// A duration up to `limit`, which is zero in one of four draws.
  fileprivate mutating func duration(upTo limit: SimDuration) -> SimDuration {
    below(4) == 0 ? .zero : SimDuration(nanoseconds: Int64(below(UInt64(limit.nanoseconds))))
  }
}

/// Three servers, a waiting room, and a world that stops now and then.
struct ScriptedFIFO: ScriptedStation {
  var door = Door()
  private var station = FIFOStation(servers: 3, waitingRoom: 20)
  private var luck: RandomStream

  init(luck: RandomStream) { self.luck = luck }

  mutating func handle(_ event: ScriptEvent, _ agenda: inout Agenda<ScriptEvent>) {
    guard case .finished(let visitor) = event else {
      if luck.below(50) == 0 {
        station.block(at: agenda.now, until: agenda.now + luck.duration(upTo: .seconds(3)))
      }
      let service = luck.duration(upTo: .seconds(10))
      if let visit = station.tryArrive(at: agenda.now, service: service) {
        agenda.schedule(.finished(visitor: door.enter(at: agenda.now)), at: visit.finish)
      }
      return agenda.schedule(.next, after: luck.duration(upTo: .seconds(2)))
    }
    door.leave(visitor, at: agenda.now)
  }
}

/// A shared server whose capacity changes and whose customers may be taken out.
struct ScriptedSharing: ScriptedStation {
  var door = Door()
  private var station = ProcessorSharingStation(capacity: 2, perCustomerLimit: 1)
  private var tickets: [UInt32: Ticket] = [:]
  private var luck: RandomStream

  init(luck: RandomStream) { self.luck = luck }

  mutating func handle(_ event: ScriptEvent, _ agenda: inout Agenda<ScriptEvent>) {
    let now = agenda.now
    switch event {
    case .departure(let generation):
      guard station.isCurrent(generation) else { return }
      while let visitor = station.departed(at: now) { door.leave(visitor, at: now) }
    case .impatient(let visitor):
      guard let ticket = tickets[visitor], station.remove(ticket, at: now) != nil else { return }
      door.leave(visitor, at: now)
    case .next, .finished:
      if luck.below(20) == 0 { station.setCapacity(1 + luck.nextUnit(), at: now) }
      let visitor = door.enter(at: now)
      tickets[visitor] = station.arrive(visitor, work: luck.duration(upTo: .seconds(6)), at: now)
      if luck.below(10) == 0 {
        agenda.schedule(
          .impatient(visitor: visitor), after: luck.duration(upTo: .seconds(20)))
      }
      agenda.schedule(.next, after: luck.duration(upTo: .seconds(2)))
    }
    if let next = station.nextDeparture {
      agenda.schedule(.departure(generation: next.generation), at: next.time)
    }
  }
}

/// Seats by priority, whose number changes, with customers who give up waiting.
struct ScriptedSeats: ScriptedStation {
  var door = Door()
  private var seats = PrioritySeats(seats: 3, waitingRoom: 20)
  private var tickets: [UInt32: Ticket] = [:]
  private var luck: RandomStream

  init(luck: RandomStream) { self.luck = luck }

  mutating func handle(_ event: ScriptEvent, _ agenda: inout Agenda<ScriptEvent>) {
    let now = agenda.now
    switch event {
    case .finished(let visitor):
      door.leave(visitor, at: now)
      if let next = seats.release(at: now) { serve(next, &agenda) }
    case .impatient(let visitor):
      guard let ticket = tickets[visitor], seats.cancel(ticket) else { return }
      door.leave(visitor, at: now)
    case .next, .departure:
      if luck.below(20) == 0 {
        seats.setSeats(2 + Int(luck.below(3)))
        while let next = seats.seatNext(at: now) { serve(next, &agenda) }
      }
      let visitor = door.enter(at: now)
      switch seats.request(visitor, priority: Int32(luck.below(3)), at: now) {
      case .seated: serve(visitor, &agenda)
      case .waiting(let ticket):
        tickets[visitor] = ticket
        agenda.schedule(.impatient(visitor: visitor), after: luck.duration(upTo: .seconds(60)))
      case .rejected: door.leave(visitor, at: now)
      }
      agenda.schedule(.next, after: luck.duration(upTo: .seconds(2)))
    }
  }

  private mutating func serve(_ visitor: UInt32, _ agenda: inout Agenda<ScriptEvent>) {
    agenda.schedule(.finished(visitor: visitor), after: luck.duration(upTo: .seconds(10)))
  }
}
