// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Nodes that keep answers, and name servers that read the API server for each query.
struct NameCacheTests {
  static func simulation(
    records: String, cache: String, timeline: String, cluster: String = ""
  ) throws -> ClusterSimulation {
    try SmallWorld.bare(
      """
        nodePools:
          - { name: workers, machine: node, count: 200 }
          - { name: names, machine: node, count: 1, preloaded-images: [image] }
        kubelet: { node-status-update-frequency: 1h }
        kube-controller-manager: { node-monitor-grace-period: 10h }
        dns: { servers: kube-dns, records: \(records) }
      \(cluster)
      """,
      lines: """
        workload:
          - name: kube-dns
            deployment: { replicas: 2, image: image, cpu: 1, nodeSelector: [names] }
          - name: programs
            lookups: { rate-per-node: 1/s, external-share: 0%, pool: workers\(cache) }
        timeline: [ \(timeline) ]
        """
    ).simulation()
  }

  static func failing(_ simulation: borrowing ClusterSimulation) -> Double {
    simulation.metric("dns_clients_failing_ratio")?.last ?? -1
  }

  /// Answers of any age run out evenly over their life; a look-up a second and two attempts of 5 s later
  /// a client has failed.
  @Test(
    "caches hide that the name servers are gone, client by client, for as long as an answer lives")
  func cachesRunOut() throws {
    var simulation = try Self.simulation(
      records: "watched", cache: ", cache-ttl: 200s",
      timeline: "{ at: 300s, stop-nodes: { pool: names, count: 1 } }")
    simulation.run(to: 300)
    #expect(Self.failing(simulation) == 0)
    #expect(simulation.total("dns_lookups_total", "failed") == 0)
    for (share, time) in [(0.25, 361.0), (0.5, 411), (0.75, 461)] {
      simulation.run(to: time)
      #expect(
        abs(Self.failing(simulation) - share) < 0.13, "\(Self.failing(simulation)) at \(time)")
    }
    // A look-up a second on average: the last client has asked within some seconds.
    simulation.run(to: 530)
    #expect(Self.failing(simulation) == 1)
  }

  @Test("without a cache there is nothing to hide")
  func noCache() throws {
    var simulation = try Self.simulation(
      records: "watched", cache: "",
      timeline: "{ at: 30s, stop-nodes: { pool: names, count: 1 } }")
    simulation.run(to: 29)
    let answered = simulation.total("dns_lookups_total", "answered")
    #expect(answered > 200)
    simulation.run(to: 60)
    // 200 a second from 30 s on, each after 10 s.
    let failed = simulation.total("dns_lookups_total", "failed")
    #expect(abs(failed - 4_000) < 4 * 4_000.squareRoot(), "\(failed)")
    #expect(simulation.metric("dns_clients_failing_ratio") == nil)
  }

  @Test(
    "name servers that watch outlive the API server; those that read it do not, until it is back")
  func readThrough() throws {
    let timeline = """
      { at: 100s, stop-apiserver: { replica: 0 } }, { at: 160s, start-apiserver: { replica: 0 } }
      """
    var watching = try Self.simulation(
      records: "watched", cache: ", cache-ttl: 20s", timeline: timeline)
    watching.run(to: 200)
    #expect(watching.total("dns_lookups_total", "failed") == 0)
    #expect(watching.total("rest_client_requests_total", "name-server") == 0)

    var reading = try Self.simulation(
      records: "read-through", cache: ", cache-ttl: 20s", timeline: timeline)
    reading.run(to: 100)
    #expect(Self.failing(reading) == 0)
    // One look-up each 21 s on average for each of 200 clients: 20 s of life and a second to the next.
    let reads = reading.total("rest_client_requests_total", "name-server", "200")
    #expect(abs(reads - 200 * 100 / 21) < 100, "\(reads)")
    reading.run(to: 150)
    #expect(Self.failing(reading) == 1)
    reading.run(to: 200)
    #expect(Self.failing(reading) == 0)
  }

  @Test("the time that a name server waits for the API server is part of the look-up")
  func readsTakeTime() throws {
    var simulation = try Self.simulation(
      records: "read-through", cache: "", timeline: "")
    simulation.run(to: 30)
    simulation.openWindow()
    simulation.run(to: 60)
    let slow = try #require(simulation.metric("dns_lookup_duration_seconds")?.mean)
    var watching = try Self.simulation(records: "watched", cache: "", timeline: "")
    watching.run(to: 30)
    watching.openWindow()
    watching.run(to: 60)
    let fast = try #require(watching.metric("dns_lookup_duration_seconds")?.mean)
    // Scaling_CoreDNS: 2.6 ms for a name of the cluster.
    #expect(abs(fast - 0.0026) < 1e-5)
    let read = try #require(
      simulation.metric("rest_client_request_duration_seconds", "name-server")?.mean)
    #expect(read > 0)
    #expect(abs(slow - fast - read) < 2e-5, "\(slow) s against \(fast + read) s")
  }
}
