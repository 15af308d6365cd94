// SPDX-License-Identifier: Apache-2.0

/// k seats and a waiting line by priority, first in first out within a priority: in-flight limits,
/// worker pools, admission seats.
///
/// Unlike ``FIFOStation`` nobody's start is known on arrival, because someone more important may
/// still come. Everyone is named by a number of the model. O(log waiting) an operation; nothing is
/// allocated once the line has had its largest length.
public struct PrioritySeats: Sendable, Codable {
  /// What became of a request.
  public enum Admission: Hashable, Sendable {
    /// It has a seat now.
    case seated
    /// It waits; the ticket takes it back.
    case waiting(Ticket)
    /// The line is full.
    case rejected
  }

  /// Larger priorities first, so that the numbers of Kubernetes' priority classes can be used.
  private struct Importance: Comparable, Codable, Sendable {
    let priority: Int32

    static func < (lhs: Importance, rhs: Importance) -> Bool { lhs.priority > rhs.priority }
  }

  /// The number of seats, k.
  public private(set) var seats: Int
  /// How many may wait; `Int.max` if there is no limit.
  public let waitingRoom: Int
  /// How many seats are taken; more than ``seats`` for a while after their number was reduced.
  public private(set) var seatedCount = 0
  /// Requests that got a seat so far.
  public private(set) var admittedCount: UInt64 = 0
  /// Requests rejected so far.
  public private(set) var rejectedCount: UInt64 = 0
  /// Requests that were cancelled while they waited.
  public private(set) var cancelledCount: UInt64 = 0
  /// The longest line so far.
  public private(set) var peakWaiting = 0

  private var line = IndexedHeap<Importance>()
  private var seatTime = WideSum()
  private var lastChange = SimTime.zero

  /// Free seats and an empty line.
  ///
  /// - Parameters:
  ///   - seats: k, at least 0.
  ///   - waitingRoom: how many may wait; nil for no limit.
  public init(seats: Int, waitingRoom: Int? = nil) {
    precondition(
      seats >= 0 && waitingRoom ?? 0 >= 0, "seats and waiting room have no negative size")
    self.seats = seats
    self.waitingRoom = waitingRoom ?? .max
  }

  /// How many wait.
  public var waitingCount: Int { line.count }

  /// Asks for a seat.
  ///
  /// - Parameters:
  ///   - item: whoever asks; comes back from ``release(at:)`` when its turn has come.
  ///   - priority: the larger number is served first, as with Kubernetes' priority classes.
  public mutating func request(_ item: UInt32, priority: Int32 = 0, at now: SimTime) -> Admission {
    if seatedCount < seats, line.isEmpty {
      sit(at: now)
      return .seated
    }
    guard line.count < waitingRoom else {
      rejectedCount += 1
      return .rejected
    }
    let ticket = line.insert(item, key: Importance(priority: priority))
    peakWaiting = max(peakWaiting, line.count)
    return .waiting(ticket)
  }

  /// Gives back one seat; the next in line, if any, takes it at once and is returned.
  public mutating func release(at now: SimTime) -> UInt32? {
    precondition(seatedCount > 0, "a seat given back that nobody had")
    account(until: now)
    seatedCount -= 1
    return seatNext(at: now)
  }

  /// Seats the next in line if there is a free seat. Call it until it returns nil after adding
  /// seats.
  public mutating func seatNext(at now: SimTime) -> UInt32? {
    guard seatedCount < seats, !line.isEmpty else { return nil }
    sit(at: now)
    return line.removeFirst().value
  }

  /// Takes back a waiting request. False if it has got a seat or was cancelled before.
  @discardableResult
  public mutating func cancel(_ ticket: Ticket) -> Bool {
    guard line.remove(ticket) != nil else { return false }
    cancelledCount += 1
    return true
  }

  /// Changes the number of seats.
  ///
  /// With more seats call ``seatNext(at:)`` until it returns nil; with fewer nobody is sent away,
  /// and seats given back are not given out until the number is right.
  public mutating func setSeats(_ count: Int) {
    precondition(count >= 0, "a negative number of seats")
    seats = count
  }

  /// The time that seats were taken until `now`, summed over the seats, in nanoseconds; exact.
  public func seatNanoseconds(through now: SimTime) -> UInt128 {
    seatTime.value + UInt128(seatedCount) * UInt128((now - lastChange).nanoseconds)
  }

  private mutating func sit(at now: SimTime) {
    account(until: now)
    seatedCount += 1
    admittedCount += 1
  }

  private mutating func account(until now: SimTime) {
    precondition(now >= lastChange, "a station used in the past")
    seatTime.value = seatNanoseconds(through: now)
    lastChange = now
  }
}
