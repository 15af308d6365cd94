// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Testing

/// Removes everything and returns the payloads in order.
private func drain(_ queue: inout EventQueue<UInt64>) -> [UInt64] {
  var popped: [UInt64] = []
  while let record = queue.pop(notAfter: .end) { popped.append(record.payload) }
  return popped
}

@Suite("Event list")
struct EventQueueTests {
  @Test(
    "a huge group of one instant comes in order of priority, then of scheduling"
  )
  func hugeMixedTies() {
    var queue = EventQueue<UInt64>()
    let instant = SimTime.zero + .days(400)
    for sequence in 1...20_000 as ClosedRange<UInt64> {
      queue.push(
        sequence, at: instant, priority: EventPriority(UInt8(sequence * 7 % 16)),
        sequence: sequence)
    }
    let expected = (1...20_000 as ClosedRange<UInt64>).sorted {
      ($0 * 7 % 16, $0) < ($1 * 7 % 16, $1)
    }
    #expect(drain(&queue) == expected)
  }

  @Test("events pushed into a huge group while it is being popped keep their place")
  func pushesIntoTies() {
    var queue = EventQueue<UInt64>()
    var sequence: UInt64 = 0
    func push(_ queue: inout EventQueue<UInt64>, _ priority: UInt8) {
      sequence += 1
      queue.push(
        UInt64(priority) << 32 | sequence, at: .zero + .seconds(1),
        priority: EventPriority(priority), sequence: sequence)
    }
    for _ in 0..<2_000 { push(&queue, 8) }
    var popped: [UInt64] = []
    while let record = queue.pop(notAfter: .end) {
      popped.append(record.payload)
      // More than the near heap holds, of a lower, the same and a higher priority than the group.
      if popped.count < 1_500 {
        push(&queue, 9)
        push(&queue, 8)
      } else if popped.count == 1_500 {
        for _ in 0..<200 { push(&queue, 7) }
      }
    }
    // Before the 1,500th pop nothing of priority 7 was there; from then on it comes first.
    #expect(popped.count == 2_000 + 2 * 1_499 + 200)
    #expect(popped[..<1_500].allSatisfy { $0 >> 32 == 8 })
    #expect(popped[1_500..<1_700].allSatisfy { $0 >> 32 == 7 })
    #expect(popped[..<1_500] == popped[..<1_500].sorted()[...])
    #expect(Array(popped[1_500...]) == popped[1_500...].sorted())
  }

  @Test("a list that was sparse when its batch was made and becomes dense stays exact")
  func sparseThenDense() {
    var queue = EventQueue<UInt64>()
    var random = BenchmarkRandom(seed: 3)
    // Two events a year apart make one batch; then thousands come between them.
    queue.push(0, at: .zero, sequence: 1)
    queue.push(UInt64.max, at: .zero + .days(365), sequence: 2)
    let first = queue.pop(notAfter: .end)
    #expect(first?.payload == 0)
    var times: [UInt64] = []
    for sequence in 3..<5_000 as Range<UInt64> {
      let time = random.next(below: UInt64(SimDuration.days(365).nanoseconds))
      times.append(time)
      queue.push(time, at: SimTime(nanoseconds: time), sequence: sequence)
    }
    #expect(drain(&queue) == times.sorted() + [.max])
  }

  @Test("the last representable rank is an ordinary one")
  func endOfTime() {
    var queue = EventQueue<UInt64>()
    queue.push(1, at: .end, priority: .last, sequence: 1)
    queue.push(2, at: .end, priority: .last, sequence: 2)
    queue.push(3, at: .end, priority: .first, sequence: 3)
    let first = queue.pop(notAfter: .end)
    #expect(first?.payload == 3)
    queue.push(4, at: .end, priority: .last, sequence: 4)
    queue.push(5, at: .end, sequence: 5)
    #expect(drain(&queue) == [5, 1, 2, 4])
  }

  @Test("a ticket is good once, and never for the next holder of its slot")
  func tickets() {
    var queue = EventQueue<UInt64>()
    let first = queue.pushCancellable(1, at: .zero + .seconds(1), sequence: 1)
    let cancellations = [queue.cancel(first), queue.cancel(first), queue.cancel(.none)]
    #expect(cancellations == [true, false, false])
    let second = queue.pushCancellable(2, at: .zero + .seconds(2), sequence: 2)
    #expect(second.slot == first.slot)
    #expect(second != first)
    let stale = queue.cancel(first)
    #expect(!stale)
    let popped = drain(&queue)
    #expect(popped == [2])
    let late = queue.cancel(second)
    #expect(!late)
  }

  @Test("events of 40 bytes work as well")
  func largeEvents() {
    var queue = EventQueue<(UInt64, UInt64, UInt64, UInt64, UInt64)>()
    for sequence in 1...1_000 as ClosedRange<UInt64> {
      let key = sequence &* 0x9E37_79B9_7F4A_7C15 >> 40
      queue.push((key, 1, 2, 3, sequence), at: SimTime(nanoseconds: key), sequence: sequence)
    }
    var last = (0 as UInt64, 0 as UInt64)
    var count = 0
    while let record = queue.pop(notAfter: .end) {
      #expect((record.payload.0, record.payload.4) > last)
      #expect((record.payload.1, record.payload.2, record.payload.3) == (1, 2, 3))
      last = (record.payload.0, record.payload.4)
      count += 1
    }
    #expect(count == 1_000)
  }

  @Test(
    "the steady state asks for no more memory", arguments: [IncrementLaw.exponential, .bimodal])
  func steadyMemory(law: IncrementLaw) {
    var queue = EventQueue<UInt64>()
    var random = BenchmarkRandom(seed: 5)
    var sequence: UInt64 = 0
    func hold(_ count: Int, _ queue: inout EventQueue<UInt64>) {
      for _ in 0..<count {
        guard let record = queue.pop(notAfter: .end) else { return }
        sequence += 1
        queue.push(0, at: record.time + law.draw(&random), sequence: sequence)
      }
    }
    for _ in 0..<2_000 {
      sequence += 1
      queue.push(0, at: .zero + law.draw(&random), sequence: sequence)
    }
    hold(20_000, &queue)
    let settled = queue.chunksHeld
    hold(60_000 * TestScale.factor, &queue)
    let final = queue.chunksHeld
    #expect(final == settled)
  }
}
