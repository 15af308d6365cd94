// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// How the rate of a load goes up and down in a week: an entry of `cycles`.
package struct CycleConfiguration: Configurable {
  package var path: KnobPath
  package var hours: [Double]
  package var weekdays: [Double]

  package static let hours = Knob<[Double]>(
    "hours", default: [], each: 0...1e9,
    help: "Weights of the hours 0 to 23 of a day; empty: all equal.",
    source: "a trace's share of submissions by local hour")
  package static let weekdays = Knob<[Double]>(
    "weekdays", default: [], each: 0...1e9,
    help: "Weights of Monday to Sunday; empty: all equal.",
    source: "a trace's share of submissions by weekday")

  package static let declaration = SectionDeclaration(
    "cycle", help: "A load's way through a week: weights of hours and of weekdays."
  ) {
    hours
    weekdays
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    hours = reader[Self.hours]
    weekdays = reader[Self.weekdays]
    check(hours, Self.hours, count: 24, &reader)
    check(weekdays, Self.weekdays, count: 7, &reader)
  }

  private func check(
    _ weights: [Double], _ knob: Knob<[Double]>, count: Int, _ reader: inout SectionReader
  ) {
    guard !weights.isEmpty else { return }
    if weights.count != count {
      reader.fail(knob, "\(count) weights are needed, \(weights.count) are given")
    } else if weights.allSatisfy({ $0 == 0 }) {
      reader.fail(knob, "one weight at least has to be above 0")
    }
  }

  package var cycle: WeeklyCycle { WeeklyCycle(hours: hours, weekdays: weekdays) }
}

/// The rate of a load in each hour of a week, relative to its mean.
package struct WeeklyCycle: Codable, Sendable, Hashable {
  /// Monday 0 h to Sunday 23 h; their mean is 1.
  private let factors: [Double]

  private static let hour: Int64 = 3_600_000_000_000
  private static var week: Int64 { 168 * hour }

  /// - Parameters:
  ///   - hours: weights of the hours of a day, 24 or none.
  ///   - weekdays: weights of Monday to Sunday, 7 or none.
  package init(hours: [Double], weekdays: [Double]) {
    let days = weekdays.count == 7 ? weekdays : Array(repeating: 1, count: 7)
    let hours = hours.count == 24 ? hours : Array(repeating: 1, count: 24)
    let weights = days.flatMap { day in hours.map { $0 * day } }
    let mean = weights.reduce(0, +) / Double(weights.count)
    factors = mean > 0 ? weights.map { $0 / mean } : Array(repeating: 1, count: 168)
  }

  /// When a load has gone as far as it goes in `seconds` at its mean rate.
  ///
  /// The time between two arrivals of a Poisson process of mean rate `r` whose rate follows the cycle is
  /// this for `seconds` exponential of mean 1/r (time-rescaling): one draw an arrival, none is thrown
  /// away.
  ///
  /// - Parameters:
  ///   - time: the moment to start from.
  ///   - offset: where in the week a run begins.
  package func time(
    _ seconds: Double, after time: SimTime, startingAt offset: SimDuration
  ) -> SimTime {
    var left = seconds
    var time = time
    let weekSeconds = Double(Self.week) / 1e9
    if left > weekSeconds {
      let weeks = (left / weekSeconds).rounded(.down)
      left -= weeks * weekSeconds
      time += SimDuration(roundingSeconds: weeks * weekSeconds)
    }
    while true {
      let place = ((time - SimTime.zero) + offset).nanoseconds % Self.week
      let rest = Self.hour - place % Self.hour
      let factor = factors[Int(place / Self.hour)]
      let capacity = Double(rest) / 1e9 * factor
      if left <= capacity, factor > 0 {
        return time + SimDuration(roundingSeconds: left / factor)
      }
      left -= capacity
      time += SimDuration(nanoseconds: rest)
    }
  }
}
