// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents
import Stochastics

/// A queue served first in, first out, on the kernel's `FIFOStation`; departures are events.
struct FIFOQueueModel: QueueModel {
  enum Event: SimulationEvent {
    case arrival
    case departure(visitor: UInt32)

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
      case .departure(let visitor): UInt64(visitor)
      }
    }
  }

  private(set) var station: FIFOStation
  private(set) var occupancy = Occupancy()
  private(set) var visitors = Visitors()
  /// Visits that had to wait.
  private(set) var delayed = 0
  /// Visits that waited longer than ``longWait``.
  private(set) var delayedLong = 0

  private let source: Queue.Source
  private let gap: Distribution
  private let service: Distribution
  private let longWait: SimDuration
  private var arrivals: RandomStream
  private var services: RandomStream

  /// An empty queue.
  ///
  /// - Parameter longWait: from which wait on a visit counts as long, in units of time.
  init(
    _ queue: Queue, servers: Int, waitingRoom: Int?, longWait: Double = .infinity,
    streams: QueueStreams
  ) throws {
    station = FIFOStation(servers: servers, waitingRoom: waitingRoom)
    source = queue.source
    gap = try queue.source.gap()
    service = try queue.service.distribution(mean: 1 / queue.serviceRate)
    self.longWait = SimDuration(roundingSeconds: longWait)
    arrivals = streams.arrivals
    services = streams.services
  }

  mutating func begin(_ agenda: inout Agenda<Event>) {
    switch source {
    case .open:
      scheduleArrival(&agenda)
    case .closed(let population, _):
      for _ in 0..<population { scheduleArrival(&agenda) }
    }
  }

  mutating func openWindow(at now: SimTime) {
    occupancy.openWindow(at: now)
  }

  mutating func handle(_ event: Event, _ agenda: inout Agenda<Event>) {
    switch event {
    case .arrival:
      arrive(&agenda)
      if case .open = source { scheduleArrival(&agenda) }
    case .departure(let visitor):
      occupancy.leave(enteredAt: visitors.leave(visitor), at: agenda.now)
      if case .closed = source { scheduleArrival(&agenda) }
    }
  }

  private mutating func scheduleArrival(_ agenda: inout Agenda<Event>) {
    agenda.schedule(.arrival, after: SimDuration(roundingSeconds: gap.sample(&arrivals)))
  }

  private mutating func arrive(_ agenda: inout Agenda<Event>) {
    // Drawn even for a customer that is turned away, so that the streams stay in step.
    let need = SimDuration(roundingSeconds: service.sample(&services))
    guard let visit = station.tryArrive(at: agenda.now, service: need) else { return }
    occupancy.enter(at: agenda.now)
    let wait = visit.start - agenda.now
    if wait > .zero { delayed += 1 }
    if wait > longWait { delayedLong += 1 }
    agenda.schedule(.departure(visitor: visitors.enter(at: agenda.now)), at: visit.finish)
  }
}
