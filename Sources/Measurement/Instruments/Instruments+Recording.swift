// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

// Whole numbers are for units of things and bytes, durations for seconds, real numbers for the rest
// (ratios, per cent, watts, degrees). Using the wrong one is a mistake in the model. Times do not
// decrease from call to call.
extension Instruments {
  // MARK: Counters

  /// Adds `amount >= 0` to a counter of things or bytes.
  package mutating func add(_ amount: Int = 1, to id: CounterID, at time: SimTime) {
    precondition(counters[Int(id.index)].grain == 1, "this counter does not count whole units")
    grow(id, by: amount, at: time)
  }

  /// Adds `duration >= 0` to a counter of seconds.
  package mutating func add(_ duration: SimDuration, to id: CounterID, at time: SimTime) {
    precondition(isTime(counters[Int(id.index)].grain), "this counter does not count seconds")
    grow(id, by: Int(duration.nanoseconds), at: time)
  }

  private mutating func grow(_ id: CounterID, by amount: Int, at time: SimTime) {
    let index = Int(id.index)
    counters[index].add(amount, at: time)
    if let trace = counters[index].trace {
      traces[trace].record(counters[index].total.scaled(by: counters[index].grain), at: time)
    }
  }

  // MARK: Gauges

  /// Sets a gauge of things or bytes.
  package mutating func set(_ level: Int, _ id: GaugeID, at time: SimTime) {
    precondition(gauges[Int(id.index)].grain == 1, "this gauge does not show whole units")
    move(id, to: level, at: time)
  }

  /// Changes a gauge of things or bytes by `difference`, which may be negative.
  package mutating func adjust(_ id: GaugeID, by difference: Int, at time: SimTime) {
    set(gauges[Int(id.index)].level + difference, id, at: time)
  }

  /// Sets a gauge of seconds.
  package mutating func set(_ duration: SimDuration, _ id: GaugeID, at time: SimTime) {
    precondition(isTime(gauges[Int(id.index)].grain), "this gauge does not show seconds")
    move(id, to: Int(duration.nanoseconds), at: time)
  }

  /// Sets a gauge of real values, in its unit; rounded to the unit's grain (1e-9 for a ratio).
  package mutating func set(_ value: Double, _ id: GaugeID, at time: SimTime) {
    move(id, to: steps(value, grain: gauges[Int(id.index)].grain), at: time)
  }

  private mutating func move(_ id: GaugeID, to level: Int, at time: SimTime) {
    let index = Int(id.index)
    gauges[index].set(level, at: time, in: window)
    if let trace = gauges[index].trace {
      traces[trace].record(Double(level) / Double(gauges[index].grain), at: time)
    }
  }

  // MARK: Histograms

  /// Records a duration, zero or longer, in a histogram of seconds.
  package mutating func record(_ duration: SimDuration, in id: HistogramID, at time: SimTime) {
    precondition(isTime(histograms[Int(id.index)].grain), "this histogram holds no durations")
    sample(Int(duration.nanoseconds), in: id, at: time)
  }

  /// Records a number of things or bytes, zero or more.
  package mutating func record(_ value: Int, in id: HistogramID, at time: SimTime) {
    precondition(histograms[Int(id.index)].grain == 1, "this histogram holds no whole units")
    sample(value, in: id, at: time)
  }

  /// Records a real value, zero or more, in the unit of the histogram.
  package mutating func record(_ value: Double, in id: HistogramID, at time: SimTime) {
    sample(steps(value, grain: histograms[Int(id.index)].grain), in: id, at: time)
  }

  private mutating func sample(_ value: Int, in id: HistogramID, at time: SimTime) {
    let index = Int(id.index)
    histograms[index].record(value, at: time, in: window)
    if let trace = histograms[index].trace {
      traces[trace].record(Double(value) / Double(histograms[index].grain), at: time)
    }
  }

  // MARK: Steps

  private func isTime(_ grain: Int) -> Bool { grain == MetricUnit.seconds.grain }

  private func steps(_ value: Double, grain: Int) -> Int {
    Int((value * Double(grain)).rounded())
  }
}
