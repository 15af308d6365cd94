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

  /// Twenty at once need 38 GB or more; the machine has 32 GiB. The process is gone for 10 s.
  @Test func twentyAtOnceAreTooMuch() throws {
    let simulation = try run(lists: 20)
    #expect(simulation.total("container_oom_events_total", "etcd") == 1)
    #expect(simulation.total("container_restarts_total", "etcd") == 1)
    #expect(simulation.metric("etcd_server_has_leader")?.last == 1)
  }

  /// What a killed member was answering is asked of the next one: three members of 32 GiB die of it as
  /// one does, a machine of 64 GiB holds 20 x 2.6 GB.
  @Test func theNextMemberGetsThem() throws {
    for (memory, kills) in [("32GiB", 3.0), ("64GiB", 0)] {
      let times = Array(repeating: "1s", count: 20).joined(separator: ", ")
      var simulation = try SmallWorld(
        """
        cluster: { nodePools: [], etcd: { main: { members: 3, disk: ssd, machine: m } } }
        machines: { m: { memory: \(memory) } }
        disks: { ssd: { write-latency: 1ms } }
        workload:
          - name: secrets
            requests: { verb: list, resource: secrets, at: [\(times)], objects: 307,
              object-bytes: 1MB, timeout: 60s }
        """
      ).simulation()
      simulation.run(seconds: 60)
      #expect(simulation.total("container_oom_events_total", "etcd") == kills)
      #expect(simulation.metric("etcd_server_has_leader")?.last == 1)
    }
  }
}
