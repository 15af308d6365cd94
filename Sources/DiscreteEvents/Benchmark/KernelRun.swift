// SPDX-License-Identifier: Apache-2.0

/// A benchmark under way.
///
/// Holds its simulation in a closure and not in a generic class, whose methods the compiler would
/// not specialise.
package struct KernelRun {
  private let body: (Int) -> UInt64

  /// Executes events and returns the hash over all events popped so far.
  package func run(events: Int) -> UInt64 { body(events) }

  /// A load on this kernel, settled: one population of events was executed.
  init(kernel load: some BenchmarkLoad) {
    var simulation = LoadModel.settled(load)
    body = { events in
      simulation.run(events: events)
      return simulation.model.load.hash.value
    }
  }

  /// A load on the reference queue, settled.
  init(reference load: some BenchmarkLoad) {
    var simulation = ReferenceSimulation(load)
    simulation.run(events: simulation.agenda.queue.count)
    body = { events in
      simulation.run(events: events)
      return simulation.load.hash.value
    }
  }

  /// The hold model over the public API only, inside this module, settled: what the `cross-module`
  /// load is compared with.
  package init(insideHold size: Int) {
    var simulation = Simulation(InsideHoldModel())
    for member in 0..<size {
      let delay = simulation.model.random.exponential(mean: .seconds(1))
      simulation.agenda.schedule(BenchmarkEvent(member: UInt32(member)), after: delay)
    }
    simulation.run(events: size)
    body = { events in
      simulation.run(events: events)
      return simulation.model.hash.value
    }
  }
}

/// A load as a model of this kernel.
private struct LoadModel<Load: BenchmarkLoad>: SimulationModel {
  var load: Load

  static func settled(_ load: Load) -> Simulation<LoadModel> {
    var simulation = Simulation(LoadModel(load: load))
    simulation.model.load.start(&simulation.agenda)
    simulation.run(events: simulation.agenda.pendingCount)
    return simulation
  }

  mutating func handle(_ event: BenchmarkEvent, _ agenda: inout Agenda<BenchmarkEvent>) {
    load.handle(event, &agenda)
  }
}
