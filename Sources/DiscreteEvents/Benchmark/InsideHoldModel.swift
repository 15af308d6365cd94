// SPDX-License-Identifier: Apache-2.0

/// The hold model over the public API only, inside the module of the kernel.
///
/// The `cross-module` load of `orrery bench kernel` repeats this file in the module of the
/// executable (with other names) and compares: the ratio is what the border between modules costs,
/// 1.4 at most. What makes it cheap is that the whole hot path of the kernel is `@inlinable`.
struct InsideHoldModel: SimulationModel {
  var random = BenchmarkRandom(seed: 1)
  var hash = PopHash()

  mutating func handle(_ event: BenchmarkEvent, _ agenda: inout Agenda<BenchmarkEvent>) {
    hash.add(agenda.now, event.member)
    agenda.schedule(event, after: random.exponential(mean: .seconds(1)))
  }
}
