// SPDX-License-Identifier: Apache-2.0

/// The unit of a metric, with everything that follows from it: how it is written, which values are
/// possible, and how finely the recorder stores it.
///
/// A recorder keeps integers only, so that sums and time integrals are exact and the same on every
/// machine. A value of `v` units is stored as `v * grain`, rounded to the nearest integer.
package enum MetricUnit: Hashable, Sendable {
  /// Time; stored in nanoseconds.
  case seconds
  /// An amount of data.
  case bytes
  /// A share of a whole, from 0 to 1; stored in billionths.
  case ratio
  /// A share of a whole, from 0 to 100, for metrics whose real component counts in per cent.
  case percent
  /// Data rate.
  case bytesPerSecond
  /// Electrical power; stored in milliwatts.
  case watts
  /// Temperature; stored in thousandths of a degree.
  case celsius
  /// A number of things; the payload is the plural noun, such as `requests` or `pods`.
  case count(String)

  /// The unit as printed after a number: `s`, `B`, `requests`; empty for a ratio.
  package var symbol: String {
    switch self {
    case .seconds: "s"
    case .bytes: "B"
    case .ratio: ""
    case .percent: "%"
    case .bytesPerSecond: "B/s"
    case .watts: "W"
    case .celsius: "°C"
    case .count(let things): things
    }
  }

  /// The unit in words, as used in a sentence: `seconds`, `bytes per second`, `requests`.
  package var name: String {
    switch self {
    case .seconds: "seconds"
    case .bytes: "bytes"
    case .ratio: "ratio"
    case .percent: "per cent"
    case .bytesPerSecond: "bytes per second"
    case .watts: "watts"
    case .celsius: "degrees Celsius"
    case .count(let things): things
    }
  }

  /// All values, in this unit, that a metric can take. A bound outside of it cannot fail and is
  /// therefore no expectation.
  package var validRange: ClosedRange<Double> {
    switch self {
    case .ratio: 0...1
    case .percent: 0...100
    case .celsius: -273.15 ... .infinity  // absolute zero, exact by definition of the SI
    case .seconds, .bytes, .bytesPerSecond, .watts, .count: 0 ... .infinity
    }
  }

  /// What OpenMetrics expects a metric's name to end with (before a counter's `_total`); nil where
  /// a count of things needs no ending.
  package var nameSuffix: String? {
    switch self {
    case .seconds: "_seconds"
    case .bytes: "_bytes"
    case .ratio: "_ratio"
    case .percent: "_percent"
    case .bytesPerSecond: "_bytes_per_second"
    case .watts: "_watts"
    case .celsius: "_celsius"
    case .count: nil
    }
  }

  /// Stored integer steps per unit.
  package var grain: Int {
    switch self {
    case .seconds, .ratio: 1_000_000_000
    case .percent: 1_000_000
    case .watts, .celsius: 1_000
    case .bytes, .bytesPerSecond, .count: 1
    }
  }
}
