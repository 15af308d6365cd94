// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Names, connections and transfers between pods against what the limits leave over.
struct PodNetworkTests {
  static func simulation(
    nodes: Int, machine: String, workloads: String, cluster: String = "", image: String = "tool"
  ) throws -> ClusterSimulation {
    try SmallWorld(
      """
      cluster:
        nodePools: [ { name: workers, machine: node, count: \(nodes), preloaded-images: [tool] } ]
        etcd: { main: { members: 1, disk: fast } }
        \(cluster)
      machines: { node: { cpu: 8, \(machine) } }
      disks: { fast: { write-latency: 100us } }
      images: { tool: { size: 1MB } }
      workload:
        - { name: servers, jobs: { at: [1s], pods: \(nodes), work: 10h, image: tool, cpu: 8 } }
        \(workloads)
      """
    ).simulation()
  }

  @Test("a machine over its limit loses 1 - limit / offered of the queries, retries included")
  func externalLimit() throws {
    var simulation = try Self.simulation(
      nodes: 1, machine: "external-lookups: 50/s",
      workloads: "- { name: names, lookups: { rate: 100/s, dots: 5 } }",
      cluster: "dns: { servers: servers }")
    simulation.run(to: 30)
    simulation.openWindow()
    simulation.run(to: 330)
    simulation.sumUp()
    let offered = try #require(simulation.metric("dns_external_queries_rate", "busiest")?.last)
    let failed = try #require(simulation.metric("dns_external_failed_ratio", "busiest")?.last)
    // 100 names a second, A and AAAA: 200 queries, and nearly as many again for the second attempt.
    #expect(offered > 300 && offered < 400)
    #expect(abs(failed - (1 - 50 / offered)) < 0.01)
    // Of 330 s those of the last 10 s are not done: two time-outs of 5 s.
    let lost = simulation.total("dns_lookups_total", "failed")
    let found = simulation.total("dns_lookups_total", "answered")
    #expect(abs((lost + found) / 32_000 - 1) < 0.03)
    #expect(simulation.metric("dns_lookup_duration_seconds")?.max ?? 0 > 9.9)
  }

  @Test("five search domains make ten names of one; only those outside the cluster count")
  func searchList() throws {
    for (dots, factor) in [(2, 4.0), (5, 2.0)] {
      var simulation = try Self.simulation(
        nodes: 2, machine: "",
        workloads: "- { name: names, lookups: { rate: 50/s, dots: \(dots) } }",
        cluster: "dns: { servers: servers }")
      simulation.run(to: 30)
      simulation.openWindow()
      simulation.run(to: 230)
      simulation.sumUp()
      let rates = ["busiest", "others"].compactMap {
        simulation.metric("dns_external_queries_rate", $0)?.last
      }
      #expect(abs(rates.reduce(0, +) / (50 * factor) - 1) < 0.03)
      #expect(abs(rates[0] / rates[1] - 1) < 0.1, "servers are chosen at random")
    }
  }

  @Test("more peers than gc_thresh3: some connections take SYNs of more than 30 s")
  func overflow() throws {
    for (peers, overflows) in [(90, false), (200, true)] {
      var simulation = try Self.simulation(
        nodes: 1,
        machine: """
          net.ipv4.neigh.default: { gc_thresh1: 10, gc_thresh2: 50, gc_thresh3: 100 }
          """,
        workloads: "- { name: peers, connections: { to: servers, peers: \(peers), every: 5s } }")
      simulation.run(to: 300)
      #expect((simulation.total("arp_cache_table_fulls_total") > 0) == overflows)
      let longest = try #require(simulation.metric("connect_duration_seconds")?.max)
      #expect(overflows ? longest > 30 : longest < 0.1)
      let entries = try #require(simulation.metric("node_arp_entries")?.max)
      #expect(entries == Double(min(peers, 100)))
    }
  }

  @Test("all-reduce: 2 (n - 1) / n of the data over the slowest link; the overlay binds")
  func ring() {
    let nodes = (0..<4).map { NodeID($0) }
    #expect(Transfers.ringAllReduce(1e9, nodes, [1e9, 5e8, 1e9, 1e9]) == 3)
    #expect(Transfers.ringAllReduce(1e9, [nodes[0], nodes[0]], [1e9, 1e9]) == 0)
    #expect(Transfers.pairwise(1e9, nodes, [1e9, 1e9, 2.5e8, 1e9]) == 4)
    // Two pairs from one machine to another share its link.
    let shared = [nodes[0], nodes[1], nodes[0], nodes[1]]
    #expect(Transfers.pairwise(1e9, shared, [1e9, 1e9, 1e9, 1e9]) == 2)
    let links = PodLinks(card: 1.25e9, overlay: 2.5e8)
    #expect(links.rate(hostNetwork: true) / links.rate(hostNetwork: false) == 5)
  }

  @Test("steps are made while all ranks run")
  func steps() throws {
    var simulation = try Self.simulation(
      nodes: 2, machine: "network-bandwidth: 8Gbps, overlay-bandwidth: 2Gbps",
      workloads: """
        - { name: pair, transfers: { pods-of: servers, bytes: 1GB, compute: 6s } }
        """)
    simulation.run(to: 105)
    // 4 s of communication and 6 s of computing from about 2.5 s on.
    #expect(simulation.metric("transfer_duration_seconds")?.count == 11)
    #expect(simulation.metric("transfer_duration_seconds")?.max == 4)
    #expect(simulation.metric("transfer_bytes_per_second")?.last == 2.5e8)
  }
}
