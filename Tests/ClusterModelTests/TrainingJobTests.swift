// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Testing

@testable import ClusterModel

/// Training jobs on machines of their own: steps, saves, halts, spares, and where the time goes. All
/// figures are sums of the stated times.
struct TrainingJobTests {
  /// A gang of four machines and, beyond it, spares; a start takes 60 s.
  static func simulation(
    spares: Int = 0, job: String = "", restart: String = "", timeline: String = "[]",
    machines: String = ""
  ) throws -> ClusterSimulation {
    try SmallWorld.bare(
      """
        nodePools: [ { name: gpus, machine: node, count: \(4 + spares), standalone: true } ]
      """,
      lines: """
        workload:
          - name: model
            training-jobs:
              at: [0s]
              machines: { pool: gpus, count: 4\(machines) }
              compute: 8s
              collective: 2s
              restart: { initialization-time: 60s\(restart) }
              \(job)
        timeline: \(timeline)
        """
    ).simulation()
  }

  static func seconds(_ simulation: borrowing ClusterSimulation, _ state: String) -> Double {
    simulation.total("training_job_seconds_total", state)
  }

  /// Every second since the submission is in exactly one state.
  static func expectAllTimeAccounted(
    _ simulation: inout ClusterSimulation, to end: Double,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    simulation.run(to: end)
    simulation.sumUp()
    let total = simulation.total("training_job_seconds_total")
    #expect(abs(total - end) < 1e-6, sourceLocation: sourceLocation)
  }

