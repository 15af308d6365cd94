// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Cached answers hide that DNS is gone until they expire, client by client (OpenAI, 11 Dec 2024).
struct NameResolutionTests {
  @Test func cacheHidesTheOutage() throws {
    let nodes = 40.0
    var simulation = try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: \(Int(nodes)) } ]
        name-resolution: { ttl: 30s }
      """,
      lines: """
        workload:
          - name: agents
            agents: { verb: get, resource: configmaps, every: 4s, resource-version-zero: true }
        timeline:
          - { at: 100s, name-resolution: { up: false } }
          - { at: 160s, name-resolution: { up: true } }
        """
    ).simulation()
    func failed(from start: Double, to end: Double) -> Double {
      simulation.run(to: start)
      let before = simulation.total("rest_client_requests_total", "agents", "<error>")
      simulation.run(to: end)
      return simulation.total("rest_client_requests_total", "agents", "<error>") - before
    }
    #expect(failed(from: 0, to: 100) == 0)
    // A client polls every 4 s and first asks within the first 4 s; its answer has run out at the
    // eighth poll after, so names are looked up at p + 32 s, ..., p + 96 s, p + 128 s with p < 4 s.
    #expect(failed(from: 100, to: 128) == 0, "all answers are cached")
    #expect(failed(from: 128, to: 132) == nodes, "client by client")
    #expect(failed(from: 132, to: 156) == 24 / 4 * nodes, "everybody has noticed")
    #expect(failed(from: 160.1, to: 180) == 0, "no failure is cached")
  }

  @Test("the API server's name is known as long as a pod of the name servers runs")
  func nameServersArePods() throws {
    var simulation = try SmallWorld.bare(
      """
        nodePools:
          - { name: workers, machine: node, count: 5 }
          - { name: names, machine: node, count: 1, preloaded-images: [image] }
        name-resolution: { ttl: 0s }
        dns: { servers: kube-dns }
      """,
      lines: """
        workload:
          - name: kube-dns
            deployment: { replicas: 2, image: image, cpu: 1, nodeSelector: [names] }
          - name: agents
            agents:
              { verb: get, resource: configmaps, every: 4s, resource-version-zero: true, pool: workers }
        timeline: [ { at: 100s, stop-nodes: { pool: names, count: 1 } } ]
        """
    ).simulation()
    func failed(from start: Double, to end: Double) -> Double {
      simulation.run(to: start)
      let before = simulation.total("rest_client_requests_total", "agents", "<error>")
      simulation.run(to: end)
      return simulation.total("rest_client_requests_total", "agents", "<error>") - before
    }
    #expect(failed(from: 20, to: 100) == 0)
    // Five nodes ask every 4 s.
    #expect(failed(from: 101, to: 121) == 25)
  }

  @Test("kubelets do not depend on it")
  func heartbeatsGoOn() throws {
    var simulation = try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: 5 } ]
        name-resolution: { ttl: 0s }
      """, lines: "timeline: [ { at: 10s, name-resolution: { up: false } } ]"
    ).simulation()
    simulation.run(to: 60)
    #expect(simulation.total("rest_client_requests_total", "<error>") == 0)
    #expect(simulation.total("rest_client_requests_total", "kubelet-heartbeat", "200") >= 50)
  }
}
