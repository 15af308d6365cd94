// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics
import Testing

@testable import ClusterModel

/// API Priority and Fairness against published figures and closed forms.
struct FlowControlTests {
  static func seats(_ levels: [PriorityLevel], of total: Int = 600) -> [String: Int] {
    Dictionary(
      uniqueKeysWithValues: zip(
        levels.map(\.name), PriorityLevel.nominalSeats(levels, of: total)))
  }

  /// Measured on Kubernetes 1.36.2 with 400 + 200 (facts/real-calibration.md §2).
  @Test func nominalSeatsOf136() {
    let seats = Self.seats(PriorityLevel.builtin)
    #expect(
      seats == [
        "exempt": 0, "system": 74, "node-high": 98, "workload-high": 98, "workload-low": 245,
        "leader-election": 25, "global-default": 49, "catch-all": 13,
      ])
  }

  /// 1.20 has no node-high, and `system` 88 seats (facts/control-plane.md §2.2); set as a profile
  /// does.
  @Test func nominalSeatsOf120() throws {
    let world = try SmallWorld.bare(
      apiServer: """
        flow-control: priority-and-fairness, list-work-estimate: one-seat, \
        priority-levels: { node-high: { nominal-concurrency-shares: 0 } }, \
        flow-schemas: { system-node-high: { priority-level: system } }
        """)
    let configuration = world.configuration.clusters[0].value.apiServer
    let seats = Self.seats(configuration.priorityLevels)
    #expect(seats["system"] == 88)
    #expect(seats["node-high"] == 0)
    let schema = configuration.flowSchemas.first { $0.matches(.node, "leases") }
    #expect(schema?.level == "system")
  }

  static let sorted: [(ClientIdentity, String, String)] = [
    (.node, "leases", "node-high"), (.node, "pods", "system"),
    (.controllerManager, "pods", "workload-high"), (.scheduler, "leases", "leader-election"),
    (.systemServiceAccount, "pods", "workload-high"), (.serviceAccount, "events", "workload-low"),
    (.user, "secrets", "global-default"), (.anonymous, "pods", "catch-all"),
    (.masters, "nodes", "exempt"),
  ]

  @Test(arguments: sorted)
  func schemasSortClients(identity: ClientIdentity, resource: String, level: String) {
    let schema = FlowSchema.all([]).first { $0.matches(identity, resource) }
    #expect(schema?.level == level)
  }

  /// A server whose seats are those of one level, for users, and one of `catch-all`.
  static func oneLevel(
    seats: Int, queues: Int = 1, length: Int = 1_000_000, work: String, timeout: String = "1h",
    extra: String = ""
  ) throws -> SmallWorld {
    try SmallWorld.bare(
      etcd: "cpu-per-read: 0s",
      apiServer: """
        flow-control: priority-and-fairness, max-requests-inflight: \(seats), \
        max-mutating-requests-inflight: 1, request-timeout: \(timeout), cpu-per-wake-up: 0s, \
        cpu-per-read: \(work), cpu-per-kilobyte: 0s, machine: node, \
        priority-levels: { node-high: { nominal-concurrency-shares: 0 }, \
        system: { nominal-concurrency-shares: 0 }, \
        leader-election: { nominal-concurrency-shares: 0 }, \
        workload-high: { nominal-concurrency-shares: 0 }, \
        workload-low: { nominal-concurrency-shares: 0 }, \
        catch-all: { nominal-concurrency-shares: 1 }, \
        global-default: { nominal-concurrency-shares: \(seats), lendable-percent: 0, \
        queues: \(queues), hand-size: 1, queue-length-limit: \(length) } }
        """, machine: "cpu: 64, network-bandwidth: 1000Gbps", lines: extra)
  }

  /// Poisson arrivals, constant service, one seat and one queue: the mean wait is
  /// rho / (2 (1 - rho)) services (Pollaczek 1930, Khinchine 1932).
  static let loads: [(Int, Double)] = [(50, 0.5), (70, 1.166_667)]

  @Test(arguments: loads)
  func oneSeatIsAnMD1Queue(rate: Int, services: Double) throws {
    var simulation = try Self.oneLevel(
      seats: 1, work: "10ms",
      extra: """
        workload:
          - name: reads
            requests: { verb: get, resource: configmaps, rate: \(rate)/s, resource-version-zero: true, timeout: 1h }
        """
    ).simulation()
    simulation.run(to: 10)
    simulation.openWindow()
    simulation.run(to: 110)
    let name = "apiserver_flowcontrol_request_wait_duration_seconds"
    let wait = try #require(simulation.metric(name, "global-default")?.mean)
    #expect(abs(wait / (0.010 * services) - 1) < 0.12, "\(wait)")
  }

  /// Two flows of one level share its seats equally however much each asks for, when each has its
  /// own queue; the modest one is served in full (max-min fairness).
  @Test func aModestFlowIsNotCrowdedOut() throws {
    var simulation = try Self.oneLevel(
      seats: 2, queues: 64, length: 50, work: "10ms", timeout: "4s",
      extra: """
        workload:
          - name: storm
            requests: { verb: get, resource: configmaps, rate: 600/s, resource-version-zero: true, timeout: 1h }
          - name: modest
            requests: { verb: get, resource: secrets, rate: 60/s, arrivals: periodic, resource-version-zero: true, timeout: 1h }
        """
    ).simulation()
    simulation.run(to: 15)
    // Two seats of 10 ms: 200 requests a second, 60 of them the modest flow's.
    let name = "rest_client_requests_total"
    let modest = simulation.total(name, "modest", "200")
    let storm = simulation.total(name, "storm", "200")
    #expect(abs(modest - 900) <= 5, "\(modest)")
    #expect(abs(storm - 2_100) <= 15, "\(storm)")
    #expect(simulation.total(name, "modest", "429") == 0)
    #expect(simulation.total("apiserver_flowcontrol_rejected_requests_total", "queue-full") > 0)
    let slowest = simulation.metric("rest_client_request_duration_seconds", "modest")?.max
    #expect((slowest ?? 1) < 0.1)
    let now = simulation.now
    #expect(simulation.cluster.occupancies.allSatisfy { $0.littlesLawHolds(at: now) })
  }

  /// A request waits at most a quarter of `request-timeout`, then it is answered with 429.
  @Test func waitsAreLimited() throws {
    var simulation = try Self.oneLevel(
      seats: 2, work: "900ms", timeout: "2s",
      extra: """
        workload:
          - { name: reads, requests: { verb: get, resource: configmaps, at: [1s, 1s, 1s, 1s], resource-version-zero: true } }
        """
    ).simulation()
    simulation.run(to: 1.499)
    #expect(simulation.total("apiserver_flowcontrol_rejected_requests_total") == 0)
    #expect(
      simulation.metric("apiserver_flowcontrol_current_inqueue_requests", "global-default")?.last
        == 2)
    simulation.run(to: 1.501)
    #expect(
      simulation.total("apiserver_flowcontrol_rejected_requests_total", "time-out") == 2)
    // Both come again after Retry-After and then find a seat.
    simulation.run(to: 6)
    #expect(simulation.total("rest_client_requests_total", "reads", "429") == 2)
    #expect(simulation.total("rest_client_requests_total", "reads", "200") == 4)
    #expect(simulation.cluster.context.requests.count == 0)
  }

  /// Two of k cards from a deck of n each: the chance that all cards of one flow are among another's
  /// is 1 / C(n, k); that they share at least one 1 - C(n-k, k) / C(n, k).
  @Test func handsAreDealtUniformly() {
    let (deck, size, deals) = (64, 6, 20_000)
    var counts = [Int](repeating: 0, count: deck)
    var disjoint = 0
    var generator = SplitMix64(seed: 7)
    for _ in 0..<deals {
      var hands = [SIMD16<UInt16>(repeating: .max), SIMD16<UInt16>(repeating: .max)]
      for index in 0..<2 {
        FairQueues.deal(generator.next(), handSize: size, deck: deck, into: &hands[index])
        let cards = (0..<size).map { hands[index][$0] }
        #expect(Set(cards).count == size && cards.allSatisfy { $0 < deck })
        for card in cards { counts[Int(card)] += 1 }
      }
      let first = Set((0..<size).map { hands[0][$0] })
      if first.isDisjoint(with: (0..<size).map { hands[1][$0] }) { disjoint += 1 }
    }
    // C(58, 6) / C(64, 6) = 0.54003
    let share = Double(disjoint) / Double(deals)
    #expect(abs(share - 0.54003) < 3.5 * (0.54 * 0.46 / Double(deals)).squareRoot(), "\(share)")
    let mean = Double(2 * deals * size) / Double(deck)
    #expect(counts.allSatisfy { abs(Double($0) - mean) < 4.5 * mean.squareRoot() })
  }

  /// mutating_work_estimator.go: 5,000 watchers are 500 units of 5 ms of a seat, that is 2.5 seat
  /// seconds; in 10 seats 250 ms (facts/control-plane.md §2.2).
  static let writes: [(Int, Int, Double)] = [
    (5_000, 10, 250), (100, 10, 5), (10, 1, 5), (9, 1, 0), (250, 10, 12.5),
  ]

  @Test(arguments: writes)
  func writesPayForTheirWatchers(watchers: Int, seats: Int, milliseconds: Double) {
    #expect(FlowControl.finalSeats(watchers: watchers) == seats)
    let extra = FlowControl.latencyAfterAnswer(watchers: watchers, seats: seats)
    #expect(extra.seconds * 1_000 == milliseconds)
  }

  /// A level that wants more borrows what others lend, never below what they keep, and all seats are
  /// given out.
  @Test func seatsAreDividedWithinTheirRanges() {
    let shares = SeatRange.divide(
      600,
      among: [
        SeatRange(low: 50, high: 600, target: 50), SeatRange(low: 25, high: 600, target: 400),
        SeatRange(low: 100, high: 120, target: 150), SeatRange(low: 0, high: 600, target: 0),
      ])
    // 120 is the third's limit; the first two divide 480 as 50 to 400.
    #expect(shares == [53, 427, 120, 0])
  }

  /// A level in a storm gets more seats after 10 s, not before, and lends none below its own need.
  @Test func borrowingFollowsDemandEveryTenSeconds() throws {
    let storms = (1...4).map {
      """
        - name: storm\($0)
          requests:
            { verb: get, resource: configmaps, workers: 250, timeout: 1h }
      """
    }.joined(separator: "\n")
    var simulation = try SmallWorld.bare(
      etcd: "cpu-per-read: 1s, machine: node",
      apiServer: "flow-control: priority-and-fairness, machine: node", machine: "cpu: 4000",
      lines: "workload:\n" + storms
    ).simulation()
    func limit() -> Double? {
      simulation.metric(
        "apiserver_flowcontrol_current_limit_seats", "global-default")?.last
    }
    simulation.run(to: 9.9)
    // 49 nominal, half of the lendable 25 lent out.
    #expect(limit() == 37)
    let executing = "apiserver_flowcontrol_current_executing_seats"
    #expect(simulation.metric(executing, "global-default")?.last == 37)
    simulation.run(to: 12)
    // 602 seats less what the others keep: 98 - 25, 74 - 24, 25, 98 - 49, 245 - 221, 13. The real one
    // borrowed up to 368 in a storm (facts/real-calibration.md §2).
    let borrowed = try #require(limit())
    #expect(borrowed == 368)
    #expect(simulation.metric(executing, "global-default")?.last == borrowed)
  }
}
