// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// Cuts the measuring window into batches of equal length and keeps what each of them saw of every
/// series, so that a single run can say how sure its figures are.
///
/// It looks at the instruments at the end of each batch only and changes nothing there: recording
/// costs no more than without it. A value, so that a run can be saved with it.
package struct BatchRecorder: Sendable, Codable {
  /// How many batches there are. Ten to thirty are advised (B. Schmeiser, "Batch size effects in the
  /// analysis of simulation output", Operations Research 30, 1982): more of them hardly narrow the
  /// interval, and are sooner too short to be independent.
  package static let batches = 20

  private let start: SimTime
  private let end: SimTime
  private var closed = 0
  /// Running totals at the end of the last batch, by series.
  private var totals: [BatchReading] = []
  /// By series, then by batch.
  private var readings: [[BatchReading]] = []
  /// Whether a gauge had been set by the end of the last batch; true for everything else.
  private var isSet: [Bool] = []

  /// For a window that was opened at `start` and ends at `end`.
  package init(from start: SimTime, to end: SimTime) {
    precondition(start < end, "a window that is cut into batches has a length")
    self.start = start
    self.end = end
  }

  /// When the next batch ends; nil after the last one.
  package var nextEnd: SimTime? { closed < Self.batches ? end(ofBatch: closed) : nil }

  private func end(ofBatch index: Int) -> SimTime {
    // A window of hours has some 1e13 ns, so the product fits.
    start + .nanoseconds(Int((end - start).nanoseconds) * (index + 1) / Self.batches)
  }

  /// Ends a batch at its time, of which the instruments know all events.
  package mutating func close(_ instruments: Instruments) {
    guard let time = nextEnd else { preconditionFailure("all batches are closed") }
    isSet = []
    for index in instruments.series.indices {
      if index == totals.count {
        // Registered in this batch: nothing before.
        totals.append(BatchReading())
        readings.append([BatchReading](repeating: BatchReading(), count: closed))
      }
      let (reading, isSet) = instruments.totals(of: index, after: totals[index], at: time)
      readings[index].append(reading.since(totals[index]))
      totals[index] = reading
      self.isSet.append(isSet)
    }
    closed += 1
  }

  /// The batches of each series, in the order of registration; nil for those that the model brings
  /// up to date only at the end of a run, after the last batch.
  ///
  /// - Parameter series: of the same instruments at the end of the run.
  package func batches(of series: [MetricSeriesSnapshot]) -> [SeriesBatches?] {
    precondition(nextEnd == nil, "there are batches to come")
    let lengths = (0..<Self.batches).map { index in
      end(ofBatch: index) - (index == 0 ? start : end(ofBatch: index - 1))
    }
    return series.enumerated().map { index, snapshot in
      guard readings.indices.contains(index), isSet[index] == snapshot.isSet,
        totals[index].amount == BatchReading(snapshot.reading).amount
      else { return nil }
      return SeriesBatches(
        declaration: snapshot.declaration, lengths: lengths, readings: readings[index],
        extremes: snapshot.distribution.flatMap(\.extremes))
    }
  }
}

extension MetricSeriesSnapshot {
  /// Whether it has been set, if it is a gauge.
  fileprivate var isSet: Bool {
    if case .gauge(let gauge) = reading { gauge.isSet } else { true }
  }
}

extension Instruments {
  /// The running totals of a series, which are the earlier ones if nothing was recorded since, and
  /// whether it has been set, if it is a gauge.
  fileprivate func totals(
    of index: Int, after earlier: BatchReading, at time: SimTime
  ) -> (BatchReading, isSet: Bool) {
    let slot = series[index].slot
    switch declarations[series[index].declaration].kind {
    case .counter: return (BatchReading(.counter(counters[slot].reading)), true)
    case .gauge:
      let gauge = gauges[slot].reading(at: time, in: window)
      return (BatchReading(.gauge(gauge)), gauge.isSet)
    case .histogram:
      let count = histograms[slot].inWindow.count
      let reading =
        count == earlier.count ? earlier : BatchReading(.histogram(histograms[slot].reading))
      return (reading, true)
    }
  }
}
