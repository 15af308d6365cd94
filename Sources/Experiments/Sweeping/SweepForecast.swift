// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import DiscreteEvents
import Scenario

/// What a sweep would cost, from a short try of its first, middle and last point.
///
/// A cluster that has just begun is not one that has run for hours: take it for the order of magnitude.
package struct SweepForecast: Sendable {
  /// What a try has shown.
  package struct Trial: Sendable, Hashable {
    package let point: Int
    /// Simulated in the try.
    package let simulatedSeconds: Double
    package let eventsPerSimulatedSecond: Double
    package let cpuSecondsPerEvent: Double
  }

  /// How long a try may take, in seconds of CPU time.
  private static let patience = 0.5

  package let trials: [Trial]
  /// All replications of all points.
  package let events: Double
  package let cpuSeconds: Double
  /// Of the process after the tries, in bytes; runs side by side add up.
  package let peakResidentBytes: Int

  package init(_ plan: SweepPlan, cancellation: Cancellation) throws(ExperimentError) {
    let last = plan.points.count - 1
    var trials: [Trial] = []
    for index in Set([0, last / 2, last]).sorted() {
      trials.append(try Self.trial(of: plan, at: index, cancellation))
    }
    self.trials = trials
    var (events, seconds) = (0.0, 0.0)
    for (index, point) in plan.points.enumerated() {
      let (rate, cost) = Self.interpolated(trials, at: index)
      let own = rate * point.run.duration.seconds * Double(point.run.replications)
      events += own
      seconds += own * cost
    }
    self.events = events
    cpuSeconds = seconds
    peakResidentBytes = HostClock.peakResidentBytes
  }

  private static func trial(
    of plan: SweepPlan, at index: Int, _ cancellation: Cancellation
  ) throws(ExperimentError) -> Trial {
    let point = plan.points[index]
    let configuration: WorldConfiguration
    do {
      configuration = try point.configuration(as: WorldConfiguration.self).0
    } catch {
      throw .scenario(error)
    }
    var simulation = ClusterSimulation(configuration, seed: UInt64(point.run.seed))
    let start = HostClock.threadCPUSeconds
    var slice = SimDuration.milliseconds(100)
    while simulation.now < .zero + point.run.duration, !cancellation.isCancelled,
      HostClock.threadCPUSeconds - start < patience
    {
      let next = min(simulation.now + slice, .zero + point.run.duration)
      _ = simulation.run(until: next, refill: { _ in [] }, shouldStop: { cancellation.isCancelled })
      if HostClock.threadCPUSeconds - start < patience / 8 { slice = slice * 2 }
    }
    guard !cancellation.isCancelled else {
      throw .stopped(finishedRuns: 0, runs: plan.points.count, checkpoints: nil)
    }
    let seconds = simulation.now.seconds
    let events = Double(simulation.events)
    return Trial(
      point: index, simulatedSeconds: seconds,
      eventsPerSimulatedSecond: seconds > 0 ? events / seconds : 0,
      cpuSecondsPerEvent: events > 0 ? (HostClock.threadCPUSeconds - start) / events : 0)
  }

  /// Between two tries on a straight line.
  private static func interpolated(_ trials: [Trial], at index: Int) -> (Double, Double) {
    let after = trials.first { $0.point >= index } ?? trials[trials.count - 1]
    let before = trials.last { $0.point <= index } ?? trials[0]
    let span = Double(after.point - before.point)
    let share = span > 0 ? Double(index - before.point) / span : 0
    func mix(_ value: (Trial) -> Double) -> Double {
      value(before) + (value(after) - value(before)) * share
    }
    return (mix(\.eventsPerSimulatedSecond), mix(\.cpuSecondsPerEvent))
  }
}
