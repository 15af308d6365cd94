// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// A message from one cluster of a world to another, and its answer.
struct ClusterExchangeTests {
  @Test func requestAndAnswerCross() throws {
    let world = try SmallWorld(
      """
      cluster:
        nodePools: []
        etcd: { main: { members: 1, disk: fast } }
      clusters:
        remote:
          nodePools: []
          etcd: { main: { members: 1, disk: fast } }
      cluster-round-trip-time: 200ms
      disks: { fast: { write-latency: 100us } }
      workload:
        - { name: own, requests: { verb: get, resource: secrets, at: [500ms] } }
        - name: calls
          requests:
            { verb: patch, resource: configmaps, at: [1s, 2s, 3s], objects: 4, target-cluster: remote }
        - name: back
          in-cluster: remote
          requests: { verb: get, resource: configmaps, at: [1500ms], target-cluster: main }
      """)
    var simulation = world.simulation()
    let calls = WorkloadID(1)
    let ok = Int(RequestOutcome.ok.rawValue)
    func answers() -> [Int] { simulation.world.clusters[0].requestLoads.remoteAnswers(calls) }
    func served() -> Double { simulation.total("apiserver_request_total", "PATCH", cluster: 1) }

    simulation.run(to: 1.099)
    #expect(served() == 0, "under way for 100 ms")
    simulation.run(to: 1.199)
    #expect(served() == 1 && answers()[ok] == 0, "served, and the answer is under way")
    simulation.run(to: 1.22)
    #expect(answers()[ok] == 1)
    simulation.run(to: 4)
    #expect(answers()[ok] == 3 && answers().reduce(0, +) == 3)
    #expect(served() == 3)
    #expect(simulation.total("apiserver_request_total", "PATCH", cluster: 0) == 0)
    #expect(simulation.total("apiserver_request_total", "GET", "secrets", "200", cluster: 0) == 1)
    // And the other way round.
    #expect(simulation.world.clusters[1].requestLoads.remoteAnswers(WorkloadID(2))[ok] == 1)
    #expect(
      simulation.total("apiserver_request_total", "GET", "configmaps", "200", cluster: 0) == 1)
  }
}
