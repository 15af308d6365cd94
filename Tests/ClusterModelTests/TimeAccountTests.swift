// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Every nanosecond of an answered request belongs to a resource, and none to two.
struct TimeAccountTests {
  /// Few seats, and clients that wait for as long as it takes.
  static let patient = """
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

  /// Time of all closed accounts of a class that no resource was charged with, in nanoseconds.
  static func unaccounted(_ profile: AccountProfile) -> Int128 {
    profile.layout.resources.indices.reduce(profile.totalLatency.value) { rest, resource in
      rest - profile.total(resource, .waiting).value - profile.total(resource, .service).value
    }
  }

  @Test("answered requests are accounted for to the nanosecond, 429 and back-off included")
  func answeredRequestsAreAccountedFor() throws {
    var simulation = try SmallWorld(Self.patient).simulation()
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

  @Test("the time before a 504 is nobody's: least of all the network's")
  func timeoutsAreNotNetworkTime() throws {
    // No round trips; etcd reads for 0.9 s, the server gives up after 0.5 s.
    var simulation = try AdmissionTests.reads(at: "[1s]", apiServer: "request-timeout: 500ms")
    simulation.run(to: 2.5)
    let profile = try #require(
      simulation.cluster.context.accounts.profiles.first { $0.name == "reads GET configmaps" })
    #expect(profile.totalLatency.value == 500_000_000)
    #expect(profile.total(AccountedResource.network.rawValue, .service).value == 0)
    // The API server's own part: 450 us, 34 us for the object of 1,000 bytes, 290 us to wake a core.
    #expect(Self.unaccounted(profile) == 500_000_000 - 774_000)
  }
}
