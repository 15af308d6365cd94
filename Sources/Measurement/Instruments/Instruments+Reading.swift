// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

extension Instruments {
  /// What every series has to say at `time`, in the order of registration. O(series * buckets).
  package func summaries(at time: SimTime) -> [MetricSummary] {
    snapshots(at: time).map(\.summary)
  }

  /// Every series with all that is needed to merge it with others, in the order of registration.
  package func snapshots(at time: SimTime) -> [MetricSeriesSnapshot] {
    series.map { entry in
      let declaration = declarations[entry.declaration]
      let reading: MetricSeriesSnapshot.Reading =
        switch declaration.kind {
        case .counter: .counter(counters[entry.slot].reading)
        case .gauge: .gauge(gauges[entry.slot].reading(at: time, in: window))
        case .histogram: .histogram(histograms[entry.slot].reading)
        }
      return MetricSeriesSnapshot(
        declaration: declaration, labels: entry.labels, measured: window.duration(at: time),
        reading: reading)
    }
  }

  /// The running total of a counter since the start of the run, in its unit.
  package func total(of id: CounterID) -> Double {
    let state = counters[Int(id.index)]
    return state.total.scaled(by: state.grain)
  }

  /// The present level of a gauge, in its unit.
  package func level(of id: GaugeID) -> Double {
    let state = gauges[Int(id.index)]
    return Double(state.level) / Double(state.grain)
  }

  /// The samples of a histogram within the measuring window.
  package func distribution(of id: HistogramID) -> RecordedDistribution {
    histograms[Int(id.index)].inWindow
  }
}
