// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// The storage quota and its alarm, as measured on etcd 3.4.23 (facts/real-calibration.md §1,
/// maintenance): every put is refused, reads and deletes are served.
struct StoreQuotaTests {
  static func simulation(quota: String) throws -> ClusterSimulation {
    try SmallWorld.bare(
      etcd: "quota-backend-bytes: \(quota)",
      lines: """
        workload:
          - name: creates
            requests:
              { verb: create, resource: secrets, rate: 100/s, arrivals: periodic, object-bytes: 10KiB }
          - name: updates
            requests:
              { verb: update, resource: configmaps, rate: 10/s, arrivals: periodic, object-bytes: 1B }
          - { name: reads, requests: { verb: get, resource: configmaps, rate: 10/s } }
          - { name: lists, requests: { verb: list, resource: configmaps, rate: 10/s } }
          - name: deletes
            requests: { verb: delete, resource: configmaps, rate: 10/s, objects: 5 }
        """
    ).simulation()
  }

  @Test func overQuotaEveryPutIsRefused() throws {
    var simulation = try Self.simulation(quota: "1MiB")
    simulation.run(to: 5)
    #expect(simulation.metric("etcd_server_alarm_nospace")?.last == 1)
    // 12,310 bytes of file for each put of 10 KiB (measured).
    let creates = simulation.total("apiserver_request_total", "POST", "secrets", "200")
    #expect(abs(creates / (1_048_576 / 12_310) - 1) < 0.06, "\(creates) puts fitted in")
    let refused = simulation.total("apiserver_request_total", "POST", "secrets", "500")
    #expect(abs(creates + refused - 500) <= 1)

    // From now on nothing but refusals, of however small a value.
    let before = simulation.total("apiserver_request_total", "PUT", "configmaps", "200")
    let deletesBefore = simulation.total("apiserver_request_total", "DELETE", "200")
    simulation.run(to: 8)
    #expect(simulation.total("apiserver_request_total", "PUT", "configmaps", "200") == before)
    #expect(simulation.total("apiserver_request_total", "POST", "secrets", "200") == creates)
    #expect(simulation.total("apiserver_request_total", "DELETE", "200") > deletesBefore + 10)
    for verb in ["GET", "LIST", "DELETE"] {
      #expect(simulation.total("apiserver_request_total", verb, "200") > 40, "\(verb)")
      #expect(simulation.total("apiserver_request_total", verb, "500") == 0, "\(verb)")
    }
    #expect(
      simulation.total("etcd_server_refused_writes_total", "NOSPACE")
        == simulation.total("apiserver_request_total", "500"))
    let file = try #require(simulation.metric("etcd_mvcc_db_total_size_in_bytes")?.last)
    #expect(file < 1_048_576 + 13_000, "one put at most passes the check before the line")
  }

  @Test("negative control: a quota that is not reached does nothing")
  func belowQuotaNothingHappens() throws {
    var simulation = try Self.simulation(quota: "100MiB")
    simulation.run(to: 5)
    #expect(simulation.metric("etcd_server_alarm_nospace")?.peak == 0)
    #expect(simulation.total("apiserver_request_total", "500") == 0)
    #expect(simulation.total("etcd_server_refused_writes_total") == 0)
  }
}
