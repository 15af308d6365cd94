// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// One series at the end of a run, with all that is needed to merge it with others: percentiles of
/// several replications, or of several label values, are taken after merging, never averaged.
package struct MetricSeriesSnapshot: Sendable, Codable, Equatable {
  /// What was read, by kind.
  package enum Reading: Sendable, Codable, Equatable {
    /// A counter.
    case counter(CounterReading)
    /// A gauge.
    case gauge(GaugeReading)
    /// A histogram.
    case histogram(HistogramReading)
  }

  /// The metric.
  package let declaration: MetricDeclaration
  /// Which of its series; after ``aggregate(_:)`` only the labels that all of them share.
  package private(set) var labels: [MetricLabel]
  /// How long was measured, over all pooled runs.
  package private(set) var measured: SimDuration
  /// How many runs are pooled in it.
  package private(set) var runs = 1
  private(set) var reading: Reading

  init(
    declaration: MetricDeclaration, labels: [MetricLabel], measured: SimDuration,
    reading: Reading
  ) {
    self.declaration = declaration
    self.labels = labels
    self.measured = measured
    self.reading = reading
  }

  /// The samples within the measuring window, if it is a histogram.
  package var distribution: RecordedDistribution? {
    if case .histogram(let histogram) = reading { histogram.distribution } else { nil }
  }

  /// The value that `percent` (0...100) of the samples do not exceed, in the unit of the metric; nil
  /// for what is no histogram, and without samples.
  package func percentile(_ percent: Double) -> Double? {
    distribution?.percentile(percent).map { $0 / Double(declaration.unit.grain) }
  }

  /// How many samples do not exceed `value`, in the unit of the metric and as sharply as the
  /// histogram tells values apart; nil for what is no histogram.
  package func count(atOrBelow value: Double) -> Int? {
    distribution?.count(
      atOrBelow: Int(clamping: Int128((value * Double(declaration.unit.grain)).rounded(.down))))
  }

  /// Adds the same series of another run (a replication): times measured add up, so rates and means
  /// of levels become those over all runs.
  package mutating func pool(_ other: MetricSeriesSnapshot) {
    precondition(
      declaration == other.declaration && labels == other.labels,
      "only the same series of several runs can be pooled")
    measured = measured + other.measured
    runs += other.runs
    combine(other.reading, extremesCoincide: true)
  }

  /// Adds another series of the same metric and the same run (another label value): levels and
  /// rates add up; the extremes of the summed level are not known.
  package mutating func aggregate(_ other: MetricSeriesSnapshot) {
    precondition(
      declaration == other.declaration && measured == other.measured && runs == other.runs,
      "only series of one metric in the same runs can be aggregated")
    labels = labels.filter(other.labels.contains)
    combine(other.reading, extremesCoincide: false)
  }

  private mutating func combine(_ other: Reading, extremesCoincide: Bool) {
    switch (reading, other) {
    case (.counter(var mine), .counter(let theirs)):
      mine.total += theirs.total
      mine.inWindow += theirs.inWindow
      mine.firstNonZero = earliest(mine.firstNonZero, theirs.firstNonZero)
      reading = .counter(mine)
    case (.gauge(var mine), .gauge(let theirs)):
      mine.integral += theirs.integral
      mine.last += theirs.last
      mine.changes += theirs.changes
      mine.isSet = mine.isSet || theirs.isSet
      mine.firstNonZero = earliest(mine.firstNonZero, theirs.firstNonZero)
      if extremesCoincide, let low = mine.minimum, let high = mine.maximum,
        let otherLow = theirs.minimum, let otherHigh = theirs.maximum
      {
        mine.minimum = min(low, otherLow)
        mine.maximum = max(high, otherHigh)
        mine.peak = largest(mine.peak, theirs.peak)
      } else {
        mine.minimum = nil
        mine.maximum = nil
        mine.peak = nil
      }
      reading = .gauge(mine)
    case (.histogram(var mine), .histogram(let theirs)):
      mine.distribution.merge(theirs.distribution)
      mine.total += theirs.total
      mine.peak = largest(mine.peak, theirs.peak)
      mine.firstSample = earliest(mine.firstSample, theirs.firstSample)
      reading = .histogram(mine)
    default: preconditionFailure("readings of one declaration are of one kind")
    }
  }

  /// Pools the series of several runs by name and labels, in the order of first appearance.
  package static func pooled(_ runs: [[MetricSeriesSnapshot]]) -> [MetricSeriesSnapshot] {
    struct Key: Hashable {
      let name: String
      let labels: [MetricLabel]
    }
    var merged: [MetricSeriesSnapshot] = []
    var position: [Key: Int] = [:]
    for snapshot in runs.joined() {
      let key = Key(name: snapshot.declaration.name, labels: snapshot.labels)
      if let index = position[key] {
        merged[index].pool(snapshot)
      } else {
        position[key] = merged.count
        merged.append(snapshot)
      }
    }
    return merged
  }

  /// Aggregates those of one run's series of metric `name` whose labels include all of `labels`;
  /// nil if there are none.
  package static func aggregated(
    _ name: String, _ labels: [MetricLabel] = [], in snapshots: [MetricSeriesSnapshot]
  ) -> MetricSeriesSnapshot? {
    let matching = snapshots.filter { snapshot in
      snapshot.declaration.name == name && labels.allSatisfy(snapshot.labels.contains)
    }
    guard var result = matching.first else { return nil }
    for snapshot in matching.dropFirst() { result.aggregate(snapshot) }
    return result
  }
}
