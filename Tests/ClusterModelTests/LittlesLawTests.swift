// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// The area under the number inside is the time that all visits, unfinished ones included, spent
/// inside: an identity of whole nanoseconds at every station and for every request class, in an
/// overloaded world, whatever the window (Little 1961; Stidham 1974 for the sample-path form).
struct LittlesLawTests {
  /// One core, few seats, a slow disk, long reads under the applier's lock, and impatient clients.
  static let overloaded = """
    cluster:
      nodePools: [ { name: workers, machine: tiny, count: 30 } ]
      etcd:
        main:
          members: 3
          disk: slow
          machine: tiny
          range-blocks-apply: true
          range-cpu-per-key: 1ms
        events: { resources: [events], cpu-per-request: 40ms }
      kube-apiserver:
        machine: tiny
        max-requests-inflight: 40
        max-mutating-requests-inflight: 25
        request-timeout: 1500ms
        uncached-resources: [events]
    machines: { tiny: { cpu: 1, network-bandwidth: 4Mbps } }
    disks: { slow: { write-latency: "exponential(mean: 20ms)" } }
    workload:
      - { name: agents, agents: { verb: list, resource: configmaps, every: 1s, timeout: 700ms } }
      - { name: events, requests: { verb: create, resource: events, rate: 30/s, timeout: 2s } }
      - { name: churn, requests: { verb: update, resource: configmaps, rate: 60/s, objects: 40 } }
      - { name: reads, requests: { verb: get, resource: configmaps, rate: 20/s, timeout: 1s } }
      - { name: puts, etcd-clients: { clients: 4, value-bytes: 1KiB } }
    """

  static func simulation() throws -> ClusterSimulation {
    ClusterSimulation(try SmallWorld(overloaded).configuration, seed: 3)
  }

  @Test func holdsExactlyEverywhere() throws {
    var simulation = try Self.simulation()
    var unfinished: [String: Int] = [:]
    for instant in [0.37, 0.9, 1.61, 2.3, 3.0, 3.7, 4.2, 4.9, 5.5, 6.003] {
      simulation.run(to: instant)
      if instant == 3.0 { simulation.openWindow() }
      for station in simulation.cluster.occupancies {
        #expect(
          station.unfinished.count == station.occupancy.count,
          "\(station.name) at \(instant) s")
        #expect(
          station.occupancy.areaNanoseconds(at: simulation.now)
            == station.occupancy.insideNanoseconds(
              at: simulation.now, unfinished: station.unfinished),
          "\(station.name) at \(instant) s")
        unfinished[station.name, default: 0] += station.unfinished.count
      }
    }
    // The identity would say little where nobody was inside or nobody had left.
    for name in [
      "etcd main log", "etcd main apply", "etcd main reads", "etcd events CPU",
      "kube-apiserver seats", "kube-apiserver CPU", "kube-apiserver egress",
      "requests: agents LIST configmaps", "requests: churn PUT configmaps",
      "requests: events POST events", "requests: puts PUT etcd-keys/puts",
    ] {
      let station = try #require(simulation.cluster.occupancies.first { $0.name == name })
      #expect(unfinished[name, default: 0] > 0, "\(name) was never found occupied")
      #expect(station.occupancy.departures > 0, "nobody has left \(name)")
    }
    #expect(simulation.total("apiserver_dropped_requests_total") > 0)
    #expect(simulation.total("apiserver_request_total", "504") > 0)
    #expect(simulation.total("rest_client_requests_total", "<error>") > 0)
  }

  @Test("the check notices a visit that is forgotten, doubled, or stamped a nanosecond late")
  func noticesErrors() throws {
    var simulation = try Self.simulation()
    simulation.run(to: 2)
    let station = try #require(
      simulation.cluster.occupancies.first { $0.name == "kube-apiserver seats" })
    #expect(station.littlesLawHolds(at: simulation.now))
    let stamps = station.unfinished
    for broken in [
      Array(stamps.dropLast()), stamps + [stamps[0]],
      [stamps[0] + .nanoseconds(1)] + stamps.dropFirst(),
    ] {
      let planted = StationVisits(
        name: station.name, occupancy: station.occupancy, unfinished: broken)
      #expect(!planted.littlesLawHolds(at: simulation.now))
    }
  }
}
