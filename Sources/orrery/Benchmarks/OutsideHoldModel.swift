// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// The hold model over the public API only, outside the module of the kernel.
///
/// The `cross-module` load compares it with the same code compiled inside that module
/// (`InsideHoldModel`): the ratio is what the border between modules costs.
struct OutsideHoldModel: SimulationModel {
  var random = BenchmarkRandom(seed: 1)
  var hash = PopHash()

  mutating func handle(_ event: BenchmarkEvent, _ agenda: inout Agenda<BenchmarkEvent>) {
    hash.add(agenda.now, event.member)
    agenda.schedule(event, after: random.exponential(mean: .seconds(1)))
  }

  /// A run that has executed one population of events, as `KernelRun(insideHold:)` has.
  static func settled(size: Int) -> (_ events: Int) -> UInt64 {
    var simulation = Simulation(OutsideHoldModel())
    for member in 0..<size {
      let delay = simulation.model.random.exponential(mean: .seconds(1))
      simulation.agenda.schedule(BenchmarkEvent(member: UInt32(member)), after: delay)
    }
    simulation.run(events: size)
    return { events in
      simulation.run(events: events)
      return simulation.model.hash.value
    }
  }
}
