// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import DiscreteEvents
import Measurement

/// Who looks at a run without changing what happens in it.
struct RunWatch {
  /// What the nodes are like at given moments; nil where nobody looks.
  var survey: NodeSurvey?
  /// One recorder a cluster; empty where no batches are cut, and during the warm-up.
  var batches: [BatchRecorder] = []
  /// The life that is told; nil where none is.
  var life: LifeRecorder?

  /// When the next batch ends; nil without batches and after the last.
  var nextBatchEnd: SimTime? { batches.first?.nextEnd }

  /// Ends a batch in every cluster.
  mutating func closeBatches(of world: borrowing World) {
    for index in batches.indices {
      batches[index].close(world.clusters[index].context.instruments)
    }
  }

  /// Runs until a moment, and looks at the nodes at those moments on the way that are due.
  ///
  /// - Returns: whether the moment was reached.
  mutating func run(
    _ simulation: inout ClusterSimulation, until end: SimTime, _ feed: inout TraceFeed,
    shouldStop: () -> Bool
  ) -> Bool {
    while let moment = survey?.nextLook, moment < end {
      guard step(&simulation, until: moment, &feed, shouldStop) else { return false }
      if survey != nil { simulation.look(for: &survey!) }
    }
    return step(&simulation, until: end, &feed, shouldStop)
  }

  private mutating func step(
    _ simulation: inout ClusterSimulation, until end: SimTime, _ feed: inout TraceFeed,
    _ shouldStop: () -> Bool
  ) -> Bool {
    var trace = feed
    defer { feed = trace }
    guard life != nil else {
      return simulation.run(until: end, refill: { trace.next($0) }, shouldStop: shouldStop)
    }
    return simulation.run(
      until: end, recording: &life!, refill: { trace.next($0) }, shouldStop: shouldStop)
  }
}
