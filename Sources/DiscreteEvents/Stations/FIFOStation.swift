// SPDX-License-Identifier: Apache-2.0

/// A station with k equal servers and one queue, first in first out, whose visits are computed on
/// arrival.
///
/// With this discipline nothing that arrives later can change when a visit starts and ends, so both
/// are known at once and no event is needed for the start of service. The station schedules
/// nothing: the model schedules the returned finish if it wants to know.
///
/// ```swift
/// case .renewalArrived(let node):
///   let visit = apiServer.arrive(at: agenda.now, service: renewalCost)
///   agenda.schedule(.renewalDone(node), at: visit.finish)
/// ```
///
/// Arrivals and queries must come in the order of time. Cost: O(log k) an arrival; nothing is
/// allocated once the waiting line has had its largest length.
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

  /// When the servers with work become free: a min-heap in the first `busyCount` of k places.
  @usableFromInline var freeTimes: [SimTime]
  /// Servers with work at the last arrival; what has become free since is only taken out at the
  /// next.
  @usableFromInline var busyCount: Int
  /// The starts of the visits that were accepted and have not begun; ascending, since the queue is
  /// fair.
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
    busyCount = 0
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
    return admit(at: now, service: service)
  }

  /// Accepts a visit, or rejects it with nil if it would have to wait and the waiting room is full.
  @inlinable
  public mutating func tryArrive(at now: SimTime, service: SimDuration) -> Visit? {
    if waitingRoom < .max, earliestStart(at: now) > now, waitingCount(at: now) >= waitingRoom {
      rejected &+= 1
      return nil
    }
    return admit(at: now, service: service)
  }

  @inlinable
  mutating func admit(at now: SimTime, service: SimDuration) -> Visit {
    precondition(service >= .zero, "a negative service time")
    accepted &+= 1
    services.add(service)
    forgetFree(at: now)
    guard busyCount == freeTimes.count else {
      let finish = now + service
      insertFree(finish)
      return Visit(start: now, finish: finish)
    }
    let start = freeTimes[0]
    let finish = start + service
    replaceFirstFree(by: finish)
    waits.add(start - now)
    forgetStarted(at: now)
    starts.append(start)
    if starts.count > peak { peak = starts.count }
    return Visit(start: start, finish: finish)
  }

  /// When a visit that arrives now would start. O(1).
  @inlinable
  public func earliestStart(at now: SimTime) -> SimTime {
    busyCount < freeTimes.count ? now : Swift.max(now, freeTimes[0])
  }

  /// Stops the world: no server begins anything new before `time`.
  ///
  /// Visits accepted before keep the times they were given (their finishes are on the agenda
  /// already); each server is held from the end of its accepted work until `time`. O(k).
  @inlinable
  public mutating func block(at now: SimTime, until time: SimTime) {
    forgetFree(at: now)
    for index in 0..<busyCount where freeTimes[index] < time {
      holds.add(time - freeTimes[index])
      // The maximum with a constant keeps the order of the heap.
      freeTimes[index] = time
    }
    while time > now, busyCount < freeTimes.count {
      holds.add(time - now)
      insertFree(time)
    }
  }

  /// Takes out the servers that have become free.
  @inlinable
  mutating func forgetFree(at now: SimTime) {
    while busyCount > 0, freeTimes[0] <= now {
      busyCount &-= 1
      replaceFirstFree(by: freeTimes[busyCount])
    }
  }

  @inlinable
  mutating func insertFree(_ time: SimTime) {
    busyCount &+= 1
    rise(time, from: busyCount &- 1)
  }

  /// Replaces the root of the heap. The new time is nearly always among the latest, so the hole
  /// goes down to the leaves first, and then up as far as needed.
  @inlinable
  mutating func replaceFirstFree(by time: SimTime) {
    var hole = 0
    var child = 1
    while child < busyCount {
      if child &+ 1 < busyCount, freeTimes[child &+ 1] < freeTimes[child] { child &+= 1 }
      freeTimes[hole] = freeTimes[child]
      hole = child
      child = 2 &* hole &+ 1
    }
    rise(time, from: hole)
  }

  /// Puts a time into the heap at or above a hole.
  @inlinable
  mutating func rise(_ time: SimTime, from start: Int) {
    var hole = start
    while hole > 0 {
      let parent = (hole &- 1) &>> 1
      guard time < freeTimes[parent] else { break }
      freeTimes[hole] = freeTimes[parent]
      hole = parent
    }
    freeTimes[hole] = time
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
    freeTimes[..<busyCount].reduce(0) { $1 > now ? $0 &+ 1 : $0 }
  }

  /// Server time spent from the start of the run until `now`, in service or held, in nanoseconds;
  /// exact. O(k).
  ///
  /// The difference of two readings over k times the window is the utilisation.
  @inlinable
  public func occupiedNanoseconds(through now: SimTime) -> UInt128 {
    // A server is occupied without a gap from now until it is free, so what lies ahead is known.
    var ahead: UInt128 = 0
    for free in freeTimes[..<busyCount] where free > now {
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
