// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Every nanosecond of an answered request belongs to a resource, and none to two.
struct TimeAccountTests {
  /// Time of all closed accounts of a class that no resource was charged with, in nanoseconds.
  static func unaccounted(_ profile: AccountProfile) -> Int128 {
    profile.layout.resources.indices.reduce(profile.totalLatency.value) { rest, resource in
      rest - profile.total(resource, .waiting).value - profile.total(resource, .service).value
    }
  }

  @Test("answered requests are accounted for to the nanosecond, 429 and back-off included")
  func answeredRequestsAreAccountedFor() throws {
    var simulation = try SmallWorld(
      """
      cluster:
        nodePools: [ { name: workers, machine: tiny, count: 20, preloaded-images: [tool] } ]
        etcd: { main: { members: 3, disk: slow, range-blocks-apply: true } }
        kube-apiserver:
          { machine: tiny, max-requests-inflight: 6, max-mutating-requests-inflight: 10 }
        kubelet: { heartbeat-timeout: 1h }
      machines: { tiny: { cpu: 1 } }
      disks: { slow: { write-latency: "exponential(mean: 10ms)" } }
      images: { tool: { size: 1MB } }
      workload:
        - { name: agents, agents: { verb: list, resource: configmaps, every: 1s, timeout: 1h } }
        - name: churn
          requests: { verb: update, resource: configmaps, rate: 60/s, objects: 40, timeout: 1h }
        - { name: puts, etcd-clients: { clients: 4, value-bytes: 1KiB } }
        - { name: batch, jobs: { at: [1s], pods: 30, work: 1s, image: tool, cpu: 0.1 } }
      """
    ).simulation()
    simulation.run(to: 2)
    simulation.openWindow()
    simulation.run(to: 12)
    #expect(simulation.total("rest_client_requests_total", "429") > 50)
    #expect(simulation.total("rest_client_requests_total", "<error>") == 0)
    var closed = 0
    for profile in simulation.cluster.context.accounts.profiles {
      #expect(profile.overcharged == 0, "\(profile.name)")
      #expect(Self.unaccounted(profile) == 0, "\(profile.name)")
      closed += profile.count
    }
    #expect(closed > 1000)
    // The back-off after a 429 is the client's, at 1 s each.
    let churn = try #require(
      simulation.cluster.context.accounts.profiles.first { $0.name == "churn PUT configmaps" })
    let client = AccountedResource.client.rawValue
    #expect(churn.total(client, .waiting).value > 0)
    #expect(churn.total(client, .waiting).value % 1_000_000_000 == 0)
  }

  @Test("what is missing belongs to requests that were given up or ended with 504")
  func givenUpRequests() throws {
    var simulation = try LittlesLawTests.simulation()
    simulation.run(to: 6)
    var incomplete = 0
    for profile in simulation.cluster.context.accounts.profiles {
      #expect(profile.overcharged == 0, "\(profile.name)")
      let missing = Self.unaccounted(profile)
      #expect(missing >= 0, "\(profile.name)")
      for account in profile.slowest where account.unaccounted > .zero { incomplete += 1 }
      // Direct clients of etcd wait for ever; all their time is accounted for.
      if profile.name.hasPrefix("puts") { #expect(missing == 0 && profile.count > 0) }
    }
    #expect(incomplete > 0)
  }

  @Test("the network is charged with no more than the round trips, whatever the outcome")
  func timeoutsAreNotNetworkTime() throws {
    var simulation = try LittlesLawTests.simulation()
    simulation.run(to: 6)
    #expect(simulation.total("apiserver_request_total", "504") > 0)
    // 0.5 ms to the API server, 0.4 ms to etcd, 0.5 ms between members for a read index; the
    // scenario leaves these at their defaults. A request may be tried several times.
    let network = AccountedResource.network.rawValue
    for profile in simulation.cluster.context.accounts.profiles {
      for account in profile.slowest {
        let tries = 1 + account.waiting(AccountedResource.client.rawValue) / .seconds(1)
        #expect(
          account.service(network) <= .microseconds(1_400) * tries,
          "\(profile.name): \(account.service(network))")
      }
    }
  }
}
