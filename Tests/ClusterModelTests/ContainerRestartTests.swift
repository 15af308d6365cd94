// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Crash loops and volumes against arithmetic and a published measurement.
struct ContainerRestartTests {
  static func simulation(_ pod: String, kubelet: String = "kube-api-qps: 5/s") throws
    -> ClusterSimulation
  {
    try SmallWorld(
      """
      cluster:
        nodePools: [ { name: workers, machine: node, count: 1, preloaded-images: [tool] } ]
        etcd: { main: { members: 1, disk: fast } }
        kubelet: { \(kubelet) }
      machines: { node: { cpu: 8 } }
      disks: { fast: { write-latency: 100us } }
      images: { tool: { size: 1MB } }
      workload:
        - { name: pod, jobs: { at: [10s], work: 100h, image: tool, \(pod) } }
      """
    ).simulation()
  }

  @Test("restarts come at once, then after 10, 20, 40, 80, 160, 300, 300 s")
  func crashLoop() throws {
    var simulation = try Self.simulation("exits-after: 5s")
    // Each round: 5 s of running, up to 1 s until the kubelet sees the exit, the back-off.
    var earliest = 11.07
    for (restart, wait) in [0, 10, 20, 40, 80, 160, 300, 300].map(Double.init).enumerated() {
      earliest += 5 + wait
      simulation.run(to: earliest - 0.05)
      #expect(
        simulation.total("kube_pod_container_status_restarts_total") <= Double(restart))
      simulation.run(to: earliest + Double(restart) + 1.1)
      #expect(
        simulation.total("kube_pod_container_status_restarts_total") == Double(restart + 1))
    }
  }

  @Test("a container that runs for more than ten minutes is started again at once")
  func forgiven() throws {
    var simulation = try Self.simulation("exits-after: 11m")
    simulation.run(to: 11 + 9.5 * 661)
    #expect(simulation.total("kube_pod_container_status_restarts_total") == 9)
  }

  /// Kubernetes SIG Scalability, storage tests of August 2019: 22.2 s at 5 requests a second, 2.2 s at
  /// 100, one pod with 100 ConfigMap volumes (control-plane.md §4).
  @Test("100 ConfigMaps at 5 requests a second take the tokens' time")
  func configMaps() throws {
    var slow = try Self.simulation("configmap-volumes: 100")
    slow.run(to: 60)
    let start = try #require(slow.metric("kubelet_pod_start_duration_seconds")?.max)
    // The status manager's read of the pod takes a token before them.
    #expect(abs(start - (91.0 / 5 + 1.07)) < 0.1, "a burst of 10 goes at once")
    #expect(abs(start / 22.2 - 1) < 0.15)
    var fast = try Self.simulation(
      "configmap-volumes: 100", kubelet: "kube-api-qps: 100/s, kube-api-burst: 100")
    fast.run(to: 60)
    let quick = try #require(fast.metric("kubelet_pod_start_duration_seconds")?.max)
    #expect(quick < 2.2 * 1.5 && quick > 2.2 / 2.2)
  }
}
