// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

@Suite("API servers stop and come back")
struct ServerRestartTests {
  private func world(servers: Int, _ timeline: String) throws -> SmallWorld {
    try .bare(
      "  nodePools: [ { name: pool, machine: node, count: 60 } ]\n"
        + "  kubelet: { node-lease: true }",
      apiServer: "replicas: \(servers)", lines: "timeline:\n" + timeline)
  }

  private func clients(_ simulation: borrowing ClusterSimulation, on server: Int) -> Int {
    simulation.cluster.apiServers.watches.watches(on: server)
  }

  /// Nothing is lost with a replica: its watches go on at the others, and no heartbeat is missed for
  /// long. A replica that comes back gets nobody, because connections stay where they are.
  @Test func watchesMoveToTheReplicasThatAreLeft() throws {
    var simulation = try world(
      servers: 3,
      """
        - { at: 20s, stop-apiserver: { replica: 1 } }
        - { at: 60s, start-apiserver: { replica: 1 } }
      """
    ).simulation()
    simulation.run(to: 10)
    let before = (0..<3).map { clients(simulation, on: $0) }
    #expect(before.allSatisfy { $0 >= 20 * 18 })
    simulation.run(to: 30)
    #expect(clients(simulation, on: 1) == 0)
    #expect((0..<3).reduce(0) { $0 + clients(simulation, on: $1) } == before.reduce(0, +))
    // 20 nodes are dealt out to two replicas.
    #expect(abs(clients(simulation, on: 0) - clients(simulation, on: 2)) <= 2 * 18)
    simulation.run(to: 120)
    #expect(clients(simulation, on: 1) <= 6)
    #expect(simulation.total("container_restarts_total") == 1)
    #expect(simulation.total("node_collector_evictions_total") == 0)
  }

  /// Without another replica everybody waits; the caches are filled again before anybody is served.
  @Test func theOnlyServerFillsItsCachesFirst() throws {
    var simulation = try world(
      servers: 1,
      """
        - { at: 20s, stop-apiserver: {} }
        - { at: 25s, start-apiserver: {} }
      """
    ).simulation()
    simulation.run(to: 24)
    #expect(clients(simulation, on: 0) == 0)
    let failed = simulation.total("rest_client_requests_total", "PUT", "<error>")
    // 60 nodes renew every 10 s: 24 in 4 s, each with up to 5 tries.
    #expect(failed >= 24)
    simulation.run(to: 150)
    #expect(simulation.total("apiserver_watch_cache_initializations_total", "nodes") == 1)
    #expect(clients(simulation, on: 0) >= 60 * 18)
    let registered = simulation.metrics().filter { $0.name == "apiserver_registered_watchers" }
    #expect(registered.reduce(0) { $0 + ($1.last ?? 0) } >= 60 * 18)
  }
}

@Suite("Memory of API servers")
struct ServerMemoryTests {
  /// 400 objects of 1 MB, and so many clients that list them at the same moment.
  private func run(lists: Int, memory: String) throws -> ClusterSimulation {
    let times = Array(repeating: "1s", count: lists).joined(separator: ", ")
    var simulation = try SmallWorld.bare(
      apiServer: "memory: { \(memory) }",
      lines: """
        workload:
          - name: secrets
            requests: { verb: list, resource: secrets, at: [\(times)], objects: 400,
              object-bytes: 1MB, resource-version-zero: true, timeout: 60s }
        """
    ).simulation()
    simulation.run(seconds: 60)
    return simulation
  }

  /// KEP-3157: 16 informers of 400 MB each killed a server, as streams 1,024 did not. A machine of
  /// 32 GiB (34.4 GB) holds base and cache and 16 answers x 400 MB x 5 = 32 GB, but not 18.
  @Test func listsOfLargeObjectsKillAServer() throws {
    let simulation = try run(lists: 18, memory: "restart-delay: 10s")
    #expect(simulation.total("container_oom_events_total") == 1)
    #expect(simulation.total("container_restarts_total") == 1)
    #expect(simulation.total("rest_client_requests_total", "LIST", "<error>") == 18)
  }

  @Test func twelveListsFit() throws {
    let simulation = try run(lists: 12, memory: "restart-delay: 10s")
    #expect(simulation.total("container_oom_events_total") == 0)
    #expect(simulation.total("rest_client_requests_total", "LIST", "200") == 12)
    // The answers are gone in the end; what is left is base and cache, and garbage up to a tenth of
    // that but for the 157 MB that are no heap (Go runtime/mgcscavenge.go, retainExtraPercent = 10).
    let left = simulation.metric("process_resident_memory_bytes", "kube-apiserver")?.last ?? 0
    let resting = 285e6 + 400 * (1e6 * 1.08 + 49_600)
    #expect(abs(left - (resting + (resting - 157e6) / 10)) < 1e6)
  }

  /// data/real-control-plane/k8s_memory.csv: resident MB of a server with so many nodes of 13.7 KB and
  /// their leases, after their creation and after some LISTs. The rows of 5,000 nodes before reads
  /// gave the cache its constants.
  @Test(arguments: [(1_000, 390.0, 477.0), (2_500, 605, 674), (7_500, 1_106, 1_193)])
  func garbageOfReadsStays(nodes: Int, before: Double, after: Double) throws {
    func resident(_ nodesRequest: String) throws -> Double {
      var simulation = try SmallWorld.bare(
        lines: """
          workload:
            - name: nodes
              requests: { verb: \(nodesRequest), resource: nodes, objects: \(nodes),
                object-bytes: 13700B, resource-version-zero: true, timeout: 60s }
            - name: leases
              requests: { verb: get, resource: leases, at: [50m], objects: \(nodes),
                object-bytes: 497B }
          """
      ).simulation()
      simulation.run(seconds: 10)
      return (simulation.metric("process_resident_memory_bytes", "kube-apiserver")?.last ?? 0) / 1e6
    }
    #expect(abs(try resident("list, at: [50m]") / before - 1) < 0.15)
    let afterReads = try resident("list, at: [1s, 3s]")
    #expect(abs(afterReads / after - 1) < 0.15)
    #expect(afterReads > (try resident("list, at: [50m]")) + 0.2 * (after - before))
  }

  @Test func streamsTakeLittle() throws {
    let simulation = try run(lists: 18, memory: "streaming-encoders: true")
    #expect(simulation.total("container_oom_events_total") == 0)
    let peak = simulation.metric("process_resident_memory_bytes", "kube-apiserver")?.peak ?? 0
    #expect(peak < 1e9)
  }
}
