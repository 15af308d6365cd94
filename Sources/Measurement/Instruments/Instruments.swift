// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// The registry of all metrics of a run and their recorder.
///
/// A value: a copy is a fork, and its two sides go on independently. Metrics are registered while
/// the model is built; from then on recording is O(1) and does not allocate, except for the first
/// record after a copy, which separates the two. Reading does not disturb anything.
///
/// ```swift
/// static let fsync = MetricDeclaration(
///   "etcd_disk_wal_fsync_duration_seconds", .histogram, in: .seconds,
///   help: "How long the log waits for the disk.")
/// let id = instruments.histogram(Self.fsync)
/// instruments.record(latency, in: id, at: now)
/// ```
package struct Instruments: Sendable {
  /// A registered series: where its declaration and its state are.
  struct Series: Sendable, Codable, Equatable {
    let declaration: Int
    let labels: [MetricLabel]
    let slot: Int
  }

  /// All declarations, in the order of their first registration.
  package internal(set) var declarations: [MetricDeclaration] = []
  /// What the statistics speak about; the whole run until told otherwise.
  package internal(set) var window = MeasuringWindow(
    start: .zero, end: nil)
  var series: [Series] = []
  var counters: [CounterState] = []
  var gauges: [GaugeState] = []
  var histograms: [HistogramState] = []
  var traces: [TimeSeries] = []
  /// The series that each trace follows.
  var tracedSeries: [Int] = []
  /// For looking up at registration only; never iterated.
  var registry = Registry()

  /// No metrics.
  package init() {}

  /// Ends the warm-up: statistics start again. Levels of gauges, totals, peaks, the times of first
  /// occurrence and traces are kept. May be called again for a new window.
  package mutating func openWindow(at time: SimTime) {
    precondition(time >= window.end ?? window.start, "a window cannot open in the past")
    window = MeasuringWindow(start: time, end: nil)
    for index in counters.indices { counters[index].openWindow() }
    for index in gauges.indices { gauges[index].openWindow(at: time) }
    for index in histograms.indices { histograms[index].openWindow() }
  }

  /// Ends measuring: statistics stay what they are. Levels, totals, peaks and traces go on.
  package mutating func closeWindow(at time: SimTime) {
    precondition(window.isOpen && time >= window.start, "no window is open at this time")
    for index in counters.indices { counters[index].closeWindow() }
    for index in gauges.indices { gauges[index].closeWindow(at: time) }
    window.end = time
  }

  /// Size in memory, in bytes; texts are left out.
  package var memoryFootprint: Int {
    var bytes = MemoryLayout<Self>.size
    bytes += series.capacity * MemoryLayout<Series>.stride
    bytes += counters.capacity * MemoryLayout<CounterState>.stride
    bytes += gauges.capacity * MemoryLayout<GaugeState>.stride
    for histogram in histograms {
      bytes += MemoryLayout<HistogramState>.stride + histogram.inWindow.memoryFootprint
    }
    for trace in traces { bytes += trace.memoryFootprint }
    return bytes
  }
}
