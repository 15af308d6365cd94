// SPDX-License-Identifier: Apache-2.0
package import ClusterModel
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
  /// The most that were inside at once.
  let peak: Int
  /// Whether the tallies agree to the nanosecond, visits that go on at the end included.
  package let holds: Bool

  /// Reads a station at the end of a window.
  package init(_ visits: StationVisits, windowStart: SimTime, now: SimTime) {
    name = visits.name
    window = UInt128((now - windowStart).nanoseconds)
    area = visits.occupancy.areaNanoseconds(at: now)
    finished = visits.occupancy.finishedNanoseconds
    departures = visits.occupancy.departures
    peak = visits.occupancy.peak
    holds = visits.littlesLawHolds(at: now)
  }

  private init(
    name: String, window: UInt128, area: UInt128, finished: UInt128, departures: UInt64,
    peak: Int, holds: Bool
  ) {
    self.name = name
    self.window = window
    self.area = area
    self.finished = finished
    self.departures = departures
    self.peak = peak
    self.holds = holds
  }

  /// Mean number inside, L.
  package var meanInside: Double { window == 0 ? 0 : Double(area) / Double(window) }
  /// Departures a second times the mean time of finished visits, λW: the finished share of L.
  package var throughputTimesStay: Double {
    window == 0 ? 0 : Double(finished) / Double(window)
  }
  /// Departures a second, λ.
  package var departuresPerSecond: Double {
    window == 0 ? 0 : Double(departures) / Double(window) * 1e9
  }
  /// Mean time of finished visits, W, in seconds; what of it lay before the window left out.
  package var meanStaySeconds: Double {
    departures == 0 ? 0 : Double(finished) / Double(departures) / 1e9
  }

  /// The tallies of several runs as those of one that was as long as all of them.
  func adding(_ other: StationRecord) -> StationRecord {
    StationRecord(
      name: name, window: window + other.window, area: area + other.area,
      finished: finished + other.finished, departures: departures + other.departures,
      peak: max(peak, other.peak), holds: holds && other.holds)
  }
}
