// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Stochastics
import TestSupport
import Testing

@testable import ClusterModel

/// Finish times of SimGrid 3.32 (CM02 without any factor) on small topologies.
struct FluidOracleTests {
  static let folder = "data/simgrid-oracle/"

  struct Flow {
    let name: String
    let start: Double
    let bytes: Double
    let path: [LinkID]
    let finish: Double
  }

  @Test(
    "finish times of all cases",
    .enabled(if: SharedData.has(folder + "flows.csv"), "\(SharedData.absence)"),
    arguments: FlowNetwork.Method.allCases)
  func cases(_ method: FlowNetwork.Method) throws {
    let links = try #require(SharedData.file(Self.folder + "links.csv"))
    let flows = try #require(SharedData.file(Self.folder + "flows.csv"))
    var networks: [String: (network: FlowNetwork, links: [String: LinkID], flows: [Flow])] = [:]
    var order: [String] = []
    for row in try OracleTable(contentsOf: links).rows {
      let name = try #require(try row.text("case"))
      if networks[name] == nil {
        networks[name] = (FlowNetwork(method: method), [:], [])
        order.append(name)
      }
      let capacity = try #require(try row.number("bandwidth_Bps"))
      let link = try #require(try row.text("link"))
      let id = networks[name]?.network.addLink(capacity: capacity)
      networks[name]?.links[link] = id
    }
    for row in try OracleTable(contentsOf: flows).rows {
      let name = try #require(try row.text("case"))
      let links = try #require(networks[name]?.links)
      let path = try #require(try row.text("path")).split(separator: ";")
      networks[name]?.flows.append(
        Flow(
          name: try #require(try row.text("flow")), start: try #require(try row.number("start_s")),
          bytes: try #require(try row.number("bytes")),
          path: try path.map { try #require(links[String($0)]) },
          finish: try #require(try row.number("simgrid_finish_s"))))
    }
    for name in order {
      let (network, _, flows) = try #require(networks[name])
      var run = FlowRun(network)
      let finished = run.finishTimes(of: flows.map { ($0.start, $0.bytes, $0.path) })
      for (flow, time) in zip(flows, finished) {
        #expect(
          abs(time - flow.finish) <= 1e-6 * flow.finish, "\(name) \(flow.name): \(time)")
      }
    }
  }

  @Test("some of the cases as literals", arguments: FlowNetwork.Method.allCases)
  func literals(_ method: FlowNetwork.Method) {
    // parking_lot_3 of the same set, by hand: the long flow and each short one share every link, so
    // all four have half of it.
    var parkingLot = FlowRun(FlowNetwork(method: method))
    let lot = (0..<3).map { _ in parkingLot.network.addLink(capacity: 1e9) }
    #expect(
      parkingLot.finishTimes(of: [(0, 1e9, lot)] + lot.map { (0, 1e9, [$0]) }) == [2, 2, 2, 2])

    // single_staggered_size: 1 to 10 GB on 10 GB/s. When k flows are left, k go on at 10 / k.
    var staggered = FlowRun(FlowNetwork(method: method))
    let link = staggered.network.addLink(capacity: 10e9)
    let times = staggered.finishTimes(of: (1...10).map { (0, Double($0) * 1e9, [link]) })
    let expected = [1, 1.9, 2.7, 3.4, 4, 4.5, 4.9, 5.2, 5.4, 5.5]
    for (time, expected) in zip(times, expected) { #expect(abs(time - expected) < 1e-8) }

    // series_min: the slower link rules.
    var series = FlowRun(FlowNetwork(method: method))
    let both = [4e9, 1e9].map { series.network.addLink(capacity: $0) }
    #expect(series.finishTimes(of: [(0.5, 2e9, both)]) == [2.5])
  }
}
