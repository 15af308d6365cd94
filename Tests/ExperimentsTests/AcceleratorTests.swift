// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import Experiments
import Foundation
import Scenario
import Testing

@Suite struct AcceleratorTests {
  private static func world(_ more: String) throws -> WorldConfiguration {
    let document = try ScenarioLibrary().load(
      text: """
        orrery: 1
        title: accelerators
        extends: [gpu-nodes]
        run: { duration: 1h }
        cluster: { nodePools: [], etcd: { main: { members: 1, disk: ssd } } }
        disks: { ssd: { write-latency: 1ms } }
        \(more)
        """, file: "accelerators.yaml")
    return try #require(try document.points(overrides: []).first)
      .configuration(as: WorldConfiguration.self).0
  }

  /// Every machine of the profile names a GPU model, so that collectives have a time on it.
  @Test func profile() throws {
    let world = try Self.world("")
    #expect(world.machines.count > 15)
    for machine in world.machines {
      let group = try #require(world.collectiveGroup(on: machine.name, nodes: 2))
      #expect(group.busBandwidth(of: .allReduce, bytes: 1 << 20) > 0, "\(machine.name)")
    }
  }

  /// Azure documentation and stas00/ml-engineering at 744d01e: one-way rates of a node's cards together.
  @Test(
    arguments: [
      ("nvidia/DGX-H100", 400.0), ("nvidia/GB200-NVL72-tray", 200), ("aws/p4d", 50),
      ("aws/p5", 400), ("meta/grand-teton", 400), ("azure/ND40rs_v2", 12.5),
      ("azure/ND96asr_v4", 200),
    ])
  func cards(_ name: String, _ gigabytesPerSecond: Double) throws {
    let world = try Self.world("")
    let machine = try #require(world.machines.first { $0.name == name }).value
    let link = try #require(world.links.first { $0.name == machine.gpuNetwork?.name }).value
    let sum = link.bandwidth.bytesPerSecond * Double(machine.gpuNetworkCards)
    #expect(abs(sum / 1e9 - gigabytesPerSecond) < 1e-9)
  }

  @Test func withoutModelNoCollectives() throws {
    let world = try Self.world("machines: { plain: { cpu: 8, gpus: 8 } }")
    #expect(world.collectiveGroup(on: "plain", nodes: 2) == nil)
  }

  @Test(
    "A link in the wrong place is an error that names it",
    arguments: [
      ("links: { a: { kind: pcie, bandwidth: 1GB/s, nvls-efficiency: 0.5 } }", "only NVLink"),
      ("links: { a: { kind: nvlink, bandwidth: 1GB/s, latency: 1us } }", "network card"),
      ("gpus: { a: { memory: 1GiB, link: efa-100 } }", "'efa-100'"),
      ("machines: { a: { gpu-network: nvlink-4 } }", "'nvlink-4'"),
      ("machines: { a: { gpu-model: h100-sx } }", "h100-sxm"),
    ])
  func badInput(_ text: String, _ words: String) {
    #expect {
      try Self.world(text)
    } throws: { "\($0)".contains(words) }
  }
}
