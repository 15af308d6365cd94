// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Testing

@Suite("FIFO station")
struct FIFOStationTests {
  /// The same station event by event: a plain list of visitors who take the first free server in
  /// turn.
  private struct ByHand {
    var freeAt: [UInt64]
    var visits: [(arrival: UInt64, start: UInt64, finish: UInt64)] = []

    mutating func arrive(at now: UInt64, service: UInt64) -> (start: UInt64, finish: UInt64) {
      let server = freeAt.indices.min { freeAt[$0] < freeAt[$1] } ?? 0
      let start = max(now, freeAt[server])
      freeAt[server] = start + service
      visits.append((now, start, start + service))
      return (start, start + service)
    }

    func waiting(at now: UInt64) -> Int { visits.count { $0.arrival <= now && $0.start > now } }
    func serving(at now: UInt64) -> Int { visits.count { $0.start <= now && $0.finish > now } }

    func servedTime(through now: UInt64) -> UInt64 {
      visits.reduce(0) { $0 + min($1.finish, now) - min($1.start, now) }
    }
  }

  @Test(
    "starts, finishes, counts and busy time are those of a list of visitors",
    arguments: [1, 2, 3, 16, 100])
  func againstByHand(servers: Int) {
    var random = BenchmarkRandom(seed: UInt64(servers))
    var station = FIFOStation(servers: servers)
    var reference = ByHand(freeAt: Array(repeating: 0, count: servers))
    var now: UInt64 = 0
    var waited: UInt64 = 0
    for step in 0..<600 {
      // Idle, loaded and overloaded by turns, with bursts at one instant.
      let load = [200, 1_000, 1_500][step / 200]
      if random.next(below: 4) > 0 { now += random.next(below: UInt64(2_000_000 / servers / load)) }
      let service = random.next(below: 2_000)
      let visit = station.arrive(
        at: SimTime(nanoseconds: now), service: .nanoseconds(Int(service)))
      let expected = reference.arrive(at: now, service: service)
      #expect(visit.start.nanoseconds == expected.start)
      #expect(visit.finish.nanoseconds == expected.finish)
      waited += expected.start - now
      let time = SimTime(nanoseconds: now)
      #expect(station.waitingCount(at: time) == reference.waiting(at: now))
      #expect(station.occupiedServers(at: time) == reference.serving(at: now))
      #expect(
        station.occupiedNanoseconds(through: time) == UInt128(reference.servedTime(through: now)))
    }
    #expect(station.acceptedCount == 600)
    #expect(station.waitedNanoseconds == UInt128(waited))
    #expect(
      station.servedNanoseconds
        == UInt128(reference.visits.reduce(0) { $0 + $1.finish - $1.start }))
  }

  @Test("a deterministic overload waits as arithmetic says")
  func deterministicOverload() {
    // Arrivals each 1 ms, service 1.5 ms: visitor n (from 0) waits n x 0.5 ms.
    var station = FIFOStation(servers: 1)
    for number in 0..<100 {
      let visit = station.arrive(
        at: .zero + .milliseconds(number), service: .microseconds(1_500))
      #expect(visit.start == .zero + .microseconds(1_500 * number))
    }
    #expect(station.waitedNanoseconds == UInt128(500_000 * 99 * 100 / 2))
    // After 99 ms one is in service since 99 ms; 33 more of the hundred have not begun.
    #expect(station.waitingCount(at: .zero + .milliseconds(99)) == 33)
    let utilisation = station.utilisation(
      from: .zero, occupiedThen: 0, to: .zero + .milliseconds(300))
    #expect(utilisation == 0.5)
  }

  @Test("a full waiting room rejects, and only those who would wait")
  func waitingRoom() {
    var station = FIFOStation(servers: 2, waitingRoom: 1)
    let starts = (0..<5).map { _ in
      station.tryArrive(at: .zero, service: .seconds(1))?.start
    }
    #expect(starts == [.zero, .zero, .zero + .seconds(1), nil, nil])
    #expect(station.rejectedCount == 2)
    // At one second the waiting one has begun, so one may wait again.
    let later = (0..<3).map { _ in
      station.tryArrive(at: .zero + .seconds(1), service: .seconds(1))?.start
    }
    #expect(later == [.zero + .seconds(1), .zero + .seconds(2), nil])
    #expect(station.peakWaiting == 1)
    var noRoom = FIFOStation(servers: 1, waitingRoom: 0)
    #expect(noRoom.tryArrive(at: .zero, service: .seconds(1)) != nil)
    #expect(noRoom.tryArrive(at: .zero, service: .seconds(1)) == nil)
    #expect(noRoom.tryArrive(at: .zero + .seconds(1), service: .seconds(1)) != nil)
  }

  @Test("a stopped world begins nothing before it goes on, and keeps what was promised")
  func blocking() {
    var station = FIFOStation(servers: 2)
    let promised = station.arrive(at: .zero, service: .seconds(3))
    station.block(at: .zero + .seconds(1), until: .zero + .seconds(5))
    #expect(station.occupiedServers(at: .zero + .seconds(1)) == 2)
    let first = station.arrive(at: .zero + .seconds(1), service: .seconds(1))
    let second = station.arrive(at: .zero + .seconds(2), service: .seconds(1))
    let third = station.arrive(at: .zero + .seconds(2), service: .seconds(1))
    #expect(promised.finish == .zero + .seconds(3))
    #expect([first.start, second.start, third.start] == [5, 5, 6].map { .zero + .seconds($0) })
    // By 6 s: 3 s of service and 2 s of hold on one server, 4 s of hold on the other, 2 s of
    // service at 5 s.
    #expect(station.occupiedNanoseconds(through: .zero + .seconds(6)) == 11_000_000_000)
    #expect(station.servedNanoseconds == 6_000_000_000)
    #expect(station.occupiedServers(at: .zero + .seconds(7)) == 0)
  }

  @Test("a stored station goes on as if nothing had happened")
  func coding() throws {
    var station = FIFOStation(servers: 3, waitingRoom: 4)
    for number in 0..<6 {
      _ = station.tryArrive(at: .zero + .milliseconds(number), service: .seconds(1))
    }
    var restored = try storedAndRead(station)
    for number in 6..<5_000 {
      let (now, service) = (SimTime.zero + .milliseconds(number), SimDuration.milliseconds(7))
      #expect(
        restored.tryArrive(at: now, service: service)
          == station.tryArrive(at: now, service: service))
    }
    #expect(restored.rejectedCount == station.rejectedCount)
    #expect(restored.waitedNanoseconds == station.waitedNanoseconds)
  }
}
