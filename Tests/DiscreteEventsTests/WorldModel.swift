// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// A small world that uses every part of the kernel at once: heartbeats of nodes, requests with
/// seats, CPU, disk, rate limit and time-outs. For tests of copies and of saved runs.
struct World: ForkableModel, Codable {
  enum Event: SimulationEvent, Codable, Equatable {
    case heartbeats
    case request(node: UInt32)
    case seated(request: UInt32)
    case cpu(generation: UInt32)
    case stored(request: UInt32)
    case timeouts
    case giveUp(request: UInt32)
    case outage

    static var kindCount: Int { 8 }
    static func name(ofKind kind: Int) -> String {
      [
        "heartbeats", "request", "seated", "cpu", "stored", "timeouts", "giveUp", "outage",
      ][kind]
    }

    var kind: Int {
      switch self {
      case .heartbeats: 0
      case .request: 1
      case .seated: 2
      case .cpu: 3
      case .stored: 4
      case .timeouts: 5
      case .giveUp: 6
      case .outage: 7
      }
    }

    var digest: UInt64 {
      switch self {
      case .heartbeats, .timeouts, .outage: 0
      case .request(let number), .seated(let number), .cpu(let number), .stored(let number),
        .giveUp(let number):
        UInt64(number)
      }
    }
  }

  struct Request: Codable {
    let entered: SimTime
    var giveUp: Ticket
    var seat = Ticket.none
    var isOpen = true
  }

  /// SplitMix64: a random state that can be stored.
  var random: UInt64
  var cursor = MemberCursor(period: .milliseconds(100), slices: 16)
  var seats = PrioritySeats(seats: 6, waitingRoom: 30)
  var cpu = ProcessorSharingStation(capacity: 2, perCustomerLimit: 1)
  var disk = FIFOStation(servers: 2)
  var limiter = TokenBucket(tokens: 900, per: .seconds(1), burst: 20)
  var timeouts = DeadlineLane<UInt32>(timeout: .milliseconds(7))
  var occupancy = Occupancy()
  var requests: [Request] = []
  var late = 0

  mutating func draw(below bound: UInt64) -> UInt64 {
    random &+= 0x9E37_79B9_7F4A_7C15
    var word = (random ^ (random >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return (word ^ (word >> 31)) % bound
  }

  static func started(seed: UInt64) -> Simulation<World> {
    var world = World(random: seed)
    for member in world.cursor.addSpread(60) { _ = world.cursor.activate(member, at: .zero) }
    var simulation = Simulation(world)
    simulation.agenda.schedule(.heartbeats, at: .zero)
    simulation.agenda.schedule(.outage, after: .milliseconds(333), priority: .first)
    return simulation
  }

  mutating func handle(_ event: Event, _ agenda: inout Agenda<Event>) {
    switch event {
    case .heartbeats:
      while let beat = cursor.nextBeat() {
        let jitter = SimDuration.nanoseconds(Int(draw(below: 4_000_000)))
        agenda.schedule(.request(node: beat.member), at: beat.due + jitter)
      }
      agenda.schedule(.heartbeats, at: cursor.nextWake)
    case .request:
      enter(&agenda)
    case .seated(let request):
      _ = cpu.arrive(
        request, work: .nanoseconds(Int(draw(below: 4_000_000))), at: agenda.now)
      scheduleCPU(&agenda)
    case .cpu(let generation):
      guard cpu.isCurrent(generation) else { return }
      while let request = cpu.departed(at: agenda.now) {
        let ready = limiter.take(at: agenda.now)
        agenda.schedule(.stored(request: request), at: ready, priority: .last)
      }
      scheduleCPU(&agenda)
    case .stored(let request):
      if requests[Int(request)].isOpen {
        let visit = disk.arrive(at: agenda.now, service: .microseconds(900))
        requests[Int(request)].isOpen = false
        agenda.cancel(requests[Int(request)].giveUp)
        agenda.schedule(.stored(request: request), at: visit.finish)
      } else {
        leave(request, &agenda)
      }
    case .timeouts:
      while let request = timeouts.expire(at: agenda.now) {
        if requests[Int(request)].isOpen { late += 1 }
      }
      if let wake = timeouts.nextWake { agenda.schedule(.timeouts, at: wake) }
    case .giveUp(let request):
      guard seats.cancel(requests[Int(request)].seat) else { return }
      requests[Int(request)].isOpen = false
      occupancy.leave(enteredAt: requests[Int(request)].entered, at: agenda.now)
    case .outage:
      disk.block(at: agenda.now, until: agenda.now + .milliseconds(20))
      let member = UInt32(draw(below: 60))
      if cursor.isActive(member) {
        cursor.deactivate(member)
      } else if let beat = cursor.activate(member, at: agenda.now) {
        agenda.schedule(.request(node: beat.member), at: beat.due)
      }
      agenda.schedule(.outage, after: .milliseconds(333), priority: .first)
    }
  }

  private mutating func enter(_ agenda: inout Agenda<Event>) {
    let number = UInt32(requests.count)
    let giveUp = agenda.scheduleCancellable(.giveUp(request: number), after: .milliseconds(8))
    requests.append(Request(entered: agenda.now, giveUp: giveUp))
    occupancy.enter(at: agenda.now)
    if let wake = timeouts.issue(number, at: agenda.now) { agenda.schedule(.timeouts, at: wake) }
    switch seats.request(number, priority: Int32(number % 3), at: agenda.now) {
    case .seated:
      agenda.send(.seated(request: number))
    case .waiting(let ticket):
      requests[Int(number)].seat = ticket
    case .rejected:
      requests[Int(number)].isOpen = false
      occupancy.leave(enteredAt: agenda.now, at: agenda.now)
    }
  }

  private mutating func leave(_ request: UInt32, _ agenda: inout Agenda<Event>) {
    occupancy.leave(enteredAt: requests[Int(request)].entered, at: agenda.now)
    if let next = seats.release(at: agenda.now) { agenda.send(.seated(request: next)) }
  }

  private func scheduleCPU(_ agenda: inout Agenda<Event>) {
    guard let departure = cpu.nextDeparture else { return }
    agenda.schedule(.cpu(generation: departure.generation), at: departure.time)
  }
}

/// What was executed, one by one.
struct Recorder: EventObserver {
  struct Entry: Equatable {
    let time: SimTime
    let kind: Int
    let digest: UInt64
  }

  var entries: [Entry] = []

  mutating func willExecute(_ event: some SimulationEvent, at time: SimTime) {
    entries.append(Entry(time: time, kind: event.kind, digest: event.digest))
  }
}
