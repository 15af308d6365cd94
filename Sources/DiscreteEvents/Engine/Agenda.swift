// SPDX-License-Identifier: Apache-2.0

/// The clock and what is going to happen: the part of a simulation that a model's handler may use.
///
/// Events are executed in the total order of (time, priority, sequence number). The sequence number
/// counts all calls of ``send(_:)``, `schedule` and `scheduleCancellable`, so events of the same
/// instant and priority happen in the order in which they were asked for, on every machine.
///
/// An agenda is a unique value that is handed to handlers as `inout`: no run-time exclusivity
/// checks and no reference counts. Use ``fork()`` for an independent copy.
@frozen
public struct Agenda<Event: SimulationEvent>: ~Copyable {
  /// The current instant.
  @inlinable public var now: SimTime { clock }

  /// The number of events executed so far.
  @inlinable public var executedCount: UInt64 { executed }

  @usableFromInline var clock: SimTime
  @usableFromInline var executed: UInt64
  /// The number that the next event gets; 0 means "no event" in the ticket table.
  @usableFromInline var nextSequence: UInt64
  @usableFromInline var queue: EventQueue<Event>
  @usableFromInline var lane: EventLane<Event>

  /// An empty agenda at ``SimTime/zero``.
  @inlinable
  public init() {
    self.init(
      clock: .zero, nextSequence: 1, executedCount: 0, queue: EventQueue(), lane: EventLane())
  }

  @inlinable
  init(
    clock: SimTime, nextSequence: UInt64, executedCount: UInt64,
    queue: consuming EventQueue<Event>, lane: consuming EventLane<Event>
  ) {
    self.clock = clock
    self.nextSequence = nextSequence
    executed = executedCount
    self.queue = queue
    self.lane = lane
  }

  /// The number of events that are going to happen; cancelled ones do not count. O(1).
  @inlinable public var pendingCount: Int { queue.count &+ lane.count }

  // MARK: Scheduling

  /// Lets `event` happen at this instant, with normal priority, after what was already asked for.
  ///
  /// The same order as scheduling it at ``now``, for a fraction of the cost: O(1), a few
  /// nanoseconds. This is how one part of a model speaks to another.
  @inlinable
  public mutating func send(_ event: Event) {
    lane.append(EventLane.Entry(sequence: takeSequence(), payload: event))
  }

  /// Lets `event` happen at `time`. O(1) amortised.
  ///
  /// - Parameters:
  ///   - time: not before ``now``; an earlier one is a programmer's mistake and traps.
  ///   - priority: its place among the events of that instant.
  @inlinable
  public mutating func schedule(
    _ event: Event, at time: SimTime, priority: EventPriority = .normal
  ) {
    precondition(time >= clock, "an event scheduled in the past")
    queue.push(event, at: time, priority: priority, sequence: takeSequence())
  }

  /// Lets `event` happen after `delay`. O(1) amortised.
  ///
  /// - Parameter delay: not negative; a negative one is a programmer's mistake and traps. What goes
  ///   beyond the end of time is scheduled at ``SimTime/end``.
  @inlinable
  public mutating func schedule(
    _ event: Event, after delay: SimDuration, priority: EventPriority = .normal
  ) {
    schedule(event, at: clock + delay, priority: priority)
  }

  /// Lets `event` happen at `time` unless it is cancelled before. O(1) amortised.
  ///
  /// Costs up to 10 ns more than ``schedule(_:at:priority:)``; at most 16.7 million such events can
  /// be pending.
  @inlinable
  public mutating func scheduleCancellable(
    _ event: Event, at time: SimTime, priority: EventPriority = .normal
  ) -> Ticket {
    precondition(time >= clock, "an event scheduled in the past")
    return queue.pushCancellable(event, at: time, priority: priority, sequence: takeSequence())
  }

  /// Lets `event` happen after `delay` unless it is cancelled before. O(1) amortised.
  @inlinable
  public mutating func scheduleCancellable(
    _ event: Event, after delay: SimDuration, priority: EventPriority = .normal
  ) -> Ticket {
    scheduleCancellable(event, at: clock + delay, priority: priority)
  }

  /// Takes back a pending event. O(1) amortised.
  ///
  /// - Returns: false if the event was executed or cancelled before, or for ``Ticket/none``.
  @inlinable
  @discardableResult
  public mutating func cancel(_ ticket: Ticket) -> Bool { queue.cancel(ticket) }

  /// Whether the ticket's event is still going to happen. O(1).
  @inlinable
  public func isPending(_ ticket: Ticket) -> Bool { queue.isPending(ticket) }

  @inlinable
  mutating func takeSequence() -> UInt64 {
    let sequence = nextSequence
    precondition(sequence < EventOrder.sequenceLimit, "more than 1.1e12 events in one run")
    nextSequence = sequence &+ 1
    return sequence
  }

  // MARK: Executing

  /// The time of the next event, nil if nothing is pending. O(1) amortised.
  @inlinable
  public mutating func peekTime() -> SimTime? {
    lane.isEmpty ? queue.peekTime() : clock
  }

  /// Takes the next event, if it is not after `limit`, and moves the clock to it.
  @inlinable
  mutating func takeNext(notAfter limit: SimTime) -> Event? {
    if !lane.isEmpty { return takeNextOfInstant() }
    guard let record = queue.pop(notAfter: limit) else { return nil }
    clock = record.time
    executed &+= 1
    return record.payload
  }

  /// Takes the next event while the lane is not empty: that of the list if it comes before.
  @inlinable
  mutating func takeNextOfInstant() -> Event {
    executed &+= 1
    let rank = EventOrder.rank(clock, .normal)
    let order = lane.first.sequence &<< EventOrder.ticketBits
    if let record = queue.pop(beforeRank: rank, order: order) { return record.payload }
    return lane.removeFirst().payload
  }

  /// Moves the clock forward over a time without events.
  @inlinable
  mutating func advanceClock(to time: SimTime) {
    if time > clock { clock = time }
  }

  // MARK: Copies

  /// An independent copy with the same future: same order, same tickets, same counters. O(pending).
  @inlinable
  public func fork() -> Agenda {
    Agenda(
      clock: clock, nextSequence: nextSequence, executedCount: executedCount, queue: queue.copy(),
      lane: lane.copy())
  }
}
