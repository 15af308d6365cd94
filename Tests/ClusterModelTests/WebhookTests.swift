// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Testing

@testable import ClusterModel

/// Admission webhooks and the audit log in the request path.
struct WebhookTests {
  static func write(_ webhooks: String, verb: String = "update", more: String = "") throws
    -> ClusterSimulation
  {
    try SmallWorld.bare(
      etcd: "cpu-per-request: 0s, log-cpu-per-entry: 0s, apply-cpu-per-entry: 0s",
      apiServer: """
        cpu-per-wake-up: 0s, cpu-per-write: 1ms, write-cpu-per-kilobyte: 0s\(more), \
        admission-webhooks: { \(webhooks) }
        """,
      lines: """
        workload:
          - name: load
            requests: { verb: \(verb), resource: configmaps, at: [1s], timeout: 1m }
        """
    ).simulation()
  }

  /// CPU of 1 ms and one log sync of 100 us; no round trips.
  static let bare = 0.0011

  static func latency(_ webhooks: String, verb: String = "update", more: String = "") throws
    -> Double?
  {
    var simulation = try write(webhooks, verb: verb, more: more)
    simulation.run(to: 40)
    #expect(simulation.cluster.context.requests.count == 0)
    for profile in simulation.cluster.context.accounts.profiles where profile.count > 0 {
      #expect(profile.overcharged == 0, "\(profile.name)")
    }
    return simulation.metric("apiserver_request_duration_seconds", verb.label, "configmaps")?.max
  }

  /// Mutating webhooks are called in turn (their times add up), validating ones at once after them
  /// (the slowest counts).
  @Test func mutatingAddUpAndValidatingOverlap() throws {
    let webhooks = """
      a: { type: validating, latency: 300ms }, b: { type: mutating, latency: 100ms }, \
      c: { type: validating, latency: 200ms }, d: { type: mutating, latency: 50ms }
      """
    let time = try #require(try Self.latency(webhooks))
    #expect(abs(time - (0.45 + Self.bare)) < 0.0005, "\(time)")
  }

  @Test func webhooksSeeWhatTheirRulesSay() throws {
    let others = "a: { latency: 1s, resources: [pods] }, b: { latency: 1s, operations: [CREATE] }"
    let time = try #require(try Self.latency(others))
    #expect(abs(time - Self.bare) < 0.0005, "\(time)")
  }

  /// A webhook that does not answer costs `timeout`, 10 s by default (admissionregistration.k8s.io/v1);
  /// the request then goes on or is refused.
  @Test(arguments: [("Ignore", "200"), ("Fail", "500")])
  func failurePolicies(policy: String, code: String) throws {
    var simulation = try Self.write("gone: { latency: 1h, failurePolicy: \(policy) }")
    simulation.run(to: 10.9)
    #expect(simulation.total("apiserver_request_total") == 0)
    #expect(simulation.metric("apiserver_current_inflight_requests", "mutating")?.last == 1)
    simulation.run(to: 11.1)
    #expect(simulation.total("apiserver_request_total", code) == 1)
    let written = simulation.total("etcd_server_proposals_committed_total")
    #expect(written == (policy == "Ignore" ? 1 : 0))
    let open = simulation.total("apiserver_admission_webhook_fail_open_count", "gone")
    let refused = simulation.total("apiserver_admission_webhook_rejection_count", "gone")
    #expect(open == (policy == "Ignore" ? 1 : 0))
    #expect(refused == (policy == "Fail" ? 1 : 0))
    let calls = simulation.metric("apiserver_admission_webhook_admission_duration_seconds", "gone")
    #expect(calls?.max == 10)
    #expect(simulation.cluster.context.requests.count == 0)
  }

  /// `blocking` makes the answer wait for CPU and write; `batch` spends the same CPU beside it.
  @Test func auditing() throws {
    let audit = """
      , machine: node, audit-policy-level: Metadata, audit-cpu-per-kilobyte: 20ms, \
      audit-write-latency: 30ms, audit-log-mode:
      """
    let blocking = try #require(try Self.latency("", more: audit + " blocking"))
    let batch = try #require(try Self.latency("", more: audit + " batch"))
    #expect(abs(blocking - (0.05 + Self.bare)) < 0.0005, "\(blocking)")
    #expect(abs(batch - Self.bare) < 0.0005, "\(batch)")
    var seconds: [Double] = []
    for mode in [" blocking", " batch"] {
      var simulation = try Self.write("", more: audit + mode)
      simulation.run(to: 2)
      #expect(simulation.total("apiserver_audit_event_total") == 1)
      #expect(simulation.total("apiserver_audit_log_bytes_total") == 1_000)
      seconds.append(simulation.total("process_cpu_seconds_total", "kube-apiserver"))
    }
    #expect(seconds[0] == seconds[1] && seconds[0] > 0.02)
  }
}

extension String {
  fileprivate var label: String { self == "update" ? "PUT" : uppercased() }
}
