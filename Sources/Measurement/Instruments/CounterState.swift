// SPDX-License-Identifier: Apache-2.0
internal import DiscreteEvents

/// What is kept of one counter, in stored steps. Recording costs one addition; what fell into the
/// measuring window is a difference of totals.
struct CounterState: Sendable, Codable, Equatable {
  let grain: Int
  private(set) var total = ExactSum()
  private(set) var firstNonZero: SimTime?
  private var totalAtStart = ExactSum()
  private var totalAtEnd: ExactSum?
  /// Index of the attached series.
  var trace: Int?

  init(grain: Int) {
    self.grain = grain
  }

  mutating func add(_ amount: Int, at time: SimTime) {
    precondition(amount >= 0, "a counter only grows")
    total += amount
    if firstNonZero == nil && amount > 0 { firstNonZero = time }
  }

  mutating func openWindow() {
    totalAtStart = total
    totalAtEnd = nil
  }

  mutating func closeWindow() {
    totalAtEnd = total
  }

  var reading: CounterReading {
    CounterReading(
      total: total, inWindow: (totalAtEnd ?? total) - totalAtStart, firstNonZero: firstNonZero)
  }
}
