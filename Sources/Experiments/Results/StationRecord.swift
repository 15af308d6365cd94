// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// Little's law at one station of one run, from independent tallies: the area under the number
/// inside, and the visitors' own stamps.
package struct StationRecord: Sendable, Hashable {
  package let name: String
  /// The measured window, in nanoseconds.
  let window: UInt128
  /// Area under the number inside, in nanoseconds.
  let area: UInt128
  /// Time of finished visits inside, within the window, in nanoseconds.
  let finished: UInt128
  let departures: UInt64
  /// Visits that go on at the end.
  let inside: Int

  /// Reads an occupancy at the end of a window.
  package init(_ name: String, _ occupancy: Occupancy, windowStart: SimTime, now: SimTime) {
    self.name = name
    window = UInt128((now - windowStart).nanoseconds)
    area = occupancy.areaNanoseconds(at: now)
    finished = occupancy.finishedNanoseconds
    departures = occupancy.departures
    inside = occupancy.count
  }

  private init(
    name: String, window: UInt128, area: UInt128, finished: UInt128, departures: UInt64,
    inside: Int
  ) {
    self.name = name
    self.window = window
    self.area = area
    self.finished = finished
    self.departures = departures
    self.inside = inside
  }

  /// Mean number inside, L.
  package var meanInside: Double { window == 0 ? 0 : Double(area) / Double(window) }
  /// Departures a second times the mean time of finished visits, λW: the finished share of L.
  package var throughputTimesStay: Double {
    window == 0 ? 0 : Double(finished) / Double(window)
  }
  /// Whether the tallies agree: what finished visits do not explain of the area belongs to those
  /// still inside, who cannot have been there for longer than the window. Exact where nobody is
  /// left.
  package var holds: Bool {
    area >= finished && area - finished <= UInt128(inside) * window
  }

  /// The tallies of several runs as those of one that was as long as all of them.
  ///
  /// Sums could hide a run that does not hold by itself; the caller asks each of them.
  func adding(_ other: StationRecord) -> StationRecord {
    StationRecord(
      name: name, window: window + other.window, area: area + other.area,
      finished: finished + other.finished, departures: departures + other.departures,
      inside: inside + other.inside)
  }
}
