// SPDX-License-Identifier: Apache-2.0

/// The hold model (Jones, *An empirical comparison of priority-queue and event-set
/// implementations*, CACM 29(4), 1986): every event schedules itself again after an exponential
/// time of mean 1 s.
struct HoldLoad: BenchmarkLoad {
  let size: Int
  var hash = PopHash()
  var random = BenchmarkRandom(seed: 1)

  init(size: Int) { self.size = size }

  mutating func start(_ agenda: inout some BenchmarkAgenda & ~Copyable) {
    for member in 0..<size {
      agenda.schedule(
        BenchmarkEvent(member: UInt32(member)), after: random.exponential(mean: .seconds(1)))
    }
  }

  @inline(__always)
  mutating func handle(
    _ event: BenchmarkEvent, _ agenda: inout some BenchmarkAgenda & ~Copyable
  ) {
    hash.add(agenda.now, event.member)
    agenda.schedule(event, after: random.exponential(mean: .seconds(1)))
  }
}

/// PHOLD (Fujimoto, *Performance of Time Warp under synthetic workloads*, 1990): members with ten
/// events each; an event touches its member's state and goes to a random member.
struct PHOLDLoad: BenchmarkLoad {
  let size: Int
  var hash = PopHash()
  var random = BenchmarkRandom(seed: 2)
  var states: [UInt64]

  init(size: Int) {
    self.size = size
    states = Array(repeating: 0, count: size)
  }

  mutating func start(_ agenda: inout some BenchmarkAgenda & ~Copyable) {
    for number in 0..<size * 10 {
      agenda.schedule(
        BenchmarkEvent(member: UInt32(number % size)), after: random.exponential(mean: .seconds(1)))
    }
  }

  @inline(__always)
  mutating func handle(
    _ event: BenchmarkEvent, _ agenda: inout some BenchmarkAgenda & ~Copyable
  ) {
    hash.add(agenda.now, event.member)
    states[Int(event.member)] &+= agenda.now.nanoseconds
    let target = UInt32(truncatingIfNeeded: random.next(below: UInt64(size)))
    agenda.schedule(
      BenchmarkEvent(member: target), after: random.exponential(mean: .seconds(1)))
  }
}

/// A single server with exponential times at 80 % load: arrival and departure are events.
struct StationLoad: BenchmarkLoad {
  let size: Int
  var hash = PopHash()
  var random = BenchmarkRandom(seed: 3)
  var station: FIFOStation

  /// - Parameter size: the number of servers.
  init(size: Int) {
    self.size = size
    station = FIFOStation(servers: size)
  }

  mutating func start(_ agenda: inout some BenchmarkAgenda & ~Copyable) {
    agenda.schedule(BenchmarkEvent(member: 0), after: .zero)
  }

  @inline(__always)
  mutating func handle(
    _ event: BenchmarkEvent, _ agenda: inout some BenchmarkAgenda & ~Copyable
  ) {
    hash.add(agenda.now, event.member)
    guard event.code == 0 else { return }
    agenda.schedule(
      BenchmarkEvent(member: event.member &+ 1),
      after: random.exponential(mean: .microseconds(1_000 / size)))
    let visit = station.arrive(
      at: agenda.now, service: random.exponential(mean: .microseconds(800)))
    agenda.schedule(
      BenchmarkEvent(code: 1, member: event.member), at: visit.finish, priority: .normal)
  }
}

/// Lease renewals: every node beats each 10 s (9.8 to 10.2) through 16 servers of 1 ms; beat and
/// answer are events.
struct HeartbeatLoad: BenchmarkLoad {
  let size: Int
  var hash = PopHash()
  var random = BenchmarkRandom(seed: 4)
  var station = FIFOStation(servers: 16)
  var renewals: [UInt64]

  init(size: Int) {
    self.size = size
    renewals = Array(repeating: 0, count: size)
  }

  mutating func start(_ agenda: inout some BenchmarkAgenda & ~Copyable) {
    for member in 0..<size {
      let phase = Int64(truncatingIfNeeded: random.next(below: 10_000_000_000))
      agenda.schedule(
        BenchmarkEvent(member: UInt32(member)), after: SimDuration(nanoseconds: phase))
    }
  }

  @inline(__always)
  mutating func handle(
    _ event: BenchmarkEvent, _ agenda: inout some BenchmarkAgenda & ~Copyable
  ) {
    hash.add(agenda.now, event.member)
    if event.code == 0 {
      let visit = station.arrive(at: agenda.now, service: .milliseconds(1))
      agenda.schedule(
        BenchmarkEvent(code: 1, member: event.member), at: visit.finish, priority: .normal)
    } else {
      renewals[Int(event.member)] &+= 1
      let jitter = Int64(truncatingIfNeeded: random.next(below: 400_000_000))
      agenda.schedule(
        BenchmarkEvent(member: event.member),
        after: SimDuration(nanoseconds: 9_800_000_000 &+ jitter))
    }
  }
}
