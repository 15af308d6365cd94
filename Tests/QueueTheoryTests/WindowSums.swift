// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents

/// The sums of one replication over its window; times in units of a mean service time.
struct WindowSums {
  /// Visits that were accepted; with processor sharing, those that left.
  private(set) var visits = 0.0
  /// What the visits waited.
  private(set) var waited = 0.0
  /// What the visits spent inside.
  private(set) var stayed = 0.0
  /// Visits that had to wait.
  private(set) var delayed = 0.0
  /// Visits that had to wait long.
  private(set) var delayedLong = 0.0
  /// Customers that were turned away.
  private(set) var lost = 0.0
  /// The area under the number of those inside.
  private(set) var areaInside = 0.0
  /// The area under the number of those who wait.
  private(set) var areaWaiting = 0.0
  /// Whether Little's identity held at each instant at which it was looked at.
  private(set) var obeysLittlesLaw: Bool

  /// All who came.
  var offered: Double { visits + lost }

  /// Runs a queue served in the order of arrival; the station's own figures are read at both ends.
  init(_ model: FIFOQueueModel, over plan: RunPlan) {
    let (before, after, obeys) = Self.run(model, over: plan)
    visits = Double(after.station.acceptedCount - before.station.acceptedCount)
    lost = Double(after.station.rejectedCount - before.station.rejectedCount)
    waited = seconds(after.station.waitedNanoseconds - before.station.waitedNanoseconds)
    stayed = waited + seconds(after.station.servedNanoseconds - before.station.servedNanoseconds)
    delayed = Double(after.delayed - before.delayed)
    delayedLong = Double(after.delayedLong - before.delayedLong)
    let inside = after.occupancy.areaNanoseconds(at: plan.windowEnd)
    // Who is inside and not with a server waits.
    let served =
      after.station.occupiedNanoseconds(through: plan.windowEnd)
      - before.station.occupiedNanoseconds(through: plan.windowStart)
    areaInside = seconds(inside)
    areaWaiting = seconds(inside - served)
    obeysLittlesLaw = obeys
  }

  /// Runs a queue with processor sharing.
  init(_ model: SharingQueueModel, over plan: RunPlan) {
    let (before, after, obeys) = Self.run(model, over: plan)
    visits = Double(after.occupancy.departures)
    stayed = seconds(after.stayedNanoseconds - before.stayedNanoseconds)
    areaInside = seconds(after.occupancy.areaNanoseconds(at: plan.windowEnd))
    obeysLittlesLaw = obeys
  }

  /// The model at both ends of the window, and whether it obeyed Little's law at four instants of
  /// it.
  private static func run<Model: QueueModel>(
    _ model: Model, over plan: RunPlan
  ) -> (before: Model, after: Model, obeysLittlesLaw: Bool) {
    var simulation = Simulation(model)
    simulation.model.begin(&simulation.agenda)
    simulation.run(until: plan.windowStart)
    simulation.model.openWindow(at: plan.windowStart)
    let before = simulation.model
    var obeys = true
    for quarter in 1...4 {
      let instant = plan.windowStart + plan.windowLength * quarter / 4
      simulation.run(until: instant)
      let model = simulation.model
      obeys = obeys && model.occupancy.obeysLittlesLaw(with: model.visitors, at: instant)
    }
    return (before, simulation.model, obeys)
  }
}

/// A sum of nanoseconds in units of a mean service time, which is one simulated second.
private func seconds(_ nanoseconds: UInt128) -> Double { Double(nanoseconds) / 1e9 }
