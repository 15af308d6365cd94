// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents
import Stochastics

/// An open queue whose customers share one server equally, on the kernel's
/// `ProcessorSharingStation`.
struct SharingQueueModel: QueueModel {
  enum Event: SimulationEvent {
    case arrival
    case departure(generation: UInt32)

    static var kindCount: Int { 2 }
    static func name(ofKind kind: Int) -> String { ["arrival", "departure"][kind] }
    var kind: Int {
      switch self {
      case .arrival: 0
      case .departure: 1
      }
    }
    var digest: UInt64 {
      switch self {
      case .arrival: 0
      case .departure(let generation): UInt64(generation)
      }
    }
  }

  private(set) var station = ProcessorSharingStation(capacity: 1)
  private(set) var occupancy = Occupancy()
  private(set) var visitors = Visitors()
  /// What the visits that have left spent inside, from arrival to departure, in nanoseconds.
  private(set) var stayedNanoseconds: UInt128 = 0

  private let gap: Distribution
  private let service: Distribution
  private var arrivals: RandomStream
  private var services: RandomStream

  /// An empty queue.
  init(_ queue: Queue, streams: QueueStreams) throws {
    gap = try queue.source.gap()
    service = try queue.service.distribution(mean: 1 / queue.serviceRate)
    arrivals = streams.arrivals
    services = streams.services
  }

  mutating func begin(_ agenda: inout Agenda<Event>) {
    scheduleArrival(&agenda)
  }

  mutating func openWindow(at now: SimTime) {
    occupancy.openWindow(at: now)
  }

  mutating func handle(_ event: Event, _ agenda: inout Agenda<Event>) {
    let now = agenda.now
    switch event {
    case .arrival:
      occupancy.enter(at: now)
      let need = SimDuration(roundingSeconds: service.sample(&services))
      _ = station.arrive(visitors.enter(at: now), work: need, at: now)
      scheduleArrival(&agenda)
    case .departure(let generation):
      guard station.isCurrent(generation) else { return }
      while let visitor = station.departed(at: now) {
        let entered = visitors.leave(visitor)
        occupancy.leave(enteredAt: entered, at: now)
        stayedNanoseconds += UInt128((now - entered).nanoseconds)
      }
    }
    if let next = station.nextDeparture {
      agenda.schedule(.departure(generation: next.generation), at: next.time)
    }
  }

  private mutating func scheduleArrival(_ agenda: inout Agenda<Event>) {
    agenda.schedule(.arrival, after: SimDuration(roundingSeconds: gap.sample(&arrivals)))
  }
}
