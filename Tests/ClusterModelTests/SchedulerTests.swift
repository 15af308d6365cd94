// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Scheduling decisions on clusters small enough to count by hand.
struct SchedulerTests {
  /// A cluster whose clients do not limit anything.
  static func simulation(
    pools: String = "{ name: workers, machine: node, count: 10 }", scheduler: String = "",
    workload: String, machine: String = "cpu: 8, memory: 64GiB, gpus: 4", extra: String = "",
    lines: String = ""
  ) throws -> ClusterSimulation {
    try SmallWorld.bare(
      """
        nodePools: [ \(pools) ]
        kube-controller-manager: { kube-api-qps: 100000/s, kube-api-burst: 10000 }
        kube-scheduler: { \(scheduler) }
      \(extra)
      """, machine: machine,
      lines: "workload:\n" + workload + "\n" + lines
    ).simulation()
  }

  static func jobs(_ name: String, _ entries: String) -> String {
    "  - { name: \(name), jobs: { image: image, work: 10h, \(entries) } }\n"
  }

  /// Pods on each node, by workload.
  static func placement(
    _ simulation: borrowing ClusterSimulation, of workload: Int = 0
  ) -> [Int] {
    let context = simulation.cluster.context
    var counts = Array(repeating: 0, count: context.nodes.count)
    for pod in context.pods.ids
    where context.pods[pod].workload.index == workload && context.pods[pod].storedNode != .none
      && context.pods[pod].exists
    {
      counts[context.pods[pod].storedNode.index] += 1
    }
    return counts
  }

  // MARK: How many nodes are looked at

  /// facts/control-plane.md §5.1: 46, 42, 30, 10 and 5 % of the nodes; "evaluatedNodes=500" of 5,000 in
  /// a CI log of 2022.
  @Test(arguments: [
    (99, 99), (100, 100), (500, 230), (1_000, 420), (2_500, 750), (5_000, 500), (7_500, 375),
    (15_000, 750), (65_000, 3_250), (130_000, 6_500),
  ])
  func nodesToFind(_ nodes: Int, _ published: Int) {
    #expect(NodeSampling.nodesToFind(among: nodes) == published)
    #expect(NodeSampling.nodesToFind(among: nodes, percentage: 100) == nodes)
  }

  @Test("the next search begins where the last one stopped: no node is forgotten")
  func searchGoesRound() throws {
    // 300 nodes, 5 % stated: 100 feasible nodes end a search. 300 pods of a whole node fill them all.
    var simulation = try Self.simulation(
      pools: "{ name: workers, machine: node, count: 300 }",
      scheduler: "percentageOfNodesToScore: 5, kube-api-qps: 10000/s, kube-api-burst: 1000",
      workload: Self.jobs("batch", "at: [1s], pods: 300, cpu: 8"))
    simulation.run(to: 20)
    #expect(Self.placement(simulation).allSatisfy { $0 == 1 })
    #expect(simulation.total("scheduler_schedule_attempts_total", "unschedulable") == 0)
  }

  // MARK: Policies

  @Test("1.8: MostRequested fills nodes up, LeastRequested spreads")
  func packingAndSpreading() throws {
    // 16 pods of one of 8 cores: two nodes full, or one or two pods on each of ten.
    let workload = Self.jobs("batch", "at: [1s], pods: 16, cpu: 1, memory: 8GiB")
    var packing = try Self.simulation(
      scheduler: "priorities: { MostRequestedPriority: 1, InterPodAffinityPriority: 2 }",
      workload: workload)
    packing.run(to: 20)
    #expect(Self.placement(packing).filter { $0 > 0 } == [8, 8])
    #expect(packing.metric("cluster_empty_nodes")?.last == 8)
    var spreading = try Self.simulation(
      scheduler: "priorities: { LeastRequestedPriority: 1 }", workload: workload)
    spreading.run(to: 20)
    #expect(Self.placement(spreading).sorted() == [1, 1, 1, 1, 2, 2, 2, 2, 2, 2])
    #expect(spreading.metric("cluster_empty_nodes")?.last == 0)
  }

  @Test("current: the fit plugin packs with MostAllocated alone")
  func mostAllocated() throws {
    var simulation = try Self.simulation(
      scheduler: "scoringStrategy: MostAllocated, score-plugins: { NodeResourcesFit: 1 }",
      workload: Self.jobs("batch", "at: [1s], pods: 16, cpu: 1, memory: 8GiB"))
    simulation.run(to: 20)
    #expect(Self.placement(simulation).filter { $0 > 0 } == [8, 8])
  }

  @Test("preferred affinity outweighs spreading: weight 2 of the 2018 policy")
  func softAffinity() throws {
    var simulation = try Self.simulation(
      scheduler: "priorities: { LeastRequestedPriority: 1, InterPodAffinityPriority: 2 }",
      workload: Self.jobs(
        "batch", "at: [1s], pods: 8, cpu: 1, podAffinity: [ { weight: 1 } ]"))
    simulation.run(to: 20)
    #expect(Self.placement(simulation).filter { $0 > 0 } == [8])
  }

  // MARK: Filters

  @Test("required anti-affinity on the host: one pod a node, the others wait")
  func antiAffinity() throws {
    var simulation = try Self.simulation(
      workload: Self.jobs("dns", "at: [1s], pods: 12, cpu: 0.1, podAntiAffinity: [ {} ]"))
    simulation.run(to: 20)
    #expect(Self.placement(simulation).allSatisfy { $0 == 1 })
    #expect(simulation.metric("scheduler_unschedulable_pods", "InterPodAffinity")?.last == 2)
    #expect(simulation.metric("scheduler_pending_pods", "unschedulable")?.last == 2)
  }

