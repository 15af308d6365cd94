// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// What a node, a pod and an event cost, against the limits the foundation issue sets: 256 bytes for
/// a node and for a pod, 16 for an event.
struct ModelMemoryTests {
  @Test func rows() {
    #expect(MemoryLayout<WorldEvent>.size <= 16)
    #expect(MemoryLayout<NodeRow>.stride <= 256)
    #expect(MemoryLayout<PodRow>.stride <= 256)
  }

  @Test("all that grows with the nodes: row, objects, cursors of status and lease")
  func perNode() throws {
    let nodes = 4096
    let simulation = try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: \(nodes) } ]
        kubelet: { node-lease: true }
      """
    ).simulation()
    let context = simulation.cluster.context
    // A member of a cursor: phase 8, two links of 4, active flag and the last beat, an optional of 9;
    // in 32 or 40 bytes by alignment. Two cursors.
    let cursors = 2 * 40 * nodes
    let bytes = context.nodes.memoryFootprint + context.objects.memoryFootprint + cursors
    #expect(context.nodes.memoryFootprint >= nodes * MemoryLayout<NodeRow>.stride)
    #expect(bytes / nodes <= 256, "\(bytes / nodes) bytes a node")
  }

  @Test("all that grows with the pods: row and object")
  func perPod() throws {
    var simulation = try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: 4, preloaded-images: [image] } ]
        kube-controller-manager: { kube-api-qps: 100000/s, kube-api-burst: 10000 }
        kube-scheduler: { kube-api-qps: 100000/s, kube-api-burst: 10000 }
      """, machine: "cpu: 8, max-pods: 300",
      lines: """
        workload:
          - { name: batch, jobs: { at: [1s], pods: 1024, work: 1h, image: image, cpu: 0.01, memory: 1MiB } }
        """
    ).simulation()
    simulation.run(to: 10)
    let context = simulation.cluster.context
    #expect(context.pods.count == 1024)
    let bytes = context.pods.memoryFootprint + context.objects.memoryFootprint
    // Arrays double: at most twice what is in use.
    #expect(bytes / 1024 <= 256, "\(bytes / 1024) bytes a pod")
  }
}
