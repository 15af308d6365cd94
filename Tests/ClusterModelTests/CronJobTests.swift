// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// CronJobs and Jobs that are deleted after their end.
struct CronJobTests {
  static func simulation(
    _ workload: String, nodes: Int = 2, controllers: String = "", timeline: String = "[]"
  ) throws -> ClusterSimulation {
    try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: \(nodes), preloaded-images: [image] } ]
        kube-controller-manager: { terminated-pod-gc-threshold: 12500\(controllers) }
      """, machine: "cpu: 64",
      lines: """
        workload: [ { name: cron, \(workload) } ]
        timeline: \(timeline)
        """
    ).simulation()
  }

  static func cron(_ more: String, work: String = "10s") -> String {
    "cron-job: { every: 1m, work: \(work), image: image, cpu: 1\(more) }"
  }

  static let polling = ", CronJobControllerV2: false"

  @Test("since 1.21 a job starts 100 ms after its time (cronjob_controllerv2.go nextScheduleDelta)")
  func queued() throws {
    var simulation = try Self.simulation(Self.cron(""))
    simulation.run(to: 630)
    #expect(simulation.total("kube_job_completed_total") == 10)
    let skew = simulation.metric("cronjob_controller_job_creation_skew_duration_seconds")
    #expect(skew?.count == 10)
    #expect((skew?.mean ?? 0) > 0.1 && (skew?.mean ?? 0) < 0.11)
    #expect(simulation.total("rest_client_requests_total", "cronjob-controller", "LIST") == 0)
  }

  @Test("up to 1.20 all are listed every 10 s, and a job is up to 10 s late")
  func polled() throws {
    // Times at 65, 130, ..., 585 s are seen at 70, 130, 200, 260, ...: late by 5 s or by none.
    var simulation = try Self.simulation(
      "cron-job: { every: 65s, work: 1s, image: image, cpu: 1 }", controllers: Self.polling)
    simulation.run(to: 606)
    let skew = simulation.metric("cronjob_controller_job_creation_skew_duration_seconds")
    #expect(skew?.count == 9)
    #expect(abs((skew?.mean ?? 0) - 5 * 5.0 / 9) < 0.05)
    // 60 rounds of a LIST of jobs and one of cronjobs.
    #expect(simulation.total("rest_client_requests_total", "cronjob-controller", "LIST") == 120)
  }

  @Test(
    "jobs of 91 s every minute: Allow starts all, Forbid one after the other, a deadline every other"
  )
  func concurrency() throws {
    // Forbid: 60 s, then each when the last is done, every 91.07 s, until 600 s. With a deadline of 20 s
    // the time that passed 31 s ago is missed, and the next one kept: 60, 180, 300, 420, 540 s.
    for (policy, starts) in [
      ("Allow", 10.0), ("Forbid", 6), ("Forbid, startingDeadlineSeconds: 20s", 5), ("Replace", 10),
    ] {
      var simulation = try Self.simulation(
        Self.cron(", concurrencyPolicy: \(policy)", work: "90s"))
      simulation.run(to: 601)
      let created = simulation.total(
        "rest_client_requests_total", "cronjob-controller", "POST", "jobs", "200")
      #expect(created == starts, "\(policy)")
      let active = simulation.metric("kube_cronjob_status_active")?.last
      #expect(active == (policy == "Allow" ? 2 : 1), "\(policy)")
      if policy == "Replace" {
        #expect(simulation.total("kube_job_completed_total") == 0)
        #expect(simulation.metric("kube_job_status_active")?.last == 1)
      }
    }
  }

  @Test("three successful and one failed job are kept, and no more pods than theirs")
  func history() throws {
    for (probability, kept) in [("0", 3), ("1, backoff-limit: 0", 1)] {
      for controllers in ["", Self.polling] {
        var simulation = try Self.simulation(
          Self.cron(", failure-probability: \(probability)", work: "5s"),
          controllers: controllers)
        simulation.run(to: 655)
        #expect(simulation.count(of: "jobs") == kept)
        #expect(simulation.count(of: "pods") == kept)
      }
    }
  }

  @Test("ttlSecondsAfterFinished deletes a job and its pods; before 1.21 it is not obeyed")
  func timeToLive() throws {
    let jobs = """
      jobs: { at: [0s], pods: 5, work: 10s, ttlSecondsAfterFinished: 60s, image: image, cpu: 1 }
      """
    for (controllers, left) in [("", 0), (", TTLAfterFinished: false", 1)] {
      var simulation = try Self.simulation(jobs, controllers: controllers)
      simulation.run(to: 70)
      #expect(simulation.count(of: "jobs") == 1)
      #expect(simulation.count(of: "pods") == 5)
      simulation.run(to: 80)
      #expect(simulation.count(of: "jobs") == left)
      #expect(simulation.count(of: "pods") == left * 5)
    }
  }

  @Test("more than 100 missed times: never again up to 1.20, the latest one since 1.21")
  func missedTimes() throws {
    let away = """
      [ { at: 30s, stop-leader: { component: kube-controller-manager } }, \
      { at: 102m, start-replicas: { component: kube-controller-manager } } ]
      """
    for (controllers, started) in [("", 3.0), (Self.polling, 0)] {
      var simulation = try Self.simulation(
        Self.cron(""), nodes: 0, controllers: controllers, timeline: away)
      simulation.run(to: 104.5 * 60)
      let created = simulation.total(
        "rest_client_requests_total", "cronjob-controller", "POST", "jobs", "200")
      #expect(created == started)
      #expect(simulation.total("cronjob_skipped_starts_total", "TooManyMissedTimes") > 0)
    }
  }
}

extension ClusterSimulation {
  fileprivate func count(of resource: String) -> Int {
    let objects = cluster.context.objects
    let id = (0..<objects.resourceCount).map { ResourceID($0) }.first {
      objects.name(of: $0) == resource
    }
    return id.map { Int(objects.count($0)) } ?? 0
  }
}
