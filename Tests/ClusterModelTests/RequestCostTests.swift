// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// CPU of requests against measurements of Kubernetes 1.36.2 that no constant was taken from
/// (data/real-control-plane, k8s_ops.csv and k8s_list.csv), and what the parts of a LIST's cost do.
struct RequestCostTests {
  /// CPU microseconds a request, in a closed loop against two cores.
  static func cost(
    _ requests: String, workers: Int = 1, objects: Int = 1_000, bytes: Int, seconds: Double = 1,
    apiServer: String = "consistent-list-from-cache: true", machine: String = "cpu: 2"
  ) throws -> Double {
    var simulation = try SmallWorld.bare(
      apiServer: "machine: node, " + apiServer, machine: machine,
      lines: """
        workload:
          - name: load
            requests: { \(requests), workers: \(workers), objects: \(objects), object-bytes: \(bytes)B, timeout: 1h }
        """
    ).simulation()
    simulation.run(to: seconds / 4)
    simulation.openWindow()
    simulation.run(to: seconds * 5 / 4)
    simulation.cluster.occupancies.forEach {
      #expect($0.littlesLawHolds(at: simulation.now), "\($0.name)")
    }
    return simulation.total("process_cpu_seconds_total", "kube-apiserver")
      / simulation.total("apiserver_request_total", "200") * 1e6
  }

  /// Ratios of judged rows: PUT lease, PATCH node and their JSON forms over GET lease.
  static let measuredRatios: [(String, Int, Int, Double)] = [
    ("verb: update, resource: leases", 1, 497, 3.150),  // 3,238 and 1,028 us
    ("verb: update, resource: leases", 32, 497, 4.922),  // 2,210 and 449
    ("verb: update, resource: leases, content-type: json", 32, 497, 6.192),  // 2,780
    ("verb: patch, resource: nodes", 1, 13_668, 4.910),  // 5,047
    ("verb: patch, resource: nodes, content-type: json", 32, 13_668, 10.459),  // 4,696
    ("verb: get, resource: nodes", 1, 13_668, 1.599),  // 1,644
  ]

  @Test(arguments: measuredRatios)
  func ratios(_ requests: String, workers: Int, bytes: Int, measured: Double) throws {
    let cost = try Self.cost(requests, workers: workers, bytes: bytes)
    let cheapest = try Self.cost("verb: get, resource: leases", workers: workers, bytes: 497)
    #expect(abs(cost / cheapest / measured - 1) < 0.3, "\(cost / cheapest) for \(measured)")
  }

  /// A LIST that selects nothing by label looks at each cached pod: 3,957 us at 2,000 pods and 49,375
  /// us at 30,000; one that selects by `spec.nodeName` does not: 858 and 1,291 us.
  static let measuredSelectors: [(String, Int, Double)] = [
    ("selector: label", 2_000, 3_957), ("selector: label", 30_000, 49_375),
    ("selector: indexed-field, selected-objects: 1", 2_000, 858),
    ("selector: indexed-field, selected-objects: 4", 30_000, 1_291),
  ]

  @Test(arguments: measuredSelectors)
  func selectors(_ selector: String, objects: Int, measured: Double) throws {
    let cost = try Self.cost(
      "verb: list, resource: pods, resource-version-zero: true, \(selector)", objects: objects,
      bytes: 4_531)
    #expect(abs(cost / measured - 1) < 0.3, "\(cost) us for \(measured)")
  }

  /// Before 1.31 a LIST without resourceVersion decodes every object from etcd, whatever it selects.
  @Test func selectorsDoNotHelpWhenEtcdIsRead() throws {
    func cost(_ selector: String, _ apiServer: String) throws -> Double {
      try Self.cost(
        "verb: list, resource: pods, \(selector)", objects: 2_000, bytes: 1_000,
        apiServer: apiServer)
    }
    let indexed = "selector: indexed-field, selected-objects: 1"
    let old = try cost(indexed, "consistent-list-from-cache: false")
    // KEP-2340: 6.9 cores for one LIST/s of 300,000 objects of 1 KB that selects nothing.
    #expect(abs(old / (2_000 * 6.9e6 / 300_000) - 1) < 0.07, "\(old)")
    #expect(try cost(indexed, "consistent-list-from-cache: true") < old / 20)
  }

  /// A machine twice as fast needs half the CPU time for everything.
  @Test func costsObeyTheSpeedOfTheMachine() throws {
    for requests in [
      "verb: get, resource: nodes", "verb: list, resource: nodes, content-type: json",
    ] {
      let normal = try Self.cost(requests, objects: 100, bytes: 13_668)
      let fast = try Self.cost(
        requests, objects: 100, bytes: 13_668, machine: "cpu: 2, cpu-speed: 2")
      #expect(abs(fast / normal - 0.5) < 0.005, "\(requests): \(fast) of \(normal)")
    }
  }

  /// Compressing pays in bytes and costs CPU: four to one, and only above 128 KiB.
  @Test func compression() throws {
    func bytes(_ more: String, objects: Int) throws -> Double {
      var simulation = try SmallWorld.bare(
        apiServer: "machine: node", machine: "cpu: 2",
        lines: """
          workload:
            - name: load
              requests: { verb: list, resource: nodes, resource-version-zero: true, at: [1s], objects: \(objects), object-bytes: 10KB, \(more) }
          """
      ).simulation()
      simulation.run(to: 2)
      return simulation.total("apiserver_response_bytes_total")
    }
    #expect(try bytes("accept-gzip: true", objects: 14) == 35_000)
    #expect(try bytes("accept-gzip: false", objects: 14) == 140_000)
    #expect(try bytes("accept-gzip: true", objects: 13) == 130_000)
  }

  /// A LIST in pages of 500 asks for each page when the last has come: ceil(1,200 / 500) requests, and
  /// every object once.
  @Test func pagesFollowEachOther() throws {
    var simulation = try SmallWorld.bare(
      lines: """
        workload:
          - name: load
            requests: { verb: list, resource: configmaps, at: [1s], objects: 1200, object-bytes: 1KB, limit: 500 }
        """
    ).simulation()
    simulation.run(to: 5)
    #expect(simulation.total("apiserver_request_total", "LIST", "200") == 3)
    #expect(simulation.total("apiserver_response_bytes_total") == 1_200_000)
    #expect(simulation.total("etcd_network_client_grpc_sent_bytes_total") == 1_200_000)
  }
}