  @Test("steps and saves of an undisturbed job")
  func undisturbed() throws {
    // 60 s of start; then ten steps of 10 s and 5 s of saving, again and again.
    var simulation = try Self.simulation(job: "checkpoint: { every: 100s, pause: 5s }")
    Self.expectAllTimeAccounted(&simulation, to: 60 + 4 * 105 + 33)
    #expect(simulation.total("training_steps_total") == 43)
    #expect(simulation.total("training_checkpoints_total") == 4)
    #expect(Self.seconds(simulation, "productive") == 433)
    #expect(Self.seconds(simulation, "checkpoint") == 20)
    #expect(Self.seconds(simulation, "restart") == 60)
    #expect(Self.seconds(simulation, "queue") == 0)
    #expect(simulation.metric("training_members_working")?.last == 4)
    #expect(
      abs((simulation.metric("training_goodput_ratio")?.last ?? 0) - 433.0 / 513) < 1e-6)
  }

  @Test("the last step ends the job and frees its machines for the next")
  func twoJobs() throws {
    var simulation = try SmallWorld.bare(
      "  nodePools: [ { name: gpus, machine: node, count: 5, standalone: true } ]",
      lines: """
        workload:
          - name: model
            training-jobs:
              at: [0s, 10s]
              machines: { pool: gpus, count: 4 }
              steps: 20
              compute: 10s
              restart: { initialization-time: 0s }
        """
    ).simulation()
    simulation.run(to: 100)
    // One machine is left, too few for the second job, which takes none.
    #expect(simulation.metric("training_members_working")?.last == 4)
    simulation.run(to: 401)
    simulation.sumUp()
    #expect(simulation.total("training_jobs_completed_total") == 2)
    #expect(simulation.metric("training_job_duration_seconds")?.max == 390)
    #expect(Self.seconds(simulation, "queue") == 190)
    #expect(Self.seconds(simulation, "productive") == 400)
  }

  @Test("the loss of one machine halts all and undoes the steps since the last save")
  func haltAndResume() throws {
    // Training from 60 s, a save from 160 to 165 s, the machine is gone at 200 s: three steps and a half
    // are undone. Found after 20 s, a spare is there 30 s later, the start takes 60 s.
    var simulation = try Self.simulation(
      spares: 1, job: "checkpoint: { every: 100s, pause: 5s }", restart: ", detection-time: 20s",
      timeline: "[ { at: 200s, stop-nodes: { pool: gpus, count: 1 } } ]",
      machines: ", replacement-time: 30s")
    simulation.run(to: 199)
    #expect(simulation.metric("training_members_working")?.last == 4)
    simulation.run(to: 201)
    #expect(simulation.metric("training_members_working")?.last == 0)
    simulation.run(to: 309)
    #expect(simulation.metric("training_members_working")?.last == 0)
    Self.expectAllTimeAccounted(&simulation, to: 315)
    #expect(simulation.metric("training_members_working")?.last == 4)
    #expect(simulation.total("training_interruptions_total") == 1)
    #expect(simulation.total("training_lost_steps_total") == 3)
    #expect(simulation.total("training_steps_total") == 13)
    #expect(Self.seconds(simulation, "lost") == 35)
    #expect(Self.seconds(simulation, "queue") == 30)
    #expect(Self.seconds(simulation, "restart") == 60 + 20 + 60)
    #expect(Self.seconds(simulation, "productive") == 105)
    #expect(simulation.metric("training_restart_duration_seconds")?.max == 110)
    #expect(simulation.metric("training_time_to_interruption_seconds")?.max == 140)
  }

  @Test("without a spare the job waits until the machine is back")
  func noSpare() throws {
    var simulation = try Self.simulation(
      job: "checkpoint: { every: 100s, pause: 5s }",
      timeline: """
        [ { at: 200s, stop-nodes: { pool: gpus, count: 1 } }, \
        { at: 500s, start-nodes: { pool: gpus, count: 1 } } ]
        """)
    Self.expectAllTimeAccounted(&simulation, to: 600)
    #expect(Self.seconds(simulation, "queue") == 300)
    #expect(Self.seconds(simulation, "restart") == 120)
    #expect(Self.seconds(simulation, "lost") == 35)
  }

  @Test("machines lost at the same moment are one interruption")
  func domain() throws {
    var simulation = try Self.simulation(
      spares: 2, timeline: "[ { at: 200s, stop-nodes: { pool: gpus, count: 2 } } ]")
    Self.expectAllTimeAccounted(&simulation, to: 400)
    #expect(simulation.total("training_interruptions_total") == 1)
    // No save at all: everything is done again.
    #expect(Self.seconds(simulation, "lost") == 140)
    #expect(Self.seconds(simulation, "productive") == 140)
    #expect(simulation.total("training_checkpoints_total") == 0)
  }

  @Test("a loss during the start begins it again")
  func lossDuringStart() throws {
    var simulation = try Self.simulation(
      spares: 1, timeline: "[ { at: 50s, stop-nodes: { pool: gpus, count: 1 } } ]")
    Self.expectAllTimeAccounted(&simulation, to: 120)
    #expect(Self.seconds(simulation, "restart") == 110)
    #expect(Self.seconds(simulation, "productive") == 10)
  }

  static let background = """
    checkpoint: { every: 100s, save: asynchronous, pause: 5s, size: 5000GB, blob-store-bandwidth: 100GB/s }
    """

  @Test(
    "a save in the background counts from its end on",
    arguments: [
      // Saves pause from 160 to 165 s and 265 to 270 s and are written 50 s later.
      (at: 210, lost: 145.0, load: 0.0), (at: 220, lost: 55.0, load: 50.0),
      (at: 319, lost: 149.0, load: 50.0), (at: 321, lost: 51.0, load: 50.0),
    ])
  func asynchronous(at: Int, lost: Double, load: Double) throws {
    var simulation = try Self.simulation(
      spares: 1, job: Self.background,
      timeline: "[ { at: \(at)s, stop-nodes: { pool: gpus, count: 1 } } ]")
    Self.expectAllTimeAccounted(&simulation, to: 470)
    #expect(Self.seconds(simulation, "lost") == lost)
    #expect(Self.seconds(simulation, "restart") == 120 + load)
  }

  @Test("saves in memory outlive one machine and not two")
  func inMemory() throws {
    let job = "checkpoint: { every: 20s, save: in-memory, pause: 100ms }"
    for (count, lost) in [(1, 6.0), (2, 6.0 + 120)] {
      var simulation = try Self.simulation(
        spares: 2, job: job,
        timeline: "[ { at: 186600ms, stop-nodes: { pool: gpus, count: \(count) } } ]")
      Self.expectAllTimeAccounted(&simulation, to: 400)
      // Six rounds of two steps and a save: the seventh begins at 180.6 s.
      #expect(abs(Self.seconds(simulation, "lost") - lost) < 1e-6)
    }
  }

  @Test("what was persisted is left when memory is lost")
  func persisted() throws {
    var simulation = try Self.simulation(
      spares: 2,
      job: """
        checkpoint: { every: 20s, save: in-memory, pause: 100ms, persist-every: 4, size: 10TB, \
        blob-store-bandwidth: 10TB/s }
        """, timeline: "[ { at: 186600ms, stop-nodes: { pool: gpus, count: 2 } } ]")
    Self.expectAllTimeAccounted(&simulation, to: 400)
    // The fourth save is in the store.
    #expect(abs(Self.seconds(simulation, "lost") - (6.0 + 40)) < 1e-6)
  }

  @Test("what the warm-up has done is not counted again")
  func warmUp() throws {
    var simulation = try Self.simulation(job: "checkpoint: { every: 100s, pause: 5s }")
    simulation.run(to: 130)
    simulation.openWindow()
    simulation.run(to: 230)
    simulation.sumUp()
    let effective = simulation.metric("training_effective_time_ratio")?.last ?? 0
    #expect(abs(effective - 0.95) < 1e-6)
  }

  @Test("daemons of a tree start level by level")
  func launch() throws {
    func startUp(_ mpi: String, members: Int) throws -> Double {
      let world = try SmallWorld(
        """
        cluster:
          etcd: { main: { members: 1, disk: fast } }
          nodePools: [ { name: gpus, machine: node, count: \(members), standalone: true } ]
        machines: { node: { cpu: 8 } }
        disks: { fast: { write-latency: 100us } }
        workload:
          - name: model
            training-jobs: { at: [0s], machines: { pool: gpus, count: \(members) }, mpi: \(mpi) }
        """)
      guard case .trainingJobs(let jobs) = world.configuration.workloads[0].value.kind else {
        return 0
      }
      return jobs.mpi?.startUp(members: members).seconds ?? 0
    }
    #expect(try startUp("{ ssh-connect: 1s }", members: 1) == 0)
    #expect(try startUp("{ ssh-connect: 1s }", members: 65) == 1)
    #expect(try startUp("{ ssh-connect: 1s }", members: 66) == 2)
    // 1 + 64 + 4,096 daemons on two levels.
    #expect(try startUp("{ ssh-connect: 1s }", members: 4161) == 2)
    #expect(try startUp("{ ssh-connect: 1s }", members: 4162) == 3)
    #expect(try startUp("{ ssh-connect: 1s, plm_rsh_num_concurrent: 16 }", members: 65) == 4)
    #expect(try startUp("{ ssh-connect: 1s, plm_rsh_no_tree_spawn: true }", members: 2048) == 16)
  }
}
