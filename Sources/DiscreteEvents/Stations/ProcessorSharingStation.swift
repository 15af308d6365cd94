// SPDX-License-Identifier: Apache-2.0

/// A station that all customers share equally: CPU time, a shared link, a disk with many streams.
///
/// With n customers each is served at the rate min(limit, capacity / n), in seconds of work per
/// second. All have the same rate, so one number describes the state: the service that a customer
/// present since the start would have had. A customer that arrives at service V with work w leaves
/// when it is V + w, whatever happens in between; so an arrival does not touch the others, and
/// every operation is O(log n).
///
/// Fixed-point arithmetic with 48 fractional bits; the rate is the only rounded quantity (relative
/// error below n / capacity x 2^-48, or 4e-12 for a thousand on one server), and departures and
/// remaining work are rounded to the nearest nanosecond. No floating-point, so it is the same on
/// every machine.
///
/// The station schedules nothing. After each change the model schedules the next departure together
/// with its generation, and ignores those whose generation is not current:
///
/// ```swift
/// case .departure(let generation):
///   guard cpu.isCurrent(generation) else { return }
///   while let customer = cpu.departed(at: agenda.now) { ... }
///   if let next = cpu.nextDeparture {
///     agenda.schedule(.departure(next.generation), at: next.time)
///   }
/// ```
public struct ProcessorSharingStation: Sendable, Codable {
  /// When the next customer leaves if nothing changes before.
  public struct Departure: Hashable, Sendable {
    /// The instant.
    public let time: SimTime
    /// See ``ProcessorSharingStation/isCurrent(_:)``.
    public let generation: UInt32
  }

  /// A service level in 2^-48 nanoseconds of work for each customer.
  private struct Level: Comparable, Codable, Sendable {
    var value = WideSum()

    static func < (lhs: Level, rhs: Level) -> Bool { lhs.value.value < rhs.value.value }
  }

  private static let fractionBits: UInt128 = 48

  /// Seconds of work per second for all customers together.
  public private(set) var capacity: Double
  /// Seconds of work per second for one customer at most; infinity if there is no limit.
  public private(set) var perCustomerLimit: Double
  /// Counts the changes.
  public private(set) var generation: UInt32 = 0
  /// Customers that left with all their work done so far.
  public private(set) var completedCount: UInt64 = 0

  private var scaledCapacity: UInt64
  private var scaledLimit: UInt64
  private var customers = IndexedHeap<Level>()
  private var level = Level()
  private var lastChange = SimTime.zero
  private var completed = WideSum()
  private var busy = WideSum()

  /// An empty station.
  ///
  /// - Parameters:
  ///   - capacity: seconds of work per second, above 0 up to 65,535; 4 for four processors.
  ///   - perCustomerLimit: what one customer can use at most, for example 1 for a single thread;
  ///     above 0.
  public init(capacity: Double, perCustomerLimit: Double = .infinity) {
    self.capacity = capacity
    self.perCustomerLimit = perCustomerLimit
    scaledCapacity = Self.scaled(capacity)
    scaledLimit = Self.scaled(min(perCustomerLimit, 65_535))
  }

  private static func scaled(_ rate: Double) -> UInt64 {
    precondition(rate > 0 && rate <= 65_535, "a service rate out of range")
    return max(1, UInt64(rate * 0x1p48))
  }

  // MARK: Customers

  /// The number of customers in service.
  public var count: Int { customers.count }

  /// Lets a customer begin.
  ///
  /// - Parameters:
  ///   - customer: a number of the model's; comes back from ``departed(at:)``.
  ///   - work: the time it would take alone at a rate of 1, not negative.
  /// - Returns: the ticket by which it can be removed.
  public mutating func arrive(_ customer: UInt32, work: SimDuration, at now: SimTime) -> Ticket {
    precondition(work >= .zero, "a negative amount of work")
    advance(to: now)
    generation &+= 1
    var target = level
    target.value.value += UInt128(work.nanoseconds) << Self.fractionBits
    return customers.insert(customer, key: target)
  }

  /// The next customer that is done by now, nil if none is (any more).
  ///
  /// Those who are done at the same instant come in the order of their arrival.
  public mutating func departed(at now: SimTime) -> UInt32? {
    advance(to: now)
    guard let first = customers.first, isDone(first.key) else { return nil }
    generation &+= 1
    completedCount += 1
    return customers.removeFirst().value
  }

  /// Takes a customer out before it is done.
  ///
  /// - Returns: the work that was left; nil if it had gone already.
  public mutating func remove(_ ticket: Ticket, at now: SimTime) -> SimDuration? {
    advance(to: now)
    guard let member = customers.remove(ticket) else { return nil }
    generation &+= 1
    return remaining(member.key)
  }

  /// The work that a customer still has; nil if it has gone.
  public mutating func remainingWork(_ ticket: Ticket, at now: SimTime) -> SimDuration? {
    advance(to: now)
    return customers.member(ticket).map { remaining($0.key) }
  }

  /// Changes what is shared, for example when a quota is throttled. Work done so far stays done.
  public mutating func setCapacity(
    _ capacity: Double, perCustomerLimit: Double? = nil, at now: SimTime
  ) {
    advance(to: now)
    generation &+= 1
    self.capacity = capacity
    scaledCapacity = Self.scaled(capacity)
    if let perCustomerLimit {
      self.perCustomerLimit = perCustomerLimit
      scaledLimit = Self.scaled(min(perCustomerLimit, 65_535))
    }
  }

  // MARK: Departures

  /// Whether nothing has changed since a departure with this generation was computed.
  public func isCurrent(_ generation: UInt32) -> Bool { generation == self.generation }

  /// The next departure if nothing changes before; nil if nobody is here. O(1).
  public var nextDeparture: Departure? {
    guard let first = customers.first else { return nil }
    guard !isDone(first.key) else { return Departure(time: lastChange, generation: generation) }
    let missing = first.key.value.value - level.value.value
    let rate = UInt128(scaledRate)
    let wait = min((missing + rate / 2) / rate, UInt128(Int64.max))
    return Departure(
      time: lastChange + SimDuration(nanoseconds: Int64(wait)), generation: generation)
  }

  /// Time during which somebody was here until `now`, in nanoseconds.
  public func busyNanoseconds(through now: SimTime) -> UInt128 {
    busy.value + (customers.isEmpty ? 0 : UInt128((now - lastChange).nanoseconds))
  }

  /// The rate of each customer in 2^-48 seconds of work per second; somebody must be here.
  private var scaledRate: UInt64 {
    max(1, min(scaledLimit, scaledCapacity / UInt64(customers.count)))
  }

  /// Whether less than half a nanosecond of service is missing, which is where departures are
  /// rounded to.
  private func isDone(_ target: Level) -> Bool {
    target.value.value <= level.value.value + UInt128(scaledRate / 2)
  }

  private func remaining(_ target: Level) -> SimDuration {
    guard target > level else { return .zero }
    let missing = target.value.value - level.value.value
    let unit: UInt128 = 1 << Self.fractionBits
    return SimDuration(nanoseconds: Int64((missing + unit / 2) / unit))
  }

  private mutating func advance(to now: SimTime) {
    precondition(now >= lastChange, "a station used in the past")
    if !customers.isEmpty {
      let passed = UInt128((now - lastChange).nanoseconds)
      level.value.value += passed * UInt128(scaledRate)
      busy.value += passed
    }
    lastChange = now
  }
}
