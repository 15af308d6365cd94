// SPDX-License-Identifier: Apache-2.0

/// A run can be saved and resumed: decoded instruments go on recording where the encoded ones were.
extension Instruments: Codable {
  private enum CodingKeys: String, CodingKey {
    case declarations, window, series, counters, gauges, histograms, traces, tracedSeries
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    declarations = try container.decode([MetricDeclaration].self, forKey: .declarations)
    window = try container.decode(MeasuringWindow.self, forKey: .window)
    series = try container.decode([Series].self, forKey: .series)
    counters = try container.decode([CounterState].self, forKey: .counters)
    gauges = try container.decode([GaugeState].self, forKey: .gauges)
    histograms = try container.decode([HistogramState].self, forKey: .histograms)
    traces = try container.decode([TimeSeries].self, forKey: .traces)
    tracedSeries = try container.decode([Int].self, forKey: .tracedSeries)
    guard isConsistent else { throw DecodingError.inconsistent("instruments", decoder) }
    rebuildRegistry()
  }

  /// Whether every index points at something.
  private var isConsistent: Bool {
    let seriesExist = series.allSatisfy { entry in
      guard declarations.indices.contains(entry.declaration) else { return false }
      let declaration = declarations[entry.declaration]
      guard entry.labels.map(\.name) == declaration.labelNames else { return false }
      return switch declaration.kind {
      case .counter: counters.indices.contains(entry.slot)
      case .gauge: gauges.indices.contains(entry.slot)
      case .histogram: histograms.indices.contains(entry.slot)
      }
    }
    let followed = counters.map(\.trace) + gauges.map(\.trace) + histograms.map(\.trace)
    return seriesExist && tracedSeries.count == traces.count
      && tracedSeries.allSatisfy(series.indices.contains)
      && followed.allSatisfy { $0.map(traces.indices.contains) ?? true }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(declarations, forKey: .declarations)
    try container.encode(window, forKey: .window)
    try container.encode(series, forKey: .series)
    try container.encode(counters, forKey: .counters)
    try container.encode(gauges, forKey: .gauges)
    try container.encode(histograms, forKey: .histograms)
    try container.encode(traces, forKey: .traces)
    try container.encode(tracedSeries, forKey: .tracedSeries)
  }
}
