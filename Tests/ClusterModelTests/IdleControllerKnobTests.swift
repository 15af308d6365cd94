// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Scenario
import Testing

@testable import ClusterModel

/// Knobs of controllers whose mechanism had nothing to do are reported, the others are not.
struct IdleControllerKnobTests {
  static func idle(
    _ names: [String], workload: String, timeline: String = "[]", controllers: String = ""
  ) throws -> Set<String> {
    let world = try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: 4, preloaded-images: [image] } ]
        kube-controller-manager: { \(controllers) }
      """,
      lines: """
        workload: [ { name: app, \(workload) } ]
        timeline: \(timeline)
        """)
    let path = world.configuration.clusters[0].value.controllerManager.path
    var simulation = world.simulation()
    simulation.run(to: 120)
    let idle = simulation.knobsWithoutInfluence(among: names.map { path.appending($0) })
    return Set(names.filter { idle.contains(path.appending($0)) })
  }

  static let names = [
    "concurrent-syncs", "concurrent-daemonset-syncs", "job-sync-batch-period",
    "job-backoff-counts-pods", "concurrent-endpoint-syncs", "max-endpoints-per-slice",
    "CronJobControllerV2", "TTLAfterFinished", "leader-elect-lease-duration", "restart-time",
    "secondary-node-eviction-rate",
  ]

  @Test func deployment() throws {
    let idle = try Self.idle(
      Self.names, workload: "deployment: { replicas: 2, image: image, service: true }",
      timeline:
        "[ { at: 60s, stop-leader: { component: kube-controller-manager, restarts: true } } ]"
    )
    #expect(
      idle == [
        "concurrent-daemonset-syncs", "job-sync-batch-period", "job-backoff-counts-pods",
        "CronJobControllerV2", "TTLAfterFinished", "leader-elect-lease-duration",
        "secondary-node-eviction-rate",
      ])
  }

  @Test func jobs() throws {
    let idle = try Self.idle(
      Self.names,
      workload: """
        cron-job: { every: 1m, work: 1s, failure-probability: 1, backoff-limit: 0, \
        ttlSecondsAfterFinished: 10s, image: image }
        """, controllers: "leader-elect: true, replicas: 2")
    #expect(
      idle == [
        "concurrent-daemonset-syncs", "concurrent-endpoint-syncs",
        "max-endpoints-per-slice", "restart-time", "secondary-node-eviction-rate",
      ])
  }
}
