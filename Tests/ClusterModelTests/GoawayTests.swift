// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Connections stick to the replica that was left over by a restart, unless servers end them by chance.
struct GoawayTests {
  /// Share of the nodes that are connected to replica 0, at some moments after replica 1 is back.
  static func shares(chance: Double, at times: [Double]) throws -> [Double] {
    var simulation = try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: 1000 } ]
        kubelet: { node-lease: true, node-status-report-frequency: 24h, lease-renew-interval: 1s }
      """, apiServer: "replicas: 2, goaway-chance: \(chance)",
      lines: """
        timeline:
          - { at: 1s, stop-apiserver: { replica: 1 } }
          - { at: 2s, start-apiserver: { replica: 1 } }
        """
    ).simulation()
    var shares: [Double] = []
    for time in times {
      simulation.run(to: time)
      let context = simulation.cluster.context
      let first = context.nodes.ids.count { context.connections.server(of: $0) == 0 }
      shares.append(Double(first) / Double(context.nodes.count))
    }
    return shares
  }

  @Test("without goaway-chance a replica that comes back stays without nodes")
  func stick() throws {
    #expect(try Self.shares(chance: 0, at: [5, 20]) == [1, 1])
  }

  /// A node makes r = 1 request a second; each moves it with chance p to one of two replicas, so the
  /// surplus of replica 0 decays as exp(-p r t): binomial, 1.6 % of 1,000 nodes.
  @Test("the surplus decays with the rate of requests times the chance")
  func decay() throws {
    let shares = try Self.shares(chance: 0.02, at: [27, 52])
    for (share, expected) in zip(shares, [0.5 + 0.5 * 0.6065, 0.5 + 0.5 * 0.3679]) {
      #expect(abs(share - expected) < 0.05, "\(shares)")
    }
  }

  @Test("watches go along: every replica's clients are those of its nodes")
  func watches() throws {
    var simulation = try SmallWorld.bare(
      "  nodePools: [ { name: workers, machine: node, count: 100 } ]",
      apiServer: "replicas: 3, goaway-chance: 0.02"
    ).simulation()
    simulation.run(to: 60)
    let cluster = simulation.cluster
    #expect(simulation.total("apiserver_goaways_total") > 0)
    for id in cluster.apiServers.watches.ids
    where cluster.apiServers.watches.kinds[id.index].isPerNode {
      for server in 0..<3 {
        let connected = cluster.context.nodes.ids.count {
          cluster.context.connections.server(of: $0) == server
        }
        let index = cluster.apiServers.watches.cohort(id, on: server)
        #expect(cluster.apiServers.watches.cohorts[index].clients == connected)
      }
    }
  }
}
