// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// The load of heartbeats is arithmetic (control-plane.md §11): N/10 status writes a second up to
/// 1.13, N/10 lease renewals and N/300 status writes a second with leases.
struct HeartbeatTests {
  static func simulation(nodes: Int, kubelet: String) throws -> ClusterSimulation {
    try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: \(nodes) } ]
        kubelet: { \(kubelet) }
      """
    ).simulation()
  }

  /// Requests of a kind in the window.
  static func count(
    _ simulation: borrowing ClusterSimulation, _ verb: String, _ resource: String
  ) -> Double {
    simulation.metrics().filter { summary in
      summary.name == "apiserver_request_total"
        && [verb, resource].allSatisfy { label in summary.labels.contains { $0.value == label } }
    }.reduce(0) { $0 + ($1.amount ?? 0) }
  }

  @Test("before leases: one GET from the cache and one PATCH of the whole node, every 10 s")
  func statusWrites() throws {
    var simulation = try Self.simulation(nodes: 50, kubelet: "node-lease: false")
    simulation.run(to: 20)
    simulation.openWindow()
    simulation.run(to: 120)
    #expect(abs(Self.count(simulation, "PATCH", "nodes") - 500) <= 2)
    #expect(abs(Self.count(simulation, "GET", "nodes") - 500) <= 2)
    #expect(Self.count(simulation, "PUT", "leases") == 0)
    // The GET carries resourceVersion=0 and never reaches etcd (kubelet_node_status.go, 1.8).
    #expect(simulation.metric("etcd_request_duration_seconds", "get", "nodes")?.count == 0)
    #expect(
      simulation.metric("etcd_request_duration_seconds", "update", "nodes")?.count ?? 0 >= 498)
  }

  @Test("with leases: a renewal every 10 s and the status every 5 min (KEP-589)")
  func leases() throws {
    var simulation = try Self.simulation(nodes: 60, kubelet: "node-lease: true")
    simulation.run(to: 10)
    simulation.openWindow()
    simulation.run(to: 310)
    #expect(abs(Self.count(simulation, "PUT", "leases") - 1800) <= 2)
    #expect(abs(Self.count(simulation, "PATCH", "nodes") - 60) <= 1)
    #expect(abs(Self.count(simulation, "GET", "nodes") - 60) <= 1)
  }

  @Test("every node beats once a period, at its own moment")
  func phases() throws {
    var simulation = try Self.simulation(nodes: 40, kubelet: "node-lease: false")
    simulation.run(to: 30)
    let rows = simulation.cluster.context.nodes
    let beats = rows.ids.map { rows[$0].storedHeartbeat.seconds }
    #expect(beats.allSatisfy { $0 >= 19.9 && $0 <= 30 })
    // Uniform phases: the mean of 40 is within four standard errors, 4 x 10/sqrt(12 x 40) = 1.83 s.
    #expect(abs(beats.reduce(0, +) / 40 - 25) < 1.83)
    #expect(Set(beats).count == 40)
  }

  @Test("a beat that fails is repeated at once, five times in all, from etcd")
  func retries() throws {
    // Nothing is answered within the kubelet's patience of 1 s.
    var simulation = try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: 1 } ]
        kubelet: { heartbeat-timeout: 1s, node-status-update-frequency: 100s }
      """, apiServer: "cpu-per-read: 1s", machine: "cpu: 8"
    ).simulation()
    simulation.run(to: 110)
    let failed = simulation.total("rest_client_requests_total", "kubelet-heartbeat", "<error>")
    let retries = simulation.total(
      "rest_client_requests_total", "kubelet-heartbeat-retry", "<error>")
    // pkg/kubelet/kubelet.go: nodeStatusUpdateRetry = 5.
    #expect(retries == 4 * failed && failed >= 1)
  }
}