  @Test("anti-affinity holds in both directions")
  func antiAffinityIsSymmetric() throws {
    // The guards keep away from whoever comes, though only they say so.
    var simulation = try Self.simulation(
      workload: Self.jobs(
        "guard", "at: [1s], pods: 4, cpu: 0.1, podAntiAffinity: [ { workload: guest }, {} ]")
        + Self.jobs("guest", "at: [5s], pods: 40, cpu: 0.1"))
    simulation.run(to: 30)
    let guards = Self.placement(simulation)
    let guests = Self.placement(simulation, of: 1)
    #expect(zip(guards, guests).allSatisfy { $0 == 0 || $1 == 0 })
    #expect(guests.reduce(0, +) == 40)
  }

  @Test("required affinity by zone: the first pod chooses, the others follow")
  func zoneAffinity() throws {
    let pools = """
      { name: a, machine: node, count: 3, zone: a }, { name: b, machine: node, count: 3, zone: b }
      """
    var simulation = try Self.simulation(
      pools: pools,
      workload: Self.jobs(
        "gang",
        "at: [1s], pods: 9, cpu: 1, podAffinity: [ { topologyKey: topology.kubernetes.io/zone } ]"))
    simulation.run(to: 20)
    let counts = Self.placement(simulation)
    let zones = [counts[0...2].reduce(0, +), counts[3...5].reduce(0, +)]
    #expect(zones.sorted() == [0, 9])
  }

  @Test("DoNotSchedule by zone: the skew stays within maxSkew")
  func spreadByZone() throws {
    let pools = """
      { name: a, machine: node, count: 1, zone: a }, { name: b, machine: node, count: 5, zone: b }
      """
    var simulation = try Self.simulation(
      pools: pools,
      workload: Self.jobs(
        "web",
        """
        at: [1s], pods: 30, cpu: 1, topologySpreadConstraints: \
        [ { topologyKey: topology.kubernetes.io/zone, maxSkew: 2 } ]
        """))
    simulation.run(to: 20)
    // Zone a has room for 8 pods; b may be ahead by two.
    let counts = Self.placement(simulation)
    #expect(counts[0] == 8)
    #expect(counts.reduce(0, +) == 18)
    #expect(simulation.metric("scheduler_unschedulable_pods", "PodTopologySpread")?.last == 12)
  }

  @Test("taints keep out whoever does not tolerate them; a selector keeps in")
  func taintsAndSelector() throws {
    let pools = """
      { name: gpu, machine: node, count: 2, taints: ["accelerator=gpu:NoSchedule"] },
      { name: cpu, machine: node, count: 2 }
      """
    var simulation = try Self.simulation(
      pools: pools,
      workload: Self.jobs("web", "at: [1s], pods: 20, cpu: 1")
        + Self.jobs(
          "train",
          "at: [1s], pods: 10, cpu: 1, tolerations: [accelerator], nodeSelector: [gpu]"))
    simulation.run(to: 20)
    let web = Self.placement(simulation)
    #expect(web[0] + web[1] == 0 && web[2] + web[3] == 16)
    let train = Self.placement(simulation, of: 1)
    #expect(train[0] + train[1] == 10 && train[2] + train[3] == 0)
    // Four pods were turned down by both pools: two nodes each attempt, each for its own reason.
    #expect(simulation.metric("scheduler_unschedulable_pods", "TaintToleration")?.last == 4)
    #expect(simulation.metric("scheduler_unschedulable_pods", "NodeResourcesFit")?.last == 4)
    let tainted = simulation.total("scheduler_filtered_nodes_total", "TaintToleration")
    let full = simulation.total("scheduler_filtered_nodes_total", "NodeResourcesFit")
    #expect(tainted == 8 && full == 8)
  }

  @Test("a toleration may name key, value and effect")
  func tolerations() throws {
    let taint = try #require(PoolTaint("accelerator=gpu:NoSchedule"))
    #expect(taint.isTolerated(by: "accelerator"))
    #expect(taint.isTolerated(by: "accelerator=gpu"))
    #expect(taint.isTolerated(by: "accelerator=gpu:NoSchedule"))
    #expect(!taint.isTolerated(by: "accelerator:NoExecute"))
    #expect(!taint.isTolerated(by: "accelerator=tpu"))
    #expect(PoolTaint("gpu") == nil && PoolTaint("gpu:Never") == nil)
  }

  // MARK: Binding

  /// facts/control-plane.md §11: 50 bindings a second once the burst of 100 is used up, whatever the
  /// scheduler could do.
  @Test(arguments: [(50, 100), (100, 200)])
  func bindCeiling(_ qps: Int, _ burst: Int) throws {
    var simulation = try Self.simulation(
      pools: "{ name: workers, machine: node, count: 100 }",
      scheduler: "kube-api-qps: \(qps)/s, kube-api-burst: \(burst), cpu-per-pod: 100us",
      workload: Self.jobs("batch", "at: [1s], pods: 800, cpu: 0.1"))
    var bound: [Double] = []
    for second in [5.0, 6, 7, 8] {
      simulation.run(to: second)
      bound.append(simulation.total("scheduler_schedule_attempts_total", "scheduled"))
    }
    for (earlier, later) in zip(bound, bound.dropFirst()) where later < 800 {
      #expect(abs(later - earlier - Double(qps)) <= 2)
    }
    let expected = min(800, Double(burst) + Double(qps) * 4)
    // The first pods are there a tenth of a second late: 800 POSTs of 4 ms share 8 cores.
    #expect(abs(bound[0] - expected) <= Double(qps) / 5, "\(bound)")
  }
}
