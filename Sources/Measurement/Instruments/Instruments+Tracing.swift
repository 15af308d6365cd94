// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// A series over time together with what it shows.
package struct MetricTrace: Sendable, Codable, Equatable {
  /// The metric.
  package let declaration: MetricDeclaration
  /// Which of its series.
  package let labels: [MetricLabel]
  /// Its values over time, in the unit of the metric.
  package let series: TimeSeries
}

extension Instruments {
  /// Follows a counter's running total over time; a counter is followed once at most.
  /// - Parameters:
  ///   - points: the largest number of points kept (40 bytes each).
  ///   - time: from when on.
  ///   - resolution: the finest width of a bucket.
  package mutating func trace(
    _ id: CounterID, points: Int = 512, from time: SimTime = .zero,
    resolution: SimDuration = .seconds(1)
  ) {
    let state = counters[Int(id.index)]
    guard state.trace == nil else { return }
    var trace = TimeSeries(.level, capacity: points, from: time, bucketWidth: resolution)
    trace.record(state.total.scaled(by: state.grain), at: time)
    counters[Int(id.index)].trace = attach(trace, to: .counter, slot: Int(id.index))
  }

  /// Follows a gauge's level over time; a gauge is followed once at most.
  package mutating func trace(
    _ id: GaugeID, points: Int = 512, from time: SimTime = .zero,
    resolution: SimDuration = .seconds(1)
  ) {
    let state = gauges[Int(id.index)]
    guard state.trace == nil else { return }
    var trace = TimeSeries(.level, capacity: points, from: time, bucketWidth: resolution)
    trace.record(Double(state.level) / Double(state.grain), at: time)
    gauges[Int(id.index)].trace = attach(trace, to: .gauge, slot: Int(id.index))
  }

  /// Follows a histogram's samples over time; a histogram is followed once at most.
  package mutating func trace(
    _ id: HistogramID, points: Int = 512, from time: SimTime = .zero,
    resolution: SimDuration = .seconds(1)
  ) {
    guard histograms[Int(id.index)].trace == nil else { return }
    let trace = TimeSeries(.samples, capacity: points, from: time, bucketWidth: resolution)
    histograms[Int(id.index)].trace = attach(trace, to: .histogram, slot: Int(id.index))
  }

  /// Everything that is followed over time, in the order in which following began.
  package var allTraces: [MetricTrace] {
    zip(traces, tracedSeries).map { trace, index in
      MetricTrace(
        declaration: declarations[series[index].declaration], labels: series[index].labels,
        series: trace)
    }
  }

  /// The values over time of a counter, if it is followed.
  package func timeSeries(of id: CounterID) -> TimeSeries? {
    counters[Int(id.index)].trace.map { traces[$0] }
  }

  /// The values over time of a gauge, if it is followed.
  package func timeSeries(of id: GaugeID) -> TimeSeries? {
    gauges[Int(id.index)].trace.map { traces[$0] }
  }

  /// The values over time of a histogram, if it is followed.
  package func timeSeries(of id: HistogramID) -> TimeSeries? {
    histograms[Int(id.index)].trace.map { traces[$0] }
  }

  private mutating func attach(_ trace: TimeSeries, to kind: MetricKind, slot: Int) -> Int {
    // An id exists only for a registered series.
    guard
      let index = series.firstIndex(where: {
        $0.slot == slot && declarations[$0.declaration].kind == kind
      })
    else { preconditionFailure("the id belongs to other instruments") }
    traces.append(trace)
    tracedSeries.append(index)
    return traces.count - 1
  }
}
