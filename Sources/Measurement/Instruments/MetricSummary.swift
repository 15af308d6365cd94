// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// One series in numbers, in the unit of its metric. Unless said otherwise they speak of the
/// measuring window. A number that makes no sense for the kind, or has no samples, is nil.
package struct MetricSummary: Hashable, Sendable, Codable {
  /// Name of the metric.
  package let name: String
  /// Which of its series.
  package let labels: [MetricLabel]
  /// Counter, gauge or histogram.
  package let kind: MetricKind
  /// Unit of all values.
  package let unit: MetricUnit
  /// Its meaning in one sentence.
  package let help: String
  /// Samples of a histogram; changes of a gauge; growth of a counter in whole units.
  package internal(set) var count = 0
  /// Mean of the samples of a histogram; mean level over time of a gauge.
  package internal(set) var mean: Double?
  /// Smallest sample or level; exact.
  package internal(set) var min: Double?
  /// Median of the samples.
  package internal(set) var p50: Double?
  /// 90th percentile of the samples.
  package internal(set) var p90: Double?
  /// 95th percentile of the samples.
  package internal(set) var p95: Double?
  /// 99th percentile of the samples.
  package internal(set) var p99: Double?
  /// 99.9th percentile of the samples.
  package internal(set) var p999: Double?
  /// Largest sample or level; exact.
  package internal(set) var max: Double?
  /// Growth of a counter; sum of the samples of a histogram.
  package internal(set) var amount: Double?
  /// The same over the whole run, warm-up included.
  package internal(set) var total: Double?
  /// Growth of a counter, or samples of a histogram, per second.
  package internal(set) var rate: Double?
  /// Level of a gauge at the end; the mean of the ends if runs are pooled.
  package internal(set) var last: Double?
  /// Largest level or sample of the whole run, warm-up included.
  package internal(set) var peak: Double?
  /// When a counter first grew, a gauge first left zero, or the first sample came, in the whole run.
  package internal(set) var firstNonZero: SimTime?
  /// Samples beyond the span of the histogram: percentiles that reach them are lower bounds.
  package internal(set) var saturated = 0
  /// How long was measured, in seconds.
  package let measuredSeconds: Double

  /// Whether there is anything to judge: a histogram needs a sample in the window, a gauge must have
  /// been set, while a counter that stayed at zero says something.
  package internal(set) var hasSamples = true
}

extension MetricSeriesSnapshot {
  /// The series in numbers. O(buckets).
  package var summary: MetricSummary {
    let grain = declaration.unit.grain
    var summary = MetricSummary(
      name: declaration.name, labels: labels, kind: declaration.kind, unit: declaration.unit,
      help: declaration.help, measuredSeconds: measured.seconds)
    func inUnits(_ steps: Int?) -> Double? { steps.map { Double($0) / Double(grain) } }
    func perSecond(_ amount: Double) -> Double? {
      measured.nanoseconds > 0 ? amount / measured.seconds : nil
    }

    switch reading {
    case .counter(let counter):
      let amount = counter.inWindow.scaled(by: grain)
      summary.count = Int(clamping: counter.inWindow.value / Int128(grain))
      summary.amount = amount
      summary.total = counter.total.scaled(by: grain)
      summary.rate = perSecond(amount)
      summary.firstNonZero = counter.firstNonZero
    case .gauge(let gauge):
      summary.count = gauge.changes
      if measured.nanoseconds > 0 {
        summary.mean =
          Double(gauge.integral.value) / Double(measured.nanoseconds) / Double(grain)
      }
      summary.min = inUnits(gauge.minimum)
      summary.max = inUnits(gauge.maximum)
      summary.peak = inUnits(gauge.peak)
      summary.last = gauge.last.scaled(by: grain) / Double(runs)
      summary.firstNonZero = gauge.firstNonZero
      summary.hasSamples = gauge.isSet
    case .histogram(let histogram):
      let distribution = histogram.distribution
      summary.count = distribution.count
      if distribution.count > 0 {
        summary.mean = distribution.sum.scaled(by: grain) / Double(distribution.count)
      }
      summary.min = inUnits(distribution.minimum)
      summary.p50 = percentile(50)
      summary.p90 = percentile(90)
      summary.p95 = percentile(95)
      summary.p99 = percentile(99)
      summary.p999 = percentile(99.9)
      summary.max = inUnits(distribution.maximum)
      summary.amount = distribution.sum.scaled(by: grain)
      summary.total = histogram.total.scaled(by: grain)
      summary.rate = perSecond(Double(distribution.count))
      summary.peak = inUnits(histogram.peak)
      summary.firstNonZero = histogram.firstSample
      summary.saturated = distribution.saturated
      summary.hasSamples = distribution.count > 0
    }
    return summary
  }
}
