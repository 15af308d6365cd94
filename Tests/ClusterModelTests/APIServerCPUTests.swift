// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Long work is done in slices of 10 ms (Go runtime/proc.go `forcePreemptNS`), so that a LIST of
/// many objects does not hold a core against short requests.
struct APIServerCPUTests {
  /// Slowest short read, and the LISTs' time, in milliseconds: LISTs of 1 s CPU on one core.
  static func simulate(lists: Int) throws -> (slowestGet: Double, list: Double) {
    let moments = Array(repeating: "1s", count: lists).joined(separator: ", ")
    var simulation = try SmallWorld.bare(
      apiServer: "machine: node, list-cpu-per-object: 10ms", machine: "cpu: 1",
      lines: """
        workload:
          - name: lists
            requests:
              verb: list
              resource: configmaps
              at: [\(moments)]
              objects: 100
              object-bytes: 100B
              resource-version-zero: true
          - name: gets
            requests:
              verb: get
              resource: secrets
              rate: 17/s
              arrivals: periodic
              resource-version-zero: true
        """
    ).simulation()
    simulation.run(to: 5)
    let name = "rest_client_request_duration_seconds"
    return (
      try #require(simulation.metric(name, "gets")?.max) * 1000,
      try #require(simulation.metric(name, "lists")?.max) * 1000
    )
  }

  @Test(arguments: [1, 3])
  func shortRequestsWaitForOneSliceOfEach(lists: Int) throws {
    let (get, list) = try Self.simulate(lists: lists)
    // Own CPU 0.45 ms + 34 us; the link's and histogram's rounding make up the rest.
    #expect(get <= Double(lists) * 10 + 1, "\(get) ms")
    #expect(get > Double(lists - 1) * 10, "\(get) ms")
    #expect(list >= Double(lists) * 1000 && list < Double(lists) * 1000 + 60, "\(list) ms")
  }
}
