// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Testing

@testable import ClusterModel

/// Faults of the hardware: how often, where, and what becomes of who runs there.
struct HardwareFaultTests {
  static func world(_ faults: String, nodes: Int, lines: String = "") throws -> SmallWorld {
    try SmallWorld.bare(
      """
        nodePools: [ { name: gpu, machine: node, count: \(nodes), preloaded-images: [image] } ]
        kubelet: { lease-renew-interval: 10m }
        kube-controller-manager: { node-monitor-grace-period: 30m, node-monitor-period: 1m }
      """,
      machine: "cpu: 8, gpus: 8", lines: "faults:\n\(faults)\n\(lines)")
  }

  @Test("faults at random are a Poisson process with the stated rate, whatever the scope")
  func rates() throws {
    // 1,000 a day on each of 48 machines; in domains of 16 the three domains together as often.
    for scope in ["scope: node", "scope: gpu", "scope: domain, nodes-per-domain: 16"] {
      var counts: [Double] = []
      var gaps = 0.0
      for seed in 1...5 {
        var simulation = try Self.world(
          "  - { name: part, \(scope), rate-per-1000-node-days: 1000000, effect: light }", nodes: 48
        ).simulation(seed: UInt64(seed))
        simulation.run(to: 360)
        counts.append(simulation.total("hardware_faults_total"))
        gaps += try #require(simulation.metric("hardware_fault_interval_seconds")?.mean)
      }
      let expected = 48.0 * 1_000 / 240
      let mean = counts.reduce(0, +) / 5
      #expect(abs(mean - expected) < 4 * (expected / 5).squareRoot(), "\(scope): \(counts)")
      // The gap is exponential: its standard error is its mean over the root of the count.
      let gap = 360 / expected
      #expect(abs(gaps / 5 - gap) < 4 * gap / (5 * expected).squareRoot() + 0.1, "\(scope)")
    }
  }

  @Test("a mean time between failures is that of one unit: eight GPUs fail eight times as often")
  func unitsOfMTBF() throws {
    for (scope, units) in [("scope: node", 1.0), ("scope: gpu", 8)] {
      var count = 0.0
      for seed in 1...4 {
        var simulation = try Self.world(
          "  - { name: part, \(scope), mtbf: 5m, effect: light }", nodes: 50
        ).simulation(seed: UInt64(seed))
        simulation.run(to: 300)
        count += simulation.total("hardware_faults_total")
      }
      let expected = 4 * 50 * units
      #expect(abs(count - expected) < 4 * expected.squareRoot(), "\(scope): \(count)")
    }
  }

  @Test("a repaired unit starts its time to failure anew")
  func renewal() throws {
    var simulation = try Self.world(
      "  - { name: part, time-to-failure: 100s, effect: light, repair-time: 20s }", nodes: 3
    ).simulation()
    // At 100, 220, 340, ... s on each of three.
    for (time, faults, open) in [
      (99.0, 0.0, 0.0), (101, 3, 3), (121, 3, 0), (221, 6, 3), (341, 9, 3),
    ] {
      simulation.run(to: time)
      #expect(simulation.total("hardware_faults_total") == faults, "at \(time) s")
      #expect(simulation.metric("hardware_open_faults")?.last == open, "at \(time) s")
    }
  }

  @Test("lemons fail more often by their factor, and are the stated share of machines")
  func lemons() throws {
    var faults = 0.0
    for seed in 1...4 {
      var simulation = try Self.world(
        """
          - name: part
            rate-per-1000-node-days: 240000
            lemons: { share: 20%, factor: 6 }
            effect: light
        """, nodes: 200
      ).simulation(seed: UInt64(seed))
      simulation.run(to: 360)
      faults += simulation.total("hardware_faults_total")
    }
    // One in 6 min of 200 machines, 40 of which six times as often: 400. The draw of the lemons adds its own
    // spread: 5 faults for each of a binomial 200 x 20 %.
    let expected = 4 * 200.0 * (1 + 0.2 * 5)
    let spread = (expected + 4 * 25 * 200 * 0.2 * 0.8).squareRoot()
    #expect(abs(faults - expected) < 4 * spread, "\(faults)")
  }

  @Test("a machine fails at the same times whatever else there is")
  func luckOfOne() throws {
    func times(_ nodes: Int, _ other: String = "") throws -> [SimTime] {
      var simulation = try Self.world(
        "  - { name: part, mtbf: 1m, effect: light }\n\(other)", nodes: nodes
      ).simulation()
      simulation.run(to: 720)
      let component = simulation.cluster.hardware?.processes.firstIndex { $0.component == "part" }
      return simulation.cluster.context.hardware.open
        .filter { $0.node == NodeID(0) && Int($0.process) == component }.map(\.since)
    }
    let alone = try times(1)
    #expect(alone.count > 3)
    #expect(try times(40) == alone)
    #expect(try times(5, "  - { name: another, scope: gpu, mtbf: 5m, effect: light }") == alone)
  }

