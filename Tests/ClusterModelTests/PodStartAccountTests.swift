// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Where the start of a pod goes, with the arithmetic of the knobs: at 50 MB/s down and then 100 MB/s
/// unpacked, 1 GB takes 20 s and 10 s, 100 MB take 2 s and 1 s; sandbox 0.5 s, container 0.57 s.
struct PodStartAccountTests {
  /// Seconds of the pods of a workload in one phase of a resource, summed.
  static func seconds(
    _ workload: String, _ resource: PodStartResource, _ phase: AccountPhase,
    _ simulation: borrowing ClusterSimulation
  ) throws -> Double {
    let profile = try #require(
      simulation.cluster.context.podStarts.accounts.profiles.first {
        $0.name == "start of \(workload) pods"
      })
    return Double(profile.total(resource.rawValue, phase).value) / 1e9
  }

  @Test("serial pulls: one pod's time is its own pull, the other's is waiting for it")
  func imagePulls() throws {
    var simulation = try ImagePullTests.simulation(jobs: ImagePullTests.both)
    simulation.run(to: 100)
    let expected: [(String, PodStartResource, AccountPhase, Double)] = [
      ("large", .imagePull, .service, 20), ("large", .imageExtraction, .service, 10),
      ("large", .imagePull, .waiting, 0), ("large", .sandbox, .service, 0.5),
      ("large", .container, .service, 0.57),
      // The large pull ends 30.5 s after 10 s; the small one's sandbox is there at 11.5 s.
      ("small", .imagePull, .waiting, 29), ("small", .imagePull, .service, 2),
      ("small", .imageExtraction, .service, 1),
      ("later", .imagePull, .service, 0), ("later", .imageExtraction, .service, 0),
      ("later", .container, .service, 0.57),
    ]
    for (workload, resource, phase, seconds) in expected {
      let found = try Self.seconds(workload, resource, phase, simulation)
      #expect(abs(found - seconds) < 0.05, "\(workload): \(resource.name), \(phase.rawValue)")
    }
  }

  @Test("pods without room wait for the work of those before them")
  func room() throws {
    var simulation = try SmallWorld.bare(
      "  nodePools: [ { name: workers, machine: node, count: 1 } ]", machine: "cpu: 2",
      lines: """
        workload:
          - { name: first, jobs: { at: [1s], pods: 2, work: 100s, image: image, cpu: 1 } }
          - { name: second, jobs: { at: [10s], pods: 1, work: 100s, image: image, cpu: 1 } }
        """
    ).simulation()
    simulation.run(to: 150)
    let room = try Self.seconds("second", .room, .waiting, simulation)
    let start = try ImagePullTests.start("first", simulation)
    // Work begins with the start, 1 s + start, and ends 100 s later; seen within the second's looks.
    #expect(abs(room - (1 + start + 100 - 10)) < 2.5)
    #expect(try Self.seconds("first", .room, .waiting, simulation) == 0)
  }

  @Test("nothing of a start is left out, and those that never start are given up")
  func everything() throws {
    var simulation = try RichWorld.simulation()
    simulation.run(to: 60)
    let starts = simulation.cluster.context.podStarts.accounts
    var closed = 0
    for profile in starts.profiles where profile.count > 0 {
      let charged = PodStartResource.allCases.reduce(0) { sum, resource in
        AccountPhase.allCases.reduce(sum) { $0 + profile.total(resource.rawValue, $1).value }
      }
      #expect(charged == profile.totalLatency.value, "\(profile.name)")
      closed += profile.count
      let workload = try #require(profile.name.split(separator: " ").dropFirst(2).first)
      let total = simulation.metric("kubelet_pod_start_total_duration_seconds", String(workload))
      #expect(profile.count == total?.count)
      let mean = Double(profile.totalLatency.value) / 1e9 / Double(profile.count)
      #expect(abs(mean / (total?.mean ?? 0) - 1) < 1e-9)
    }
    #expect(closed > 20)
    let pending = simulation.cluster.context.pods.ids.count {
      let row = simulation.cluster.context.pods[$0]
      return row.exists && !row.isSeenRunning
    }
    #expect(starts.inFlight == pending)
  }
}
