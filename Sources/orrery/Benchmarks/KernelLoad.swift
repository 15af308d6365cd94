// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// One row of `orrery bench kernel`: a load, and the two sides that run it.
struct KernelLoad: Sendable {
  /// Executes that many more events; returns a hash over all events so far.
  typealias Run = (_ events: Int) -> UInt64

  let name: String
  /// Pending events, members, customers or nodes.
  let size: Int
  /// The largest ratio of ours over the reference; nil without a floor.
  let floor: Double?
  let makeOurs: @Sendable () -> Run
  let makeReference: @Sendable () -> Run

  /// The loads of the kernel, and what the border between modules costs.
  static let all: [KernelLoad] =
    KernelBenchmark.all.map { load in
      KernelLoad(
        name: load.load, size: load.size, floor: load.floor,
        makeOurs: { load.kernel().run(events:) },
        makeReference: { load.reference().run(events:) })
    } + [crossModule]

  /// Few pending events, so that instructions count and not the memory of the machine.
  private static let crossModule = KernelLoad(
    name: "cross-module", size: 1_000, floor: 1.4,
    makeOurs: { OutsideHoldModel.settled(size: 1_000) },
    makeReference: { KernelRun(insideHold: 1_000).run(events:) })
}
