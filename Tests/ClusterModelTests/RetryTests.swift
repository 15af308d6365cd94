// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// What clients do after a failure, and how polling agents lie in time.
struct RetryTests {
  /// One read that takes etcd 900 ms, with 300 ms of patience for each try.
  static func impatient(_ retry: String) throws -> ClusterSimulation {
    try SmallWorld.bare(
      etcd: "cpu-per-read: 900ms", apiServer: "machine: node",
      lines: """
        workload:
          - name: reads
            requests: { verb: get, resource: configmaps, at: [1s], timeout: 300ms, \(retry) }
        """
    ).simulation()
  }

  static func tries(_ simulation: borrowing ClusterSimulation) -> Double {
    simulation.total("rest_client_requests_total", "reads", "<error>")
  }

  /// Tries at 1, 2.3, 3.6 s ...; the server answers each, to nobody.
  @Test func fixedRetries() throws {
    var simulation = try Self.impatient("retry: fixed, retries: 3, retry-base: 1s, retry-jitter: 0")
    for (moment, count) in [(1.29, 0.0), (1.31, 1), (2.59, 1), (2.61, 2), (3.91, 3), (5.21, 4)] {
      simulation.run(to: moment)
      let made = Self.tries(simulation)
      #expect(made == count, "at \(moment) s")
      let now = simulation.now
      #expect(simulation.cluster.occupancies.allSatisfy { $0.littlesLawHolds(at: now) })
    }
    simulation.run(to: 20)
    let made = Self.tries(simulation)
    #expect(made == 4)
    #expect(simulation.total("apiserver_abandoned_responses_total", "GET") == 4)
    #expect(simulation.cluster.context.requests.count == 0)
  }

  /// Waits of 0.4, 0.8, 1.0, 1.0 s: the cap ends the doubling.
  @Test func exponentialRetries() throws {
    var simulation = try Self.impatient(
      "retry: exponential, retries: 4, retry-base: 400ms, retry-cap: 1s, retry-jitter: 0")
    for (moment, count) in [(1.31, 1.0), (1.99, 1), (2.01, 2), (3.11, 3), (4.41, 4), (5.71, 5)] {
      simulation.run(to: moment)
      let made = Self.tries(simulation)
      #expect(made == count, "at \(moment) s")
    }
    simulation.run(to: 20)
    let made = Self.tries(simulation)
    #expect(made == 5)
    #expect(simulation.cluster.context.requests.count == 0)
  }

  static let ends: [(RetryCondition, RequestOutcome, Bool)] = [
    (.timeouts, .noSpace, false), (.errors, .noSpace, true), (.errors, .tooManyRequests, false),
    (.failures, .tooManyRequests, true), (.failures, .notFound, false),
    (.timeouts, .clientTimeout, true), (.failures, .ok, false),
  ]

  @Test(arguments: ends)
  func conditions(condition: RetryCondition, outcome: RequestOutcome, repeats: Bool) {
    let policy = RetryPolicy(
      condition: condition, tries: 2, base: .seconds(1), factor: 1, cap: .seconds(1), jitter: 0)
    #expect(policy.repeats(after: outcome, attempt: 2) == repeats)
    #expect(!policy.repeats(after: outcome, attempt: 3))
  }

  /// A wait with jitter j lies between 1 and 1 + j of it.
  @Test func jitterLengthens() {
    let policy = RetryPolicy(
      condition: .failures, tries: 9, base: .seconds(1), factor: 2, cap: .seconds(30), jitter: 0.5)
    #expect(policy.wait(attempt: 3, unit: 0) == .seconds(4))
    #expect(policy.wait(attempt: 3, unit: 1) == .seconds(6))
    #expect(policy.wait(attempt: 9, unit: 0) == .seconds(30))
  }

  /// Agents that poll together have all requests in flight at once; at random moments hardly two.
  static let peaks: [(String, ClosedRange<Double>)] = [
    ("synchronised", 40.0...40.0), ("random", 1.0...6.0),
  ]

  @Test(arguments: peaks)
  func phases(phase: String, peak: ClosedRange<Double>) throws {
    var simulation = try SmallWorld.bare(
      "  nodePools: [ { name: workers, machine: node, count: 40 } ]",
      apiServer: "cpu-per-read: 5ms",
      lines: """
        workload:
          - name: agents
            agents: { resource: secrets, verb: get, every: 20s, phase: \(phase), resource-version-zero: true }
        """
    ).simulation()
    simulation.run(to: 19)
    simulation.openWindow()
    let before = simulation.total("rest_client_requests_total", "agents", "200")
    simulation.run(to: 79)
    let inFlight = try #require(
      simulation.metric("apiserver_current_inflight_requests", "readOnly")?.peak)
    #expect(peak.contains(inFlight), "\(inFlight)")
    let polls = simulation.total("rest_client_requests_total", "agents", "200") - before
    #expect(abs(polls - 120) <= 2, "\(polls)")
  }
}
