// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Foundation
import Measurement
import Testing

@testable import ClusterModel

/// Training jobs on hardware that fails.
struct TrainingFaultTests {
  static func simulation(
    spares: Int = 0, fault: String, checkpoint: String = "{ every: 100s, pause: 5s }",
    seed: UInt64 = 1
  ) throws -> ClusterSimulation {
    try SmallWorld.bare(
      """
        nodePools: [ { name: gpus, machine: node, count: \(4 + spares), standalone: true } ]
      """, machine: "cpu: 8, gpus: 8",
      lines: """
        workload:
          - name: model
            training-jobs:
              at: [0s]
              machines: { pool: gpus, count: 4 }
              compute: 8s
              collective: 2s
              checkpoint: \(checkpoint)
              restart: { initialization-time: 60s }
        faults: [ { name: part, \(fault) } ]
        """
    ).simulation(seed: seed)
  }

  static func seconds(_ simulation: borrowing ClusterSimulation, _ state: String) -> Double {
    simulation.total("training_job_seconds_total", state)
  }

  @Test("a failed application halts the job, which keeps its machines")
  func application() throws {
    var simulation = try Self.simulation(fault: "scope: gpu, at: [200s], effect: application")
    simulation.run(to: 300)
    simulation.sumUp()
    #expect(simulation.total("training_interruptions_total") == 1)
    #expect(Self.seconds(simulation, "lost") == 35)
    #expect(Self.seconds(simulation, "restart") == 120)
    #expect(Self.seconds(simulation, "queue") == 0)
  }

  @Test("a machine with a serious fault is given up; without a spare the job waits for its repair")
  func serious() throws {
    let fault = "scope: gpu, at: [200s], effect: serious, repair-time: 500s"
    for (spares, queue) in [(1, 0.0), (0, 500.0)] {
      var simulation = try Self.simulation(spares: spares, fault: fault)
      simulation.run(to: 800)
      simulation.sumUp()
      #expect(simulation.total("training_interruptions_total") == 1)
      #expect(Self.seconds(simulation, "queue") == queue)
      #expect(Self.seconds(simulation, "restart") == 120)
    }
  }

  @Test("a fault of a spare halts nobody, and it is no spare until it is repaired")
  func spare() throws {
    var simulation = try Self.simulation(
      spares: 1,
      fault: "scope: node, at: [100s, 200s], units: [4], effect: serious, repair-time: 10m")
    simulation.run(to: 400)
    #expect(simulation.total("hardware_faults_total") >= 1)
    #expect(simulation.total("training_interruptions_total") == 0)
  }

  @Test("a silent fault halts the job when its error shows")
  func silent() throws {
    var simulation = try Self.simulation(
      spares: 1, fault: "scope: gpu, at: [100s], effect: silent, time-to-error: 90s")
    simulation.run(to: 189)
    #expect(simulation.total("training_interruptions_total") == 0)
    simulation.run(to: 191)
    #expect(simulation.total("training_interruptions_total") == 1)
    simulation.run(to: 2_000)
    #expect(simulation.total("training_interruptions_total") == 1, "the spare is sound")
  }

  @Test("the slowest member sets the pace, from the next step to its repair")
  func slow() throws {
    // From 60 s on steps of 10 s; the one under way at 95 s ends at 100 s. Then 8 s x 1.5 + 2 s = 14 s;
    // the one under way at 205 s ends at 212 s, after eight of them.
    var simulation = try Self.simulation(
      fault: "scope: node, at: [95s], effect: slow, slow-down: 1.5, repair-time: 110s",
      checkpoint: "{ every: 10000s, pause: 0s }")
    simulation.run(to: 101)
    simulation.sumUp()
    #expect(simulation.total("training_steps_total") == 4)
    #expect(simulation.metric("training_step_duration_seconds")?.last == 14)
    simulation.run(to: 212 + 50)
    simulation.sumUp()
    #expect(simulation.total("training_steps_total") == 4 + 8 + 5)
    #expect(simulation.metric("training_step_duration_seconds")?.last == 10)
    #expect(simulation.total("training_interruptions_total") == 0)
  }

  @Test(
    "useful time is that of the renewal equation",
    arguments: [(mtbf: 4.0, every: 200.0, pause: 20.0), (8, 600, 60), (2, 100, 5)])
  func renewalEquation(mtbf: Double, every: Double, pause: Double) throws {
    var simulation = try Self.simulation(
      fault: "scope: node, mtbf: \(Int(mtbf))h, effect: application",
      checkpoint: "{ every: \(Int(every))s, pause: \(Int(pause))s }")
    // Some thousands of failures of four machines.
    simulation.run(to: mtbf * 3600 * 1_000)
    simulation.sumUp()
    let mean = mtbf * 3600 / 4
    let period = mean * exp(60 / mean) * (exp((every + pause) / mean) - 1)
    let useful = simulation.metric("training_effective_time_ratio")?.last ?? 0
    #expect(abs(useful / (every / period) - 1) < 0.02)
    let total = simulation.total("training_job_seconds_total")
    #expect(abs(total - mtbf * 3600 * 1_000) < 1e-3)
  }

  @Test("machines of one domain that fail together are one interruption")
  func domain() throws {
    var simulation = try Self.simulation(
      spares: 4,
      fault: "scope: domain, nodes-per-domain: 4, at: [200s], effect: serious, repair-time: 1h")
    simulation.run(to: 300)
    simulation.sumUp()
    #expect(simulation.total("training_interruptions_total") == 1)
    #expect(Self.seconds(simulation, "queue") == 0)
    #expect(simulation.metric("training_members_working")?.last == 4)
  }
}
