// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Writes that reach the store after the world has moved on.
struct LateWritesTests {
  @Test("a status that was held up by 429s does not undo a later one")
  func statusNeverGoesBack() throws {
    // A Running that waits for its next try is overtaken by the Succeeded of 1 s later. A pod that
    // seems to run when it is deleted would be replaced, and its job done twice.
    var simulation = try SmallWorld(TimeAccountTests.patient).simulation()
    simulation.run(to: 30)
    #expect(simulation.total("rest_client_requests_total", "kubelet", "429") > 20)
    #expect(simulation.total("kube_job_completed_total") == 1)
    #expect(simulation.cluster.context.pods.count == 30, "none was replaced")
    let pods = simulation.cluster.context.pods
    #expect(pods.ids.allSatisfy { !pods[$0].exists })
    #expect(
      simulation.cluster.context.objects.count(simulation.cluster.context.builtin.pods) == 0)
    #expect(simulation.metric("scheduler_pending_pods")?.last == 0)
  }

  @Test("a heartbeat does not bring a deleted node back: 404 (registry GuaranteedUpdate)")
  func patchOfADeletedNode() throws {
    var simulation = try SmallWorld.bare(
      "  nodePools: [ { name: workers, machine: node, count: 3 } ]",
      lines: """
        timeline: [ { at: 20s, via: api, delete-nodes: { pool: workers, count: 1 } } ]
        """
    ).simulation()
    simulation.run(to: 60)
    let context = simulation.cluster.context
    #expect(context.nodes[NodeID(0)].machineIsUp, "only the object was deleted")
    #expect(!context.nodes[NodeID(0)].isRegistered)
    #expect(context.objects.count(context.builtin.nodes) == 2)
    #expect(simulation.total("apiserver_request_total", "PATCH", "nodes", "404") >= 3)
  }

  @Test("a binding whose answer came too late is not made again elsewhere")
  func lostBinding() throws {
    // Every sync takes 70 s, the scheduler's patience is 60 s.
    var simulation = try SmallWorld(
      """
      cluster:
        nodePools: [ { name: workers, machine: node, count: 3, preloaded-images: [image] } ]
        etcd: { main: { members: 1, disk: dying } }
        kube-apiserver: { request-timeout: 1h, etcd-compaction-interval: 0s }
        kube-controller-manager: { node-monitor-grace-period: 24h }
        kubelet: { node-status-update-frequency: 1h, heartbeat-timeout: 1h }
      machines: { node: { cpu: 8 } }
      disks: { dying: { write-latency: 70s } }
      images: { image: { size: 100MB } }
      workload:
        - { name: batch, jobs: { at: [1s], pods: 2, work: 20h, image: image, cpu: 1 } }
      """
    ).simulation()
    simulation.run(to: 3000)
    let bindings = simulation.total("rest_client_requests_total", "kube-scheduler")
    #expect(bindings > 2, "some were made twice")
    let context = simulation.cluster.context
    var booked = 0
    for pod in context.pods.ids where context.pods[pod].exists {
      #expect(context.pods[pod].storedNode != .none)
      #expect(context.pods[pod].assignedNode == context.pods[pod].storedNode)
    }
    for node in context.nodes.ids { booked += Int(context.nodes[node].podCount) }
    #expect(booked == 2)
    #expect(simulation.metric("scheduler_pending_pods")?.last == 0)
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 2)
  }
}
