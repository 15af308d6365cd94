// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Foundation
import Measurement
import Testing

@testable import ClusterModel

/// "Same scenario and seed: identical fingerprint, and after save and resume; another seed differs"
/// (design.md §3: a running world can be forked, and a run can be saved and resumed).
struct DeterminismTests {
  /// What a run ends in; equal futures have equal ends.
  struct Ending: Equatable {
    let fingerprint: UInt64
    let events: UInt64
    let pending: Int
    let now: SimTime
    let metrics: [MetricSummary]

    init(_ simulation: borrowing ClusterSimulation) {
      fingerprint = simulation.fingerprint
      events = simulation.events
      pending = simulation.pendingEvents
      now = simulation.now
      metrics = simulation.metrics()
    }
  }

  static func ending(after seconds: Double, of simulation: consuming ClusterSimulation) -> Ending {
    var future = simulation
    future.run(to: seconds)
    return Ending(future)
  }

  static func resumed(_ simulation: borrowing ClusterSimulation) throws -> ClusterSimulation {
    let bytes = try JSONEncoder().encode(simulation.save())
    return ClusterSimulation(
      resuming: try JSONDecoder().decode(SavedSimulation.self, from: bytes))
  }

  @Test("the rich world reaches every part, so that the comparisons below compare something")
  func worldIsRich() throws {
    var simulation = try RichWorld.simulation()
    simulation.run(to: 50)
    for (name, atLeast) in [
      ("kube_job_completed_total", 3.0), ("job_lost_pods_total", 1),
      ("autoscaler_rounds_total", 3), ("node_collector_evictions_total", 1),
      ("apiserver_watch_events_total", 100), ("etcd_disk_backend_commits_total", 50),
      ("training_interruptions_total", 1), ("training_checkpoints_total", 5),
    ] {
      #expect(simulation.total(name) >= atLeast, "\(name)")
    }
    #expect(simulation.cluster.context.nodes.count > 24, "new machines have joined")
    #expect(simulation.total("rest_client_requests_total", "agents", "<error>") > 0)
  }

  @Test("a fork and a run resumed from its bytes have the future of the original")
  func threeFuturesAreOne() throws {
    var original = try RichWorld.simulation()
    original.run(to: 10)
    original.openWindow()
    original.run(to: 22.5)
    let middle = Ending(original)

    let forked = Self.ending(after: 45, of: original.fork())
    let resumed = Self.ending(after: 45, of: try Self.resumed(original))
    #expect(Ending(original) == middle, "the copies' futures have changed the original")
    let own = Self.ending(after: 45, of: original)

    #expect(own.events > middle.events + 1000)
    #expect(forked == own)
    #expect(resumed == own)
  }

  @Test("a run that is cut into pieces is the run in one piece")
  func piecesDoNotMatter() throws {
    var whole = try RichWorld.simulation()
    whole.run(to: 12)
    var pieces = try RichWorld.simulation()
    for step in 1...24 { pieces.run(to: Double(step) * 0.5) }
    #expect(Ending(pieces) == Ending(whole))
  }

  @Test("the same seed gives the same run, another seed another one")
  func seeds() throws {
    let first = Self.ending(after: 12, of: try RichWorld.simulation(seed: 7))
    let again = Self.ending(after: 12, of: try RichWorld.simulation(seed: 7))
    let other = Self.ending(after: 12, of: try RichWorld.simulation(seed: 8))
    #expect(first == again)
    #expect(first.fingerprint != other.fingerprint)
  }

  @Test("a reseeded fork goes its own way from the same past")
  func reseeding() throws {
    var original = try RichWorld.simulation()
    original.run(to: 8)
    var reseeded = original.fork()
    reseeded.reseed(99)
    #expect(reseeded.fingerprint == original.fingerprint, "the past is common")
    let own = Self.ending(after: 14, of: original.fork())
    let other = Self.ending(after: 14, of: reseeded.fork())
    #expect(own.fingerprint != other.fingerprint)
    #expect(Self.ending(after: 14, of: reseeded) == other, "and is itself repeatable")
  }
}
