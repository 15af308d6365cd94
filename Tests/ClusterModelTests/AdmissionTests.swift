// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// In-flight seats and the three ways in which a request ends without its answer.
struct AdmissionTests {
  /// Reads that take etcd 0.9 s each (plus 0.45 ms on the API server), at given moments.
  static func reads(
    at moments: String, apiServer: String, timeout: String = "30s"
  ) throws -> ClusterSimulation {
    try SmallWorld.bare(
      etcd: "cpu-per-read: 900ms", apiServer: apiServer,
      lines: """
        workload:
          - name: reads
            requests:
              { verb: get, resource: configmaps, at: \(moments), timeout: \(timeout) }
        """
    ).simulation()
  }

  /// kube-apiserver answers 429 with `Retry-After: 1` (filters/maxinflight.go), client-go obeys.
  @Test func tooManyRequests() throws {
    var simulation = try Self.reads(
      at: "[1s, 1s, 1s]", apiServer: "max-requests-inflight: 2")
    simulation.run(to: 1.5)
    #expect(simulation.total("apiserver_dropped_requests_total", "readOnly") == 1)
    #expect(simulation.metric("apiserver_current_inflight_requests", "readOnly")?.last == 2)
    simulation.run(to: 2.89)
    #expect(simulation.total("apiserver_request_total", "GET", "200") == 2)
    simulation.run(to: 2.91)
    #expect(simulation.total("apiserver_request_total", "GET", "200") == 3)
    #expect(simulation.total("apiserver_request_total", "GET", "429") == 1)
    #expect(simulation.metric("apiserver_current_inflight_requests", "readOnly")?.peak == 2)
  }

  @Test("reads do not take the seats of writes")
  func kindsHaveTheirOwnSeats() throws {
    var simulation = try SmallWorld.bare(
      etcd: "cpu-per-read: 900ms", apiServer: "max-requests-inflight: 1",
      lines: """
        workload:
          - { name: reads, requests: { verb: get, resource: configmaps, at: [1s, 1s] } }
          - { name: writes, requests: { verb: update, resource: secrets, at: [1100ms] } }
        """
    ).simulation()
    simulation.run(to: 1.2)
    #expect(simulation.total("apiserver_request_total", "PUT", "200") == 1)
    #expect(simulation.total("apiserver_request_total", "GET", "429") == 1)
  }

  @Test("a client that leaves does not stop the server's work")
  func clientTimeoutLeavesWorkBehind() throws {
    var simulation = try Self.reads(
      at: "[1s]", apiServer: "max-requests-inflight: 2", timeout: "300ms")
    simulation.run(to: 1.29)
    #expect(simulation.total("rest_client_requests_total") == 0)
    simulation.run(to: 1.31)
    #expect(simulation.total("rest_client_requests_total", "reads", "<error>") == 1)
    #expect(simulation.metric("apiserver_current_inflight_requests", "readOnly")?.last == 1)
    simulation.run(to: 1.95)
    #expect(simulation.metric("apiserver_current_inflight_requests", "readOnly")?.last == 0)
    #expect(simulation.total("apiserver_abandoned_responses_total", "GET") == 1)
    #expect(simulation.total("apiserver_request_total", "GET", "200") == 1)
    #expect(simulation.total("rest_client_requests_total", "reads", "200") == 0)
  }

  @Test("the server's own limit answers 504 and frees the seat while etcd works on")
  func serverTimeout() throws {
    var simulation = try Self.reads(
      at: "[1s]", apiServer: "max-requests-inflight: 1, request-timeout: 500ms")
    simulation.run(to: 1.49)
    #expect(simulation.metric("apiserver_current_inflight_requests", "readOnly")?.last == 1)
    simulation.run(to: 1.51)
    #expect(simulation.total("rest_client_requests_total", "reads", "504") == 1)
    #expect(simulation.metric("apiserver_current_inflight_requests", "readOnly")?.last == 0)
    #expect(simulation.metric("etcd_server_reads_pending")?.last == 1)
    simulation.run(to: 1.95)
    #expect(simulation.metric("etcd_server_reads_pending")?.last == 0)
    #expect(simulation.total("apiserver_request_total", "GET") == 1, "answered once")
    #expect(simulation.cluster.context.requests.count == 0)
  }
}
