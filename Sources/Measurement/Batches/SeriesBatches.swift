// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// One series of a run, or several of one metric added up, batch by batch.
package struct SeriesBatches: Sendable, Hashable {
  /// What is read of each batch.
  package enum Statistic: Sendable, Hashable {
    /// Mean of the samples of a histogram; mean level over time of a gauge.
    case mean
    /// In per cent; of a histogram.
    case percentile(Double)
    /// Growth of a counter, or samples of a histogram, per second.
    case rate
  }

  package let declaration: MetricDeclaration
  private var lengths: [SimDuration]
  private var readings: [BatchReading]
  /// Smallest and largest sample of all batches, in stored steps; exact.
  private var extremes: ClosedRange<Double>?

  init(
    declaration: MetricDeclaration, lengths: [SimDuration], readings: [BatchReading],
    extremes: ClosedRange<Double>?
  ) {
    precondition(lengths.count == readings.count, "every batch has a length and a reading")
    self.declaration = declaration
    self.lengths = lengths
    self.readings = readings
    self.extremes = extremes
  }

  /// How many batches there are.
  package var count: Int { readings.count }

  /// Adds another series of the same metric and run: levels and rates add up, samples are merged.
  package mutating func aggregate(_ other: SeriesBatches) {
    precondition(
      declaration == other.declaration && lengths == other.lengths,
      "only batches of one metric in the same run can be aggregated")
    for index in readings.indices { readings[index] += other.readings[index] }
    if let others = other.extremes {
      let mine = extremes ?? others
      extremes =
        min(mine.lowerBound, others.lowerBound)...max(mine.upperBound, others.upperBound)
    }
  }

  /// The same in half as many batches, each of two neighbours; nil when the number is odd.
  package func merged() -> SeriesBatches? {
    guard count.isMultiple(of: 2) else { return nil }
    var result = self
    result.lengths = stride(from: 0, to: count, by: 2).map { lengths[$0] + lengths[$0 + 1] }
    result.readings = stride(from: 0, to: count, by: 2).map { index in
      var sum = readings[index]
      sum += readings[index + 1]
      return sum
    }
    return result
  }

  /// Samples that have to be expected beyond a percentile in every batch. With two of them the
  /// intervals of independent samples contain the true percentile in 93 to 94 %, with one in 91 %.
  private static let fewestBeyond = 2.0

  /// The statistic of each batch, in the unit of the metric; nil when one of them has too few
  /// samples for it, and where it makes no sense for the kind.
  package func values(_ statistic: Statistic) -> [Double]? {
    var values: [Double] = []
    for (reading, length) in zip(readings, lengths) {
      guard let value = value(statistic, reading, length) else { return nil }
      values.append(value)
    }
    return values
  }

  private func value(
    _ statistic: Statistic, _ reading: BatchReading, _ length: SimDuration
  ) -> Double? {
    let grain = declaration.unit.grain
    switch (statistic, declaration.kind) {
    case (.mean, .gauge):
      return Double(reading.amount.value) / Double(length.nanoseconds) / Double(grain)
    case (.mean, .histogram):
      return reading.count > 0 ? reading.amount.scaled(by: grain) / Double(reading.count) : nil
    case (.rate, .counter): return reading.amount.scaled(by: grain) / length.seconds
    case (.rate, .histogram): return Double(reading.count) / length.seconds
    case (.percentile(let percent), .histogram):
      let beyond = min(percent, 100 - percent) / 100 * Double(reading.count)
      // A little less than two is two: 1 - 0.99 is not exact.
      guard beyond > Self.fewestBeyond - 1e-9 else { return nil }
      let steps = Double(RecordedDistribution.stepsPerBucketUnit(declaration.unit))
      guard let middle = reading.percentile(percent), let extremes else { return nil }
      // The middle of a bucket may lie outside of what was ever seen.
      return min(max(middle * steps, extremes.lowerBound), extremes.upperBound) / Double(grain)
    case (.mean, .counter), (.rate, .gauge), (.percentile, .counter), (.percentile, .gauge):
      return nil
    }
  }
}
