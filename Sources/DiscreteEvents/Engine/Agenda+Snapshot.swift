// SPDX-License-Identifier: Apache-2.0

extension Agenda {
  /// A pending event as it is stored.
  public struct SavedEvent: Sendable {
    /// When it happens.
    public let time: SimTime
    /// Its place among the events of its instant.
    public let priority: EventPriority
    /// Its number in the order of scheduling.
    public let sequence: UInt64
    /// The slot of its ticket, nil if it cannot be cancelled.
    public let ticketSlot: UInt32?
    /// What happens.
    public let event: Event
  }

  /// Everything an agenda knows, to be stored and resumed: a resumed run executes the identical
  /// sequence of events and hands out the identical tickets.
  public struct Snapshot: Sendable {
    /// The current instant.
    public let now: SimTime
    /// The number of events executed so far.
    public let executedCount: UInt64
    /// The number that the next event gets.
    public let nextSequence: UInt64
    /// The events of the event list in their order.
    public let pending: [SavedEvent]
    /// The events sent for this instant in their order.
    public let sent: [SavedEvent]
    /// The generation of each ticket slot.
    public let ticketGenerations: [UInt32]
    /// The free ticket slots; the last one is given out next.
    public let freeTicketSlots: [UInt32]
  }

  /// Everything this agenda knows. O(pending log pending).
  public func snapshot() -> Snapshot {
    let pending = queue.sortedRecords().map { record in
      let field = record.ticketField
      return SavedEvent(
        time: record.time, priority: record.priority, sequence: record.sequence,
        ticketSlot: field == 0 ? nil : UInt32(field - 1), event: record.payload)
    }
    var sent: [SavedEvent] = []
    for offset in 0..<lane.count {
      let entry = lane[offset]
      sent.append(
        SavedEvent(
          time: clock, priority: .normal, sequence: entry.sequence, ticketSlot: nil,
          event: entry.payload))
    }
    return Snapshot(
      now: clock, executedCount: executedCount, nextSequence: nextSequence, pending: pending,
      sent: sent, ticketGenerations: queue.tickets.generations,
      freeTicketSlots: queue.tickets.freeSlots)
  }

  /// Continues where a snapshot was taken.
  ///
  /// - Parameter snapshot: as returned by ``snapshot()`` or decoded; an inconsistent one made by
  ///   hand is a programmer's mistake and traps. (Decoding refuses inconsistent files with an
  ///   error.)
  public init(_ snapshot: Snapshot) {
    if let problem = snapshot.inconsistency { preconditionFailure(problem) }
    var tickets = TicketTable(
      generations: snapshot.ticketGenerations, freeSlots: snapshot.freeTicketSlots)
    for saved in snapshot.pending {
      guard let slot = saved.ticketSlot else { continue }
      tickets.restore(slot: Int(slot), sequence: saved.sequence)
    }
    var queue = EventQueue<Event>(tickets: tickets, base: EventOrder.rank(snapshot.now, .first))
    for saved in snapshot.pending {
      let field = saved.ticketSlot.map { UInt64($0) + 1 } ?? 0
      queue.insert(
        EventRecord(
          rank: EventOrder.rank(saved.time, saved.priority),
          order: saved.sequence << EventOrder.ticketBits | field, payload: saved.event))
    }
    var lane = EventLane<Event>()
    for saved in snapshot.sent {
      lane.append(EventLane.Entry(sequence: saved.sequence, payload: saved.event))
    }
    self.init(
      clock: snapshot.now, nextSequence: snapshot.nextSequence,
      executedCount: snapshot.executedCount, queue: queue, lane: lane)
  }
}

extension Agenda.Snapshot {
  /// Why no agenda can be in this state, nil if one can.
  var inconsistency: String? {
    guard (1...EventOrder.sequenceLimit).contains(nextSequence) else {
      return "the next sequence number \(nextSequence) is out of range"
    }
    guard ticketGenerations.count <= Int(EventOrder.ticketMask) else {
      return "there are too many ticket slots"
    }
    var isTaken = [Bool](repeating: false, count: ticketGenerations.count)
    func take(_ slot: UInt32) -> Bool {
      guard slot < isTaken.count, !isTaken[Int(slot)] else { return false }
      isTaken[Int(slot)] = true
      return true
    }
    guard ticketGenerations.allSatisfy({ $0 < TicketTable.generationLimit }),
      freeTicketSlots.allSatisfy(take)
    else { return "the ticket slots are inconsistent" }
    var previous: Agenda<Event>.SavedEvent?
    for saved in pending {
      guard saved.time >= now, (1..<nextSequence).contains(saved.sequence) else {
        return "a pending event lies in the past or is numbered from the future"
      }
      if let previous, !previous.precedes(saved) { return "the pending events are out of order" }
      if let slot = saved.ticketSlot, !take(slot) { return "two events share a ticket slot" }
      previous = saved
    }
    previous = nil
    for saved in sent {
      guard saved.time == now, saved.priority == .normal, saved.ticketSlot == nil,
        (1..<nextSequence).contains(saved.sequence)
      else { return "a sent event does not belong to this instant" }
      if let previous, !previous.precedes(saved) { return "the sent events are out of order" }
      previous = saved
    }
    return nil
  }
}

extension Agenda.SavedEvent {
  func precedes(_ other: Agenda.SavedEvent) -> Bool {
    (time, priority, sequence) < (other.time, other.priority, other.sequence)
  }
}

extension Agenda.SavedEvent: Codable where Event: Codable {}

extension Agenda.Snapshot: Codable where Event: Codable {
  private enum CodingKeys: String, CodingKey {
    case now, executedCount, nextSequence, pending, sent, ticketGenerations, freeTicketSlots
  }

  /// - Throws: `DecodingError` if something is missing or the parts contradict each other.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      now: try container.decode(SimTime.self, forKey: .now),
      executedCount: try container.decode(UInt64.self, forKey: .executedCount),
      nextSequence: try container.decode(UInt64.self, forKey: .nextSequence),
      pending: try container.decode([Agenda<Event>.SavedEvent].self, forKey: .pending),
      sent: try container.decode([Agenda<Event>.SavedEvent].self, forKey: .sent),
      ticketGenerations: try container.decode([UInt32].self, forKey: .ticketGenerations),
      freeTicketSlots: try container.decode([UInt32].self, forKey: .freeTicketSlots))
    if let problem = inconsistency {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: problem))
    }
  }
}
