// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Testing

/// How far ahead a script schedules.
enum IncrementLaw: String, CaseIterable {
  /// Exponential with mean 1 s.
  case exponential
  /// Uniform between 9.8 and 10.2 s, like lease renewals.
  case leases
  /// 94 % with mean 1 ms and 6 % with mean 10 s.
  case bimodal
  /// Whole seconds 1 ... 8: huge groups of the same instant.
  case wholeSeconds
  /// Nothing or a few nanoseconds: everything at nearly the same instant.
  case instant
  /// Any number of bits up to the whole range of time.
  case anyMagnitude

  func draw(_ random: inout BenchmarkRandom) -> SimDuration {
    switch self {
    case .exponential: return random.exponential(mean: .seconds(1))
    case .leases: return .nanoseconds(9_800_000_000 + Int(random.next(below: 400_000_000)))
    case .bimodal:
      let isShort = random.next(below: 100) < 94
      return random.exponential(mean: isShort ? .milliseconds(1) : .seconds(10))
    case .wholeSeconds: return .seconds(1 + Int(random.next(below: 8)))
    case .instant: return .nanoseconds(Int(random.next(below: 3)))
    case .anyMagnitude:
      return SimDuration(nanoseconds: Int64(random.next() >> (4 + random.next(below: 60))))
    }
  }
}

/// The event list and a plain binary heap under the same random script; cancelled events are marked
/// in a table that only the heap's side looks at.
private struct Script: ~Copyable {
  var random: BenchmarkRandom
  let law: IncrementLaw
  var queue = EventQueue<UInt64>()
  var oracle = ReferenceQueue<UInt64>()
  var isGone: [Bool] = [false]
  var tickets: [(ticket: Ticket, sequence: Int)] = []
  var now = SimTime.zero
  var live = 0

  init(law: IncrementLaw, seed: UInt64) {
    self.law = law
    random = BenchmarkRandom(seed: seed)
  }

  mutating func push() {
    let sequence = UInt64(isGone.count)
    let time = now + law.draw(&random)
    let priority: EventPriority =
      random.next(below: 4) == 0 ? EventPriority(UInt8(random.next(below: 16))) : .normal
    if random.next(below: 3) == 0 {
      let ticket = queue.pushCancellable(
        sequence, at: time, priority: priority, sequence: sequence)
      tickets.append((ticket, isGone.count))
    } else {
      queue.push(sequence, at: time, priority: priority, sequence: sequence)
    }
    oracle.push(
      .init(
        time: time.nanoseconds, sequence: sequence, priority: UInt64(priority.rawValue),
        payload: sequence))
    isGone.append(false)
    live += 1
  }

  /// Takes back one of the last tickets; many of them are stale by then.
  mutating func cancel() {
    guard !tickets.isEmpty else { return }
    let reach = UInt64(min(tickets.count, 500))
    let index = tickets.count - 1 - Int(random.next(below: reach))
    let (ticket, sequence) = tickets[index]
    let (wasPending, wasCancelled) = (queue.isPending(ticket), queue.cancel(ticket))
    #expect(wasPending == !isGone[sequence])
    #expect(wasCancelled == !isGone[sequence])
    if !isGone[sequence] { live -= 1 }
    isGone[sequence] = true
  }

  mutating func skipCancelledOfOracle() {
    while let first = oracle.first, isGone[Int(first.sequence)] { _ = oracle.pop() }
  }

  mutating func pop(notAfter limit: SimTime) {
    skipCancelledOfOracle()
    let record = queue.pop(notAfter: limit)
    guard let expected = oracle.first, expected.time <= limit.nanoseconds else {
      #expect(record?.payload == nil)
      return
    }
    _ = oracle.pop()
    #expect(record?.payload == expected.payload)
    #expect(record?.time.nanoseconds == expected.time)
    isGone[Int(expected.sequence)] = true
    now = SimTime(nanoseconds: expected.time)
    live -= 1
  }

  mutating func peek() {
    skipCancelledOfOracle()
    let time = queue.peekTime()
    #expect(time?.nanoseconds == oracle.first?.time)
  }

  /// - Parameter growth: pushes in a hundred operations; the rest are mostly pops.
  mutating func run(operations: Int, growth: UInt64) {
    for _ in 0..<operations {
      let die = random.next(below: 100)
      if die < growth {
        push()
      } else if die < 94 {
        pop(notAfter: .end)
      } else if die < 96 {
        cancel()
      } else if die < 98 {
        // A run until an instant that is often before the next event: the clock moves without a
        // pop.
        let limit = now + law.draw(&random) / 16
        pop(notAfter: limit)
        if queue.peekTime() ?? .end > limit, limit > now { now = limit }
      } else {
        peek()
      }
    }
    let count = queue.count
    #expect(count == live)
  }
}

@Suite("Event list against a binary heap")
struct EventQueueOracleTests {
  @Test(
    "random scripts of push, pop, cancel, peek and run-until pop the same events",
    arguments: IncrementLaw.allCases, [UInt64(1), 2])
  func randomScripts(law: IncrementLaw, seed: UInt64) {
    var script = Script(law: law, seed: seed)
    // Grow, hold, shrink, hold nearly empty, grow again and drain.
    for (growth, share) in [(70, 20), (47, 30), (30, 20), (45, 10), (70, 10)] as [(UInt64, Int)] {
      script.run(operations: share * 2_500 * TestScale.factor, growth: growth)
    }
    while script.live > 0 { script.pop(notAfter: .end) }
    let (isEmpty, next) = (script.queue.isEmpty, script.queue.pop(notAfter: .end))
    #expect(isEmpty)
    #expect(next?.payload == nil)
  }

  @Test("re-arming timers for ever keeps memory bounded", arguments: [10, 2_000])
  func rearmedTimers(population: Int) {
    var queue = EventQueue<UInt64>()
    var random = BenchmarkRandom(seed: 9)
    var sequence: UInt64 = 0
    var tickets: [Ticket] = []
    func arm(_ queue: inout EventQueue<UInt64>) -> Ticket {
      sequence += 1
      return queue.pushCancellable(
        sequence, at: .zero + .hours(1) + .nanoseconds(Int(sequence)), sequence: sequence)
    }
    for _ in 0..<population { tickets.append(arm(&queue)) }
    for _ in 0..<30_000 * TestScale.factor {
      let index = Int(random.next(below: UInt64(population)))
      let cancelled = queue.cancel(tickets[index])
      #expect(cancelled)
      tickets[index] = arm(&queue)
    }
    let (count, held) = (queue.count, queue.recordsHeld)
    #expect(count == population)
    #expect(held <= 2 * population + 2_048)
    var popped = 0
    while queue.pop(notAfter: .end) != nil { popped += 1 }
    #expect(popped == population)
    let left = queue.recordsHeld
    #expect(left == 0)
  }
}
