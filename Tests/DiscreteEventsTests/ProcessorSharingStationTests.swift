// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Testing

@Suite("Processor sharing station")
struct ProcessorSharingStationTests {
  @Test("two equal customers take twice as long; a late one finds half the work done")
  func closedForms() {
    var station = ProcessorSharingStation(capacity: 1)
    _ = station.arrive(1, work: .seconds(2), at: .zero)
    _ = station.arrive(2, work: .seconds(2), at: .zero + .seconds(1))
    // The first has 1 s left, which takes 2 s for two; then the second has 1 s left alone.
    #expect(station.nextDeparture?.time == .zero + .seconds(3))
    #expect(station.departed(at: .zero + .seconds(3)) == 1)
    #expect(station.departed(at: .zero + .seconds(3)) == nil)
    #expect(station.nextDeparture?.time == .zero + .seconds(4))
    #expect(station.departed(at: .zero + .seconds(4)) == 2)
    #expect(station.nextDeparture == nil)
    #expect(station.busyNanoseconds(through: .zero + .seconds(9)) == 4_000_000_000)
  }

  @Test("the limit of one customer holds until there are more customers than processors")
  func limit() {
    var station = ProcessorSharingStation(capacity: 4, perCustomerLimit: 1)
    for customer in 0..<8 as Range<UInt32> {
      _ = station.arrive(customer, work: .seconds(1), at: .zero)
      let expected = SimDuration.milliseconds(max(1_000, Int(customer + 1) * 250))
      #expect(station.nextDeparture?.time == SimTime.zero + expected)
    }
    var order: [UInt32] = []
    while let customer = station.departed(at: .zero + .seconds(2)) { order.append(customer) }
    #expect(order == Array(0..<8))
  }

  @Test("a throttled station keeps the work done, and removal returns what is left")
  func throttlingAndRemoval() {
    var station = ProcessorSharingStation(capacity: 2)
    let ticket = station.arrive(1, work: .seconds(4), at: .zero)
    station.setCapacity(0.5, at: .zero + .seconds(1))
    #expect(station.nextDeparture?.time == .zero + .seconds(5))
    #expect(station.remainingWork(ticket, at: .zero + .seconds(2)) == .milliseconds(1_500))
    let generation = station.generation
    #expect(station.remove(ticket, at: .zero + .seconds(3)) == .seconds(1))
    #expect(!station.isCurrent(generation))
    #expect(station.remove(ticket, at: .zero + .seconds(3)) == nil)
    #expect(station.count == 0)
  }

  /// Integrates the fluid in real numbers from change to change, customer by customer.
  private struct Fluid {
    let capacity: Double
    let limit: Double
    var work: [UInt32: Double] = [:]
    var now = 0.0

    var rate: Double { min(limit, capacity / Double(work.count)) }

    mutating func advance(to time: Double) {
      if !work.isEmpty {
        let served = rate * (time - now)
        for customer in work.keys { work[customer]? -= served }
      }
      now = time
    }

    var next: (customer: UInt32, time: Double)? {
      work.min { ($0.value, $0.key) < ($1.value, $1.key) }.map { ($0.key, now + $0.value / rate) }
    }
  }

  @Test("departures are those of the fluid, integrated customer by customer", arguments: [1, 2, 3])
  func againstFluid(seed: UInt64) {
    var random = BenchmarkRandom(seed: seed)
    let (capacity, limit) = [(1.0, 1.0), (4.0, 1.0), (2.5, 0.7)][Int(seed) - 1]
    var station = ProcessorSharingStation(capacity: capacity, perCustomerLimit: limit)
    var fluid = Fluid(capacity: capacity, limit: limit)
    var tickets: [UInt32: Ticket] = [:]
    var arrivals = 0
    var departures = 0
    var nextArrival = SimTime.zero
    while departures < 1_500 {
      let departure = station.nextDeparture
      if arrivals < 2_000, nextArrival <= departure?.time ?? .end {
        let work = random.exponential(mean: .milliseconds(800))
        fluid.advance(to: nextArrival.seconds)
        let customer = UInt32(arrivals)
        fluid.work[customer] = work.seconds
        tickets[customer] = station.arrive(customer, work: work, at: nextArrival)
        if arrivals % 7 == 3, let victim = fluid.work.keys.min(), let ticket = tickets[victim] {
          let left = station.remove(ticket, at: nextArrival)
          let expected = fluid.work.removeValue(forKey: victim) ?? .nan
          #expect(abs((left ?? .max).seconds - expected) < 1e-6)
        }
        arrivals += 1
        nextArrival += random.exponential(mean: .milliseconds(Int(1_000 / capacity)))
        continue
      }
      guard let departure, let expected = fluid.next else { break }
      #expect(abs(departure.time.seconds - expected.time) < 1e-6)
      #expect(station.isCurrent(departure.generation))
      guard let customer = station.departed(at: departure.time) else {
        Issue.record("nobody left at the computed departure")
        return
      }
      fluid.advance(to: departure.time.seconds)
      #expect(abs(fluid.work.removeValue(forKey: customer) ?? .infinity) < 1e-6)
      departures += 1
    }
    #expect(station.completedCount == UInt64(departures))
    #expect(station.count == fluid.work.count)
  }
}
