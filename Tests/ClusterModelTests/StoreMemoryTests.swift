// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

@Suite("Memory of etcd")
struct StoreMemoryTests {
  private func run(lists: Int) throws -> ClusterSimulation {
    let times = Array(repeating: "1s", count: lists).joined(separator: ", ")
    var simulation = try SmallWorld.bare(
      lines: """
        workload:
          - name: secrets
            requests: { verb: list, resource: secrets, at: [\(times)], objects: 307,
              object-bytes: 1MB, timeout: 60s }
        """
    ).simulation()
    simulation.run(seconds: 60)
    return simulation
  }

  /// facts/real-calibration.md §1: one answer of 307 MB took the server to 1.9 to 2.6 GB.
  @Test func oneLargeAnswer() throws {
    let simulation = try run(lists: 1)
    let peak = simulation.metric("process_resident_memory_bytes", "etcd")?.peak ?? 0
    #expect(peak > 1.9e9 && peak < 2.6e9)
    #expect(simulation.total("container_oom_events_total", "etcd") == 0)
  }

  /// Twenty at once need 38 GB or more; the machine has 32 GiB.
  @Test func twentyAtOnceAreTooMuch() throws {
    let simulation = try run(lists: 20)
    #expect(simulation.total("container_oom_events_total", "etcd") >= 1)
  }
}
