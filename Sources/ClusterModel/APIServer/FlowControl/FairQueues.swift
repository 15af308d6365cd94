// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// One queue of a priority level: requests in the order of their arrival, linked through their rows.
package struct FairQueue: Codable, Sendable {
  package var first = RequestID.none
  package var last = RequestID.none
  package var waiting: Int32 = 0
  package var waitingSeats: Int32 = 0
  package var executing: Int32 = 0
  /// Virtual time at which its next request may start, in nanoseconds of one seat.
  package var nextStart: Int64 = 0

  /// Whether it takes part in the sharing of seats.
  var isActive: Bool { waiting > 0 || executing > 0 }
}

/// Seats and queues of one priority level at one server: fair queuing by virtual time.
///
/// A flow is dealt a hand of queues and joins the one with the least waiting. Free seats go to the
/// queue whose next request would end first if each queue with work had an equal share of the seats
/// (Nagle 1987; Demers, Keshav, Shenker 1989, with the changes that
/// pkg/util/flowcontrol/fairqueuing describes: several seats, and a guess of the service time that is
/// corrected at the end).
package struct FairQueues: Codable, Sendable {
  /// Guess of a request's service time (fairqueuing/queueset: 3 ms).
  static var estimatedService: Int64 { 3_000_000 }

  package internal(set) var limit: Int
  package internal(set) var seatsInUse = 0
  package internal(set) var waitingSeats = 0
  package internal(set) var waiting = 0
  package internal(set) var queues: [FairQueue]
  private let handSize: Int
  private let queueLengthLimit: Int
  private let rejects: Bool
  private let isExempt: Bool
  private var activeQueues = 0
  private var virtualTime: Int64 = 0
  private var lastChange: SimTime = .zero
  private var enqueued = 0
  private var lastServed = 0
  package internal(set) var demand = SeatDemand()

  package init(_ level: PriorityLevel, limit: Int) {
    self.limit = limit
    handSize = level.handSize
    queueLengthLimit = level.queueLengthLimit
    rejects = level.rejects
    isExempt = level.isExempt
    queues = Array(
      repeating: FairQueue(), count: level.rejects || level.isExempt ? 1 : level.queues)
  }

  /// What becomes of an arriving request.
  package enum Arrival: Sendable, Equatable {
    /// It has its seats.
    case seated
    /// It waits in a queue.
    case queued
    /// No seat and no queue.
    case overLimit
    /// Its queue is full.
    case queueFull
  }

  // MARK: Arrivals

  /// Deals a hand of queues to a flow and chooses the one with the least waiting work; which of equal
  /// ones turns with each arrival.
  ///
  /// The hand is a sample without replacement, made from one number
  /// (pkg/util/shufflesharding): each card takes a remainder of what is left of it.
  package mutating func choose(flow: UInt64) -> Int {
    guard queues.count > 1 else { return 0 }
    var hand = SIMD16<UInt16>(repeating: .max)
    Self.deal(flow, handSize: handSize, deck: queues.count, into: &hand)
    let offset = enqueued % handSize
    enqueued += 1
    var best = -1
    for turn in 0..<handSize {
      let queue = Int(hand[(offset + turn) % handSize])
      if best < 0 || queues[queue].waitingSeats < queues[best].waitingSeats { best = queue }
    }
    return best
  }

  package static func deal(
    _ flow: UInt64, handSize: Int, deck: Int, into hand: inout SIMD16<UInt16>
  ) {
    var entropy = flow
    for card in 0..<handSize {
      let left = UInt64(deck - card)
      var pick = UInt16(entropy % left)
      entropy /= left
      // The pick counts the cards that are left: skip those dealt, which are kept in order.
      var place = 0
      while place < card, hand[place] <= pick {
        pick += 1
        place += 1
      }
      var index = card
      while index > place {
        hand[index] = hand[index - 1]
        index -= 1
      }
      hand[place] = pick
    }
  }

  /// Takes a request in; the caller has put level, queue and seats into its row.
  package mutating func arrive(
    _ id: RequestID, _ requests: inout RequestTable, at now: SimTime
  ) -> Arrival {
    let seats = Int(requests[id].seats)
    if isExempt || rejects {
      guard isExempt || seatsInUse + seats <= limit else { return .overLimit }
      seatsInUse += seats
      demand.set(seatsInUse, at: now)
      return .seated
    }
    let queue = Int(requests[id].queue)
    if seatsInUse >= limit, queues[queue].waiting >= queueLengthLimit { return .queueFull }
    advance(to: now)
    if !queues[queue].isActive {
      activeQueues += 1
      queues[queue].nextStart = virtualTime
    }
    requests[id].nextInQueue = .none
    if queues[queue].waiting == 0 {
      queues[queue].first = id
    } else {
      requests[queues[queue].last].nextInQueue = id
    }
    queues[queue].last = id
    queues[queue].waiting += 1
    queues[queue].waitingSeats += Int32(seats)
    waiting += 1
    waitingSeats += seats
    demand.set(seatsInUse + waitingSeats, at: now)
    return .queued
  }

  // MARK: Dispatch

  /// The next request that gets its seats, taken out of its queue; `nil` when none waits or the one
  /// whose turn it is does not fit.
  package mutating func next(_ requests: borrowing RequestTable, at now: SimTime) -> RequestID? {
    guard waiting > 0, seatsInUse < limit else { return nil }
    advance(to: now)
    var best = -1
    var bestFinish = Int64.max
    for turn in 1...queues.count {
      let queue = (lastServed + turn) % queues.count
      guard queues[queue].waiting > 0 else { continue }
      let work = Int64(requests[queues[queue].first].seats) * Self.estimatedService
      let finish = queues[queue].nextStart + work
      if finish < bestFinish {
        best = queue
        bestFinish = finish
      }
    }
    let id = queues[best].first
    let seats = Int(requests[id].seats)
    // A request that is wider than the level goes when it is alone.
    guard seatsInUse + seats <= limit || seatsInUse == 0 else { return nil }
    lastServed = best
    removeFirst(of: best, requests)
    queues[best].nextStart = bestFinish
    queues[best].executing += 1
    seatsInUse += seats
    demand.set(seatsInUse + waitingSeats, at: now)
    return id
  }

  /// Takes the first request of a queue out without serving it.
  package mutating func drop(
    _ id: RequestID, _ requests: borrowing RequestTable, at now: SimTime
  ) {
    let queue = Int(requests[id].queue)
    precondition(queues[queue].first == id, "only the oldest of a queue runs out of time")
    advance(to: now)
    removeFirst(of: queue, requests)
    if !queues[queue].isActive { activeQueues -= 1 }
    demand.set(seatsInUse + waitingSeats, at: now)
  }

  private mutating func removeFirst(of queue: Int, _ requests: borrowing RequestTable) {
    let id = queues[queue].first
    let seats = Int(requests[id].seats)
    queues[queue].first = requests[id].nextInQueue
    queues[queue].waiting -= 1
    queues[queue].waitingSeats -= Int32(seats)
    if queues[queue].waiting == 0 { queues[queue].last = .none }
    waiting -= 1
    waitingSeats -= seats
  }

  // MARK: Ends

  /// Gives seats back after they were held for a while.
  package mutating func release(
    seats: Int, queue: Int, heldFor duration: SimDuration, at now: SimTime
  ) {
    precondition(seatsInUse >= seats, "seats given back that nobody had")
    if isExempt || rejects {
      seatsInUse -= seats
      demand.set(seatsInUse, at: now)
      return
    }
    advance(to: now)
    seatsInUse -= seats
    // The guess is corrected by what it really took.
    queues[queue].nextStart += (duration.nanoseconds - Self.estimatedService) * Int64(seats)
    queues[queue].executing -= 1
    if !queues[queue].isActive { activeQueues -= 1 }
    demand.set(seatsInUse + waitingSeats, at: now)
  }

  /// Virtual time runs at the seats that each active queue has on average.
  private mutating func advance(to now: SimTime) {
    if activeQueues > 0 {
      let busy = min(seatsInUse + waitingSeats, max(1, limit))
      virtualTime += (now - lastChange).nanoseconds * Int64(busy) / Int64(activeQueues)
    }
    lastChange = now
  }
}
