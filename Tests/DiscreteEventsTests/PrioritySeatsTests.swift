// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Testing

@Suite("Priority seats")
struct PrioritySeatsTests {
  @Test("a random script admits, rejects and cancels like a sorted list", arguments: [1, 2, 3])
  func againstSortedList(seed: UInt64) {
    var random = BenchmarkRandom(seed: seed)
    var seats = PrioritySeats(seats: 5, waitingRoom: 40)
    var limit = 5
    var seated = 0
    var line: [(item: UInt32, priority: Int32, ticket: Ticket)] = []
    var tickets: [(item: UInt32, ticket: Ticket)] = []
    var seatTime: UInt128 = 0
    var now = SimTime.zero

    /// Who the list would seat next: the first of the highest priority.
    func takeNext() -> UInt32? {
      guard seated < limit, let best = line.map(\.priority).max(),
        let index = line.firstIndex(where: { $0.priority == best })
      else { return nil }
      seated += 1
      return line.remove(at: index).item
    }

    for item in 0..<4_000 as Range<UInt32> {
      let step = SimDuration.nanoseconds(Int(random.next(below: 1_000)))
      seatTime += UInt128(seated) * UInt128(step.nanoseconds)
      now += step
      switch random.next(below: 16) {
      case 0..<8:
        let priority = Int32(truncatingIfNeeded: random.next(below: 5)) - 2
        switch seats.request(item, priority: priority, at: now) {
        case .seated:
          #expect(seated < limit && line.isEmpty)
          seated += 1
        case .waiting(let ticket):
          #expect((seated >= limit || !line.isEmpty) && line.count < 40)
          line.append((item, priority, ticket))
          tickets.append((item, ticket))
        case .rejected:
          #expect(line.count == 40)
        }
      case 8..<13:
        guard seated > 0 else { continue }
        let next = seats.release(at: now)
        seated -= 1
        #expect(next == takeNext())
      case 13, 14:
        guard !tickets.isEmpty else { continue }
        let (victim, ticket) = tickets[Int(random.next(below: UInt64(tickets.count)))]
        let index = line.firstIndex { $0.item == victim }
        #expect(seats.cancel(ticket) == (index != nil))
        if let index { line.remove(at: index) }
      default:
        limit = Int(random.next(below: 9))
        seats.setSeats(limit)
        while let expected = takeNext() { #expect(seats.seatNext(at: now) == expected) }
        #expect(seats.seatNext(at: now) == nil)
      }
      #expect(seats.waitingCount == line.count)
      #expect(seats.seatedCount == seated)
    }
    #expect(seats.seatNanoseconds(through: now) == seatTime)
    #expect(seats.rejectedCount > 0 && seats.cancelledCount > 0 && seats.peakWaiting == 40)
  }

  @Test(
    "with fewer seats nobody is sent away, and seats given back stay empty at first"
  )
  func shrinking() {
    var seats = PrioritySeats(seats: 3)
    for item in 0..<5 as Range<UInt32> { _ = seats.request(item, at: .zero) }
    seats.setSeats(1)
    #expect(seats.release(at: .zero) == nil)
    #expect(seats.release(at: .zero) == nil)
    #expect(seats.release(at: .zero) == 3)
  }
}
