// SPDX-License-Identifier: Apache-2.0

/// What is known of a queue in the steady state. Times are in mean service times at service rate 1.
enum Figure: String, CaseIterable, Sendable {
  /// Wq: the mean wait before service, of those who are accepted.
  case wait = "Wq"
  /// W: the mean time in the system, of those who are accepted.
  case stay = "W"
  /// Lq: the mean number of those who wait.
  case numberWaiting = "Lq"
  /// L: the mean number of those inside.
  case numberInside = "L"
  /// The share of the accepted that have to wait.
  case delayed = "P(wait)"
  /// The share of the accepted that wait longer than a given time.
  case delayedLong = "P(long wait)"
  /// The share of those who come that is turned away.
  case lost = "loss"
  /// Visits per unit of time.
  case throughput = "throughput"
}

/// The figures of one queue that are known, from a formula or from a table.
struct SteadyState: Sendable {
  private var values: [Figure: Double] = [:]

  subscript(figure: Figure) -> Double? {
    get { values[figure] }
    set { values[figure] = newValue }
  }
}
