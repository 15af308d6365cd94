// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// The controllers of pods: batches, rates, order, roll-outs, nodes that come and go.
struct WorkloadControllerTests {
  static func simulation(
    _ workload: String, nodes: Int = 4, controllers: String = "", timeline: String = "[]",
    cpu: Int = 64
  ) throws -> ClusterSimulation {
    try SmallWorld.bare(
      """
        kubelet: { pleg-relist-period: 1ms, kube-api-qps: 1000/s, kube-api-burst: 1000 }
        nodePools:
          - name: workers
            machine: node
            count: \(nodes)
            max-count: \(nodes + 10)
            boot-time: 5s
            preloaded-images: [image]
        kube-controller-manager: { \(controllers) }
        kube-scheduler: { kube-api-qps: 10000/s, kube-api-burst: 10000 }
      """, machine: "cpu: \(cpu), memory: 4TiB, max-pods: 2000",
      lines: """
        workload: [ { name: app, \(workload) } ]
        timeline: \(timeline)
        """
    ).simulation()
  }

  static let fast = "kube-api-qps: 100000/s, kube-api-burst: 10000"

  @Test("5,000 pods of one Job take at least 250 s at 20 a second (control-plane.md §11)")
  func jobRate() throws {
    var simulation = try Self.simulation(
      "jobs: { at: [0s], pods: 5000, work: 2h, image: image, cpu: 0.01, memory: 1MiB }")
    simulation.run(to: 248)
    #expect(simulation.podsCreated < 5000)
    // Of the 5,000 tokens, some go to Events and status.
    simulation.run(to: 270)
    #expect(simulation.podsCreated == 5000)
  }

