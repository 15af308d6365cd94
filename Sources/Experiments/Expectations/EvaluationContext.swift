// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Scenario

/// Where a term is evaluated: which variant, which point of the sweep, which replication.
struct EvaluationContext: Sendable, Hashable {
  var variant: String
  /// A value for every axis of the sweep.
  var coordinates: [KnobPath: String]
  /// One replication, or all of them.
  var replication: Int?
}

/// Why a term has no value.
enum MissingValue: Error, Hashable, Sendable {
  /// It speaks about something that was not run: not applicable.
  case notRun(String)
  /// It was run and has no value: missed.
  case noValue(String)
}

/// A sweep axis as far as it was run.
struct RunAxis: Sendable, Hashable {
  let path: KnobPath
  /// In the order of the sweep.
  var values: [String]

  /// The values as numbers in base units (seconds, bytes, per second), ascending; nil when one of
  /// them is no number.
  var numbers: [(text: String, number: Double)]? {
    let numbers = values.compactMap { text in Self.number(text).map { (text, $0) } }
    return numbers.count == values.count ? numbers.sorted { $0.1 < $1.1 } : nil
  }

  private static func number(_ text: String) -> Double? {
    if let plain = Double(text) { return plain.isFinite ? plain : nil }
    if let duration = try? SimDuration(parsing: text) { return duration.seconds }
    if let size = try? ByteCount(parsing: text) { return Double(size.bytes) }
    if let throughput = try? ByteRate(parsing: text) { return throughput.bytesPerSecond }
    if let rate = try? Rate(parsing: text) { return rate.perSecond }
    return (try? Fraction(parsing: text))?.value
  }
}