  @Test("a switch takes all machines behind it down, and they come back after the repair")
  func domain() throws {
    var simulation = try Self.world(
      """
        - name: switch
          scope: domain
          nodes-per-domain: 4
          at: [60s]
          units: [1]
          effect: node-down
          repair-time: 100s
      """, nodes: 10
    ).simulation()
    for (time, machines) in [(59.0, 10.0), (61, 6), (159, 6), (161, 10)] {
      simulation.run(to: time)
      #expect(simulation.metric("cloud_machines_up")?.last == machines, "at \(time) s")
      let stopped = simulation.cluster.context.nodes.ids.filter {
        !simulation.cluster.context.nodes[$0].machineIsUp
      }
      if machines == 6 { #expect(stopped.map(\.index) == [4, 5, 6, 7]) }
    }
    #expect(simulation.total("hardware_faults_total") == 1)
  }

  @Test("a GPU that fails ends the pod that has it and no other; the rest of the machine works on")
  func seriousGPU() throws {
    var simulation = try Self.world(
      "  - { name: xid-79, scope: gpu, at: [60s], gpu: 5, effect: serious }", nodes: 1,
      lines: """
        workload:
          - name: work
            jobs: { at: [1s], pods: 2, work: 10m, image: image, gpus: 4 }
        """
    ).simulation()
    simulation.run(to: 59)
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 2)
    simulation.run(to: 62)
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 1)
    #expect(simulation.total("hardware_failed_pods_total", "xid-79") == 1)
    // GPU 5 is of the second pod.
    #expect(simulation.cluster.context.pods[PodID(1)].localPhase == .failed)
  }

  @Test("a pod on a silently broken GPU fails when the error shows, wherever it was started")
  func silent() throws {
    var simulation = try Self.world(
      "  - { name: bad, scope: gpu, at: [0s], gpu: 0, effect: silent, time-to-error: 40s }",
      nodes: 2,
      lines: """
        workload:
          - name: work
            jobs: { at: [10s], pods: 2, work: 10m, image: image, gpus: 8, backoff-limit: 0 }
        """
    ).simulation()
    simulation.run(to: 45)
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 2)
    simulation.run(to: 60)
    #expect(simulation.total("hardware_failed_pods_total") == 1)
    #expect(simulation.total("job_failed_pods_total") == 1)
    #expect(simulation.total("kube_job_failed_total") == 1)
  }

  @Test("a slow part slows its machine, the slowest one counts, until it is repaired")
  func slow() throws {
    var simulation = try Self.world(
      """
        - { name: hot, at: [10s], effect: slow, slow-down: 1.1, repair-time: 100s }
        - { name: hotter, at: [20s], effect: slow, slow-down: 1.5, repair-time: 30s }
      """, nodes: 2
    ).simulation()
    for (time, factor) in [(5.0, 1.0), (11, 1.1), (21, 1.5), (51, 1.1), (111, 1)] {
      simulation.run(to: time)
      #expect(simulation.cluster.context.hardware.slowDown(of: NodeID(0)) == factor)
      #expect(simulation.cluster.context.hardware.slowDown(of: NodeID(1)) == 1)
    }
  }

  @Test("the share of machines that are broken from the start is the stated one")
  func newMachines() throws {
    var simulation = try Self.world(
      "  - { name: dead, probability-per-new-machine: 10%, scope: gpu, effect: silent }",
      nodes: 1_000
    ).simulation()
    simulation.run(to: 1)
    let open = simulation.total("hardware_faults_total")
    #expect(abs(open - 100) < 4 * (1_000 * 0.1 * 0.9).squareRoot())
    // Each of eight GPUs as likely as the other.
    let last = simulation.cluster.context.hardware.open.count { $0.gpu == 7 }
    #expect(abs(Double(last) - open / 8) < 4 * (open / 8).squareRoot())
  }

  @Test("a new machine takes the place of one that is gone, without its faults")
  func replacement() throws {
    var simulation = try Self.world(
      "  - { name: dead, at: [1s], units: [2], effect: serious }", nodes: 4,
      lines: """
        cloud: { termination-time: 10s }
        timeline:
          - { at: 10s, delete-nodes: { pool: gpu, count: 3 } }
          - { at: 30s, scale: { pool: gpu, to: 4 } }
        """
    ).simulation()
    simulation.run(to: 9)
    #expect(simulation.metric("hardware_open_faults")?.last == 1)
    simulation.run(to: 25)
    #expect(simulation.metric("hardware_open_faults")?.last == 0)
    simulation.run(to: 600)
    let slots = try #require(simulation.cluster.hardware?.slots)
    #expect(slots.count(of: NodePoolID(0)) == 4)
    #expect((0..<4).map { slots.node(in: NodePoolID(0), at: $0)?.index } == [4, 5, 6, 3])
  }

  @Test("what makes no sense is refused")
  func refusals() {
    for (fault, word) in [
      ("rate-per-1000-node-days: 1, mtbf: 1d, effect: light", "exactly one"),
      ("effect: light", "exactly one"),
      ("rate-per-1000-node-days: 1", "effect"),
      ("scope: domain, mtbf: 1d, effect: light", "nodes-per-domain"),
      ("scope: gpu, mtbf: 1d, effect: node-down", "machine"),
      ("mtbf: 1d, effect: light, slow-down: 2", "slow"),
      ("mtbf: 1d, effect: light, units: [1]", "'at'"),
      ("at: [1s], effect: light, lemons: { share: 1%, factor: 2 }", "lemons"),
      ("mtbf: 1d, effect: light, pools: [gpus]", "gpu"),
      ("mtbf: 1d, effect: lihgt", "light"),
    ] {
      #expect {
        try Self.world("  - { name: part, \(fault) }", nodes: 1)
      } throws: { "\($0)".contains(word) }
    }
  }
}
