// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// A registry that grants an address so many pulls a window.
struct RegistryQuotaTests {
  static func simulation(
    pool: String = "nat-gateway: nat", kubelet: String = "pod-infra-container-image: pause",
    nodes: Int = 12
  ) throws -> ClusterSimulation {
    try SmallWorld(
      """
      cluster:
        nodePools: [ { name: workers, machine: node, count: \(nodes), preloaded-images: [tool], \
      \(pool) } ]
        etcd: { main: { members: 1, disk: fast } }
        kubelet: { \(kubelet) }
      machines: { node: { cpu: 1 } }
      disks: { fast: { write-latency: 100us } }
      registries: { gcr: { pull-quota: 5, quota-window: 10m } }
      images: { pause: { size: 700kB, registry: gcr }, tool: { size: 1MB } }
      workload:
        - { name: pods, jobs: { at: [10s], pods: \(nodes), work: 10h, image: tool, cpu: 1 } }
      """
    ).simulation()
  }

  func running(_ simulation: borrowing ClusterSimulation) -> Double? {
    simulation.metric("kube_pod_status_phase", "Running")?.last
  }

  @Test("one address: as many nodes as the quota start a container in each window")
  func behindNAT() throws {
    var simulation = try Self.simulation()
    simulation.run(to: 600)
    #expect(running(simulation) == 5)
    simulation.run(to: 630)
    #expect(running(simulation) == 10, "the window has begun with the first pull, at 10 s")
    simulation.run(to: 1_240)
    #expect(running(simulation) == 12)
    #expect(simulation.total("kubelet_sandbox_image_errors_total") > 7 * 590 / 15)
  }

  @Test("addresses of their own, or the image in the machine image: nobody is refused")
  func controls() throws {
    var own = try Self.simulation(pool: "max-count: 12")
    own.run(to: 20)
    #expect(running(own) == 12)
    var preloaded = try Self.simulation(kubelet: "serialize-image-pulls: true")
    preloaded.run(to: 20)
    #expect(running(preloaded) == 12)
    #expect(preloaded.total("kubelet_sandbox_image_errors_total") == 0)
  }
}