  @Test("slow start: batches of 1, 2, 4, ..., each when the last is answered")
  func slowStart() throws {
    // 100 replicas: 1 + 2 + 4 + 8 + 16 + 32 + 37, so 63 after six answers.
    var simulation = try Self.simulation(
      "deployment: { replicas: 100, image: image, cpu: 0.01, memory: 1MiB }",
      controllers: Self.fast)
    var steps: [Int64] = []
    while simulation.now < .zero + .milliseconds(400), steps.last != 100 {
      simulation.run(seconds: 0.000_05)
      let context = simulation.cluster.context
      let created = context.objects.count(context.builtin.pods)
      if created != steps.last ?? 0 { steps.append(created) }
    }
    // Answers within a batch trickle in; its end has to be seen, and nothing of the next before.
    for end: Int64 in [1, 3, 7, 15, 31, 63, 100] { #expect(steps.contains(end), "\(steps)") }
  }

  @Test("OrderedReady: the sum of the start times; Parallel: one start time")
  func statefulSets() throws {
    // 0.5 s of sandbox and 0.57 s of container: each pod starts when the one before it runs.
    var ordered = try Self.simulation(
      "stateful-set: { replicas: 10, image: image, cpu: 1 }", controllers: Self.fast)
    ordered.run(to: 9 * 1.07)
    #expect((ordered.ready ?? 10) <= 9)
    ordered.run(to: 10 * 1.07 + 1)
    #expect(ordered.ready == 10)

    var parallel = try Self.simulation(
      """
      stateful-set: { replicas: 10, pod-management-policy: parallel, image: image, cpu: 1 }
      """, controllers: Self.fast)
    parallel.run(to: 1.5)
    #expect(parallel.ready == 10)
  }

  @Test("a DaemonSet has one pod on each node, on new ones too, and none where none is left")
  func daemonSet() throws {
    var simulation = try Self.simulation(
      "daemon-set: { image: image, cpu: 1 }", nodes: 6, controllers: Self.fast,
      timeline: """
        [ { at: 20s, scale: { pool: workers, to: 9 } }, \
        { at: 100s, via: api, delete-nodes: { pool: workers, count: 2 } } ]
        """)
    func podsByNode(_ context: ClusterContext) -> [Int] {
      return context.nodes.ids.map { node in
        context.pods.ids.count {
          context.pods[$0].storedNode == node && context.pods[$0].exists
        }
      }
    }
    simulation.run(to: 15)
    #expect(podsByNode(simulation.cluster.context) == Array(repeating: 1, count: 6))
    #expect(simulation.ready == 6)
    simulation.run(to: 90)
    #expect(podsByNode(simulation.cluster.context) == Array(repeating: 1, count: 9))
    #expect(simulation.ready == 9)
    // The scheduler counts what they request.
    let nodes = simulation.cluster.context.nodes
    #expect(nodes.ids.allSatisfy { nodes[$0].usedMilliCPU == 1000 && nodes[$0].podCount == 1 })
    simulation.run(to: 200)
    #expect(podsByNode(simulation.cluster.context).reduce(0, +) == 7)
    #expect(simulation.ready == 7)
  }

  @Test("replicas are kept when nodes are lost")
  func conservation() throws {
    var simulation = try Self.simulation(
      "deployment: { replicas: 40, image: image, cpu: 1 }", nodes: 8,
      controllers: Self.fast + ", pod-eviction-timeout: 10s, node-eviction-rate: 1/s",
      timeline: "[ { at: 60s, stop-nodes: { pool: workers, count: 3 } } ]")
    simulation.run(to: 50)
    #expect(simulation.ready == 40)
    simulation.run(to: 200)
    let context = simulation.cluster.context
    let living = context.pods.ids.filter {
      context.pods[$0].exists && context.pods[$0].localPhase == .running
    }
    #expect(living.count == 40)
    #expect(simulation.ready == 40)
    #expect(living.allSatisfy { context.nodes[context.pods[$0].storedNode].machineIsUp })
  }

  @Test("a roll-out replaces every pod within replicas + 25 % and replicas - 25 %")
  func rollOut() throws {
    var simulation = try Self.simulation(
      "deployment: { replicas: 20, image: image, cpu: 1 }", nodes: 8, controllers: Self.fast,
      timeline: "[ { at: 30s, roll-out: { workload: app } } ]")
    simulation.run(to: 29)
    #expect(simulation.ready == 20)
    let old = simulation.cluster.context.pods.count
    var least = 20.0
    var most = 0
    while simulation.now < .zero + .seconds(60) {
      simulation.run(seconds: 0.25)
      least = min(least, simulation.ready ?? 0)
      let context = simulation.cluster.context
      most = max(
        most, context.pods.ids.count { context.pods[$0].exists && context.pods[$0].isActive })
    }
    // Deployment spec.strategy.rollingUpdate: maxSurge and maxUnavailable 25 % of 20 are 5.
    #expect(least >= 15)
    #expect(most <= 25)
    let context = simulation.cluster.context
    let living = context.pods.ids.filter { context.pods[$0].exists }
    #expect(living.count == 20)
    #expect(living.allSatisfy { $0.index >= old }, "an old pod is left")
  }

  @Test(
    "failed pods: pauses of 10 s, 20 s, 40 s, ..., and an end after the sixth (job_controller.go)")
  func backoff() throws {
    var simulation = try Self.simulation(
      "jobs: { at: [0s], pods: 1, work: 1s, failure-probability: 1, image: image, cpu: 1 }",
      controllers: Self.fast)
    // A start of 1.07 s and work of 1 s, then the pause before the next pod.
    var failure = 2.07
    for (index, pause) in [10.0, 20, 40, 80, 160, 320, 0].enumerated() {
      simulation.run(to: failure - 0.5)
      #expect(simulation.total("job_failed_pods_total") == Double(index))
      simulation.run(to: failure + 0.5)
      #expect(simulation.total("job_failed_pods_total") == Double(index + 1))
      failure += pause + 2.07
    }
    simulation.run(to: 1_500)
    #expect(simulation.total("job_failed_pods_total") == 7)
    #expect(simulation.total("kube_job_failed_total") == 1)
    #expect(simulation.metric("kube_job_status_active")?.last == 0)
  }

  @Test("completions above the parallelism: a wave follows the other")
  func completions() throws {
    var simulation = try Self.simulation(
      "jobs: { at: [0s], pods: 4, completions: 12, work: 10s, image: image, cpu: 1 }",
      controllers: Self.fast)
    simulation.run(to: 30)
    #expect(simulation.total("kube_job_completed_total") == 0)
    simulation.run(to: 36)
    #expect(simulation.total("kube_job_completed_total") == 1)
    #expect(simulation.cluster.context.pods.count == 12)
    #expect(abs(simulation.total("job_useful_work_seconds_total") - 120) < 1)
  }

  @Test("finished pods stay until there are too many (podgc: every 20 s, the oldest first)")
  func terminatedPods() throws {
    var simulation = try Self.simulation(
      "jobs: { at: [0s, 1s, 2s, 3s], pods: 10, work: 1s, image: image, cpu: 1 }",
      controllers: Self.fast + ", terminated-pod-gc-threshold: 15")
    func pods(_ context: ClusterContext) -> Int64 {
      context.objects.count(context.builtin.pods)
    }
    simulation.run(to: 19)
    #expect(pods(simulation.cluster.context) == 40)
    simulation.run(to: 22)
    #expect(pods(simulation.cluster.context) == 15)
    let context = simulation.cluster.context
    #expect(context.pods.ids.prefix(25).allSatisfy { !context.pods[$0].exists })
  }
}

extension ClusterSimulation {
  /// Pods that controllers have created, bindings left out.
  fileprivate var podsCreated: Double {
    total("rest_client_requests_total", "POST", "pods", "200")
      - total("rest_client_requests_total", "kube-scheduler", "POST", "pods", "200")
  }

  fileprivate var ready: Double? { metric("kube_workload_status_replicas_ready")?.last }
}
