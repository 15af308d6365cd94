// SPDX-License-Identifier: Apache-2.0

/// A station with k equal servers and one queue, first in first out, whose visits are computed on arrival.
///
/// With this discipline nothing that arrives later can change when a visit starts and ends, so both are
/// known at once and no event is needed for the start of service. The station schedules nothing: the model
/// schedules the returned finish if it wants to know.
///
/// ```swift
/// case .renewalArrived(let node):
///   let visit = apiServer.arrive(at: agenda.now, service: renewalCost)
///   agenda.schedule(.renewalDone(node), at: visit.finish)
/// ```
///
/// Arrivals and queries must come in the order of time. Cost: O(log k) an arrival; nothing is allocated
/// once the waiting line has had its largest length.
@frozen
public struct FIFOStation: Sendable, Codable {
  /// When a visit gets its server and when it leaves.
  @frozen
  public struct Visit: Hashable, Sendable, BitwiseCopyable, Codable {
    /// The start of service.
    public let start: SimTime
    /// The end of service.
    public let finish: SimTime

    @inlinable
    public init(start: SimTime, finish: SimTime) {
      self.start = start
      self.finish = finish
    }
  }

  /// When each server becomes free, as a min-heap.
  @usableFromInline var freeTimes: [SimTime]
  /// The starts of the visits that were accepted and have not begun; ascending, since the queue is fair.
  @usableFromInline var starts: RingBuffer<SimTime>
  /// How many may wait; `Int.max` if there is no limit.
  public let waitingRoom: Int

  @usableFromInline var accepted: UInt64
  @usableFromInline var rejected: UInt64
  @usableFromInline var peak: Int
  @usableFromInline var waits: WideSum
  @usableFromInline var services: WideSum
  @usableFromInline var holds: WideSum

  /// An idle station.
  ///
  /// - Parameters:
  ///   - servers: k, at least 1.
  ///   - waitingRoom: how many may wait besides those in service; nil for no limit.
  @inlinable
  public init(servers: Int, waitingRoom: Int? = nil) {
    precondition(servers >= 1, "a station needs a server")
    precondition(waitingRoom ?? 0 >= 0, "a waiting room has no negative size")
    freeTimes = Array(repeating: .zero, count: servers)
    starts = RingBuffer()
    self.waitingRoom = waitingRoom ?? .max
    accepted = 0
    rejected = 0
    peak = 0
    waits = WideSum()
    services = WideSum()
    holds = WideSum()
  }

  /// The number of servers, k.
  @inlinable public var servers: Int { freeTimes.count }

  // MARK: Visits

  /// Accepts a visit at a station without a limit of the waiting room.
  ///
  /// - Parameters:
  ///   - now: the current instant.
  ///   - service: the time with a server, not negative.
  @inlinable
  public mutating func arrive(at now: SimTime, service: SimDuration) -> Visit {
    precondition(waitingRoom == .max, "a station with a limited waiting room may reject: tryArrive")
    return admit(at: now, start: Swift.max(now, freeTimes[0]), service: service)
  }

  /// Accepts a visit, or rejects it with nil if it would have to wait and the waiting room is full.
  @inlinable
  public mutating func tryArrive(at now: SimTime, service: SimDuration) -> Visit? {
    let start = Swift.max(now, freeTimes[0])
    if start > now, waitingRoom < .max, waitingCount(at: now) >= waitingRoom {
      rejected &+= 1
      return nil
    }
    return admit(at: now, start: start, service: service)
  }

  @inlinable
  mutating func admit(at now: SimTime, start: SimTime, service: SimDuration) -> Visit {
    precondition(service >= .zero, "a negative service time")
    let finish = start + service
    replaceFirstFree(by: finish)
    accepted &+= 1
    services.add(service)
    if start > now {
      waits.add(start - now)
      forgetStarted(at: now)
      starts.append(start)
      if starts.count > peak { peak = starts.count }
    }
    return Visit(start: start, finish: finish)
  }

  /// When a visit that arrives now would start.
  @inlinable
  public func earliestStart(at now: SimTime) -> SimTime { Swift.max(now, freeTimes[0]) }

  /// Stops the world: no server begins anything new before `time`.
  ///
  /// Visits accepted before keep the times they were given (their finishes are on the agenda already); each
  /// server is held from the end of its accepted work until `time`. O(k).
  @inlinable
  public mutating func block(at now: SimTime, until time: SimTime) {
    for index in freeTimes.indices {
      let free = Swift.max(now, freeTimes[index])
      guard free < time else { continue }
      holds.add(time - free)
      // The maximum with a constant keeps the order of the heap.
      freeTimes[index] = time
    }
  }

  @inlinable
  mutating func replaceFirstFree(by finish: SimTime) {
    let count = freeTimes.count
    var hole = 0
    while true {
      var child = 2 &* hole &+ 1
      guard child < count else { break }
      if child &+ 1 < count, freeTimes[child &+ 1] < freeTimes[child] { child &+= 1 }
      guard freeTimes[child] < finish else { break }
      freeTimes[hole] = freeTimes[child]
      hole = child
    }
    freeTimes[hole] = finish
  }

  @inlinable
  mutating func forgetStarted(at now: SimTime) {
    while let start = starts.first, start <= now { _ = starts.removeFirst() }
  }

  // MARK: Figures

  /// How many accepted visits have not begun. O(1) amortised.
  @inlinable
  public mutating func waitingCount(at now: SimTime) -> Int {
    forgetStarted(at: now)
    return starts.count
  }

  /// How many servers are occupied: in service, or held by ``block(at:until:)``. O(k).
  @inlinable
  public func occupiedServers(at now: SimTime) -> Int {
    freeTimes.reduce(0) { $1 > now ? $0 &+ 1 : $0 }
  }

  /// Server time spent from the start of the run until `now`, in service or held, in nanoseconds; exact. O(k).
  ///
  /// The difference of two readings over k times the window is the utilisation.
  @inlinable
  public func occupiedNanoseconds(through now: SimTime) -> UInt128 {
    // A server is occupied without a gap from now until it is free, so what lies ahead is known.
    var ahead: UInt128 = 0
    for free in freeTimes where free > now {
      ahead &+= UInt128(free.nanoseconds &- now.nanoseconds)
    }
    return services.value &+ holds.value &- ahead
  }

  /// The share of the servers' time between two instants that was occupied, 0 ... 1.
  ///
  /// - Parameter earlier: the reading of ``occupiedNanoseconds(through:)`` at `start`.
  @inlinable
  public func utilisation(
    from start: SimTime, occupiedThen earlier: UInt128, to end: SimTime
  ) -> Double {
    guard end > start else { return 0 }
    let occupied = occupiedNanoseconds(through: end) - earlier
    return Double(occupied) / (Double(servers) * Double((end - start).nanoseconds))
  }

  /// Visits accepted so far.
  @inlinable public var acceptedCount: UInt64 { accepted }
  /// Visits rejected so far.
  @inlinable public var rejectedCount: UInt64 { rejected }
  /// The longest waiting line so far.
  @inlinable public var peakWaiting: Int { peak }
  /// The sum of the waits of all accepted visits, in nanoseconds.
  @inlinable public var waitedNanoseconds: UInt128 { waits.value }
  /// The sum of the service times of all accepted visits, in nanoseconds.
  @inlinable public var servedNanoseconds: UInt128 { services.value }
}
