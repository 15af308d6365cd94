// SPDX-License-Identifier: Apache-2.0
internal import DiscreteEvents

/// What is kept of one histogram: the distribution within the measuring window, and of the whole run
/// the sum, the largest sample and the first.
struct HistogramState: Sendable, Codable, Equatable {
  let grain: Int
  private(set) var inWindow: RecordedDistribution
  private(set) var total = ExactSum()
  private(set) var peak: Int?
  private(set) var firstSample: SimTime?
  /// Index of the attached series.
  var trace: Int?

  init(unit: MetricUnit, span: HistogramSpan) {
    grain = unit.grain
    inWindow = RecordedDistribution(unit: unit, span: span)
  }

  mutating func record(_ value: Int, at time: SimTime, in window: MeasuringWindow) {
    if window.isOpen { inWindow.record(value) }
    total += value
    peak = max(peak ?? value, value)
    if firstSample == nil { firstSample = time }
  }

  mutating func openWindow() {
    inWindow.reset()
  }

  var reading: HistogramReading {
    HistogramReading(
      distribution: inWindow, total: total, peak: peak, firstSample: firstSample)
  }
}
