// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Testing

@testable import ClusterModel

/// Stated knobs of machines, pools, pulls, registries, names and the cloud that had no influence.
struct IdleNodeKnobTests {
  static let yaml = """
    cluster:
      nodePools:
        - { name: workers, machine: node, count: 1, boot-time: 1m, join-requests: 3, max-count: 2, \
    host-disk: data, quota-cores: 100 }
      etcd: { main: { members: 1, disk: fast } }
      kubelet: { max-parallel-image-pulls: 7, data-root: fast }
      name-resolution: { ttl: 10s }
    machines:
      node: { cpu: 8, disk: fast, overlay-bandwidth: 1Gbps, external-lookups: 100/s, \
    net.ipv4.neigh.default: { gc_thresh3: 2048 } }
    disks: { fast: { write-latency: 100us } }
    images: { image: { size: 1MB, registry: hub } }
    registries: { hub: { pull-quota: 5, quota-window: 1h } }
    cloud: { quota-cores: 1000, refusal-time: 5s, termination-time: 9s }
    workload: [ { name: pod, jobs: { at: [JOB], image: image, work: 1h } } ]
    timeline: [ { at: 100s, scale: { pool: workers, to: SIZE } } ]
    """

  static func idle(job: String, size: Int) throws -> Set<String> {
    let stated = [
      "cluster.nodePools.workers.boot-time", "cluster.nodePools.workers.join-requests",
      "cluster.nodePools.workers.max-count", "cluster.nodePools.workers.host-disk",
      "cluster.nodePools.workers.quota-cores", "cluster.kubelet.max-parallel-image-pulls",
      "cluster.kubelet.data-root", "cluster.name-resolution.ttl", "machines.node.disk",
      "machines.node.overlay-bandwidth", "machines.node.external-lookups",
      "machines.node.net.ipv4.neigh.default", "registries.hub.pull-quota",
      "registries.hub.quota-window", "cloud.quota-cores", "cloud.refusal-time",
      "cloud.termination-time",
    ]
    let text = yaml.replacing("JOB", with: job).replacing("SIZE", with: String(size))
    var simulation = try SmallWorld(text).simulation()
    simulation.run(to: 300)
    let paths = stated.map { name -> KnobPath in
      // The section of the neighbour table has dots in its own name.
      let parts = name.split(separator: ".").map(String.init)
      guard name.hasPrefix("machines.node.net") else { return KnobPath(elements: parts) }
      return KnobPath(elements: ["machines", "node", "net.ipv4.neigh.default"])
    }
    let found = Set(simulation.knobsWithoutInfluence(among: paths))
    return Set(zip(stated, paths).filter { found.contains($0.1) }.map(\.0))
  }

  @Test("a run in which nothing is pulled and nothing grows")
  func quiet() throws {
    let idle = try Self.idle(job: "1000s", size: 1)
    #expect(idle.contains("registries.hub.pull-quota"))
    #expect(idle.contains("cluster.kubelet.data-root"))
    #expect(idle.contains("machines.node.disk"))
    #expect(idle.contains("cluster.nodePools.workers.boot-time"))
    #expect(idle.contains("cluster.nodePools.workers.join-requests"))
    #expect(idle.contains("cluster.nodePools.workers.quota-cores"))
    #expect(idle.contains("cloud.quota-cores"))
    #expect(idle.contains("cloud.termination-time"))
  }

  @Test("what was at work is not listed, the rest still is")
  func busy() throws {
    let idle = try Self.idle(job: "10s", size: 2)
    for used in [
      "registries.hub.pull-quota", "registries.hub.quota-window", "machines.node.disk",
      "cluster.nodePools.workers.boot-time", "cluster.nodePools.workers.join-requests",
      "cluster.nodePools.workers.quota-cores", "cloud.quota-cores", "cluster.kubelet.data-root",
    ] {
      #expect(!idle.contains(used), "\(used)")
    }
    for unused in [
      // Pulls are serial; nobody shares the disk, nobody scales, nothing is refused or looked up.
      "cluster.kubelet.max-parallel-image-pulls", "cluster.nodePools.workers.host-disk",
      "cluster.nodePools.workers.max-count", "cloud.refusal-time", "cloud.termination-time",
      "machines.node.overlay-bandwidth", "machines.node.external-lookups",
      "machines.node.net.ipv4.neigh.default", "cluster.name-resolution.ttl",
    ] {
      #expect(idle.contains(unused), "\(unused)")
    }
  }
}
