// SPDX-License-Identifier: Apache-2.0

/// A load of `orrery bench kernel`, with a run of this kernel and one of the reference queue.
///
/// The caller runs both in turn, several times, measures the CPU time of ``KernelRun/run(events:)``
/// and compares the medians; the hashes must be equal. The kernel has no clock of its own.
package struct KernelBenchmark: Sendable {
  /// `hold`, `phold`, `station` or `heartbeat`.
  package let load: String
  /// Pending events, members, servers or nodes.
  package let size: Int
  /// The largest time of ours over the reference, nil if there is no floor.
  package let floor: Double?
  /// A run of this kernel, settled: one population of events was executed.
  package let kernel: @Sendable () -> KernelRun
  /// A run of the reference queue, settled too.
  package let reference: @Sendable () -> KernelRun

  init<Load: BenchmarkLoad>(
    _ load: String, size: Int, floor: Double?, _ make: @escaping @Sendable (Int) -> Load
  ) {
    self.load = load
    self.size = size
    self.floor = floor
    kernel = { KernelRun(kernel: make(size)) }
    reference = { KernelRun(reference: make(size)) }
  }

  /// All loads with their floors (measured: a quarter to a half below these on an EPYC with 1 MB of
  /// cache a core).
  package static let all = [
    KernelBenchmark("hold", size: 1_000, floor: 0.75) { HoldLoad(size: $0) },
    KernelBenchmark("hold", size: 100_000, floor: 0.40) { HoldLoad(size: $0) },
    KernelBenchmark("hold", size: 1_000_000, floor: 0.20) { HoldLoad(size: $0) },
    KernelBenchmark("phold", size: 7_500, floor: 0.40) { PHOLDLoad(size: $0) },
    KernelBenchmark("station", size: 1, floor: nil) { StationLoad(size: $0) },
    KernelBenchmark("heartbeat", size: 7_500, floor: 0.50) { HeartbeatLoad(size: $0) },
  ]
}
