// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Measurement

/// A saved experiment as OpenMetrics text, which `promtool tsdb create-blocks-from openmetrics` turns
/// into a block of Prometheus.
///
/// - Names and labels are those of the metrics. Each series also has `orrery_run`, the name of its
///   run (a point), which `orrery_run_info` explains. With several replications there is
///   `orrery_replication`: `pooled`, or `0` for what was followed over time in the first one.
/// - What was followed over time has a sample at the end of each bucket. Of the rest only the end of
///   the run is known: a counter starts at 0 and ends at its total over the whole run, a gauge has
///   its last level, a histogram is a summary of the measured time: quantiles (0 and 1 are the
///   exact extremes), sum and count, which start at 0 at the end of the warm-up.
/// - The simulation begins at ``epoch``.
package struct OpenMetricsExport: Sendable {
  /// When the simulation begins, in seconds since 1970: 2020-01-01T00:00:00Z. A start of a day, so
  /// that blocks begin with the run; not 0, because a time of 0 looks like none.
  package static let epoch = 1_577_836_800

  private struct Point {
    let result: SavedResult
    let name: String
    /// By index of the metric.
    let series: [Int: SavedSeries]
  }

  private let points: [Point]
  private let factors: Factors

  /// - Parameter series: what was followed over time in each point, in the order of the points.
  package init(_ experiment: SavedExperiment, series: [[SavedSeries]]) {
    points = experiment.points.enumerated().map { index, result in
      let identities = SeriesIdentities(result.metrics)
      let known = (series.indices.contains(index) ? series[index] : []).compactMap { one in
        identities.metric(of: one).map { ($0, one) }
      }
      return Point(
        result: result, name: Self.name(of: result),
        series: Dictionary(known, uniquingKeysWith: { _, last in last }))
    }
    factors = Factors(of: experiment, besides: Self.infoLabels)
  }

  /// Scenario, variant and coordinates, so that blocks of several experiments do not collide.
  private static func name(of result: SavedResult) -> String {
    let file = result.scenario.split(separator: "/").last.map(String.init) ?? result.scenario
    return (file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file) + " " + result.pointName
  }

  /// The whole text.
  package var text: String {
    var text = OpenMetricsText()
    addInfo(to: &text)
    let families = self.families
    let names = Set(families.map(\.name))
    for family in families { add(family, isTaken: names.contains, to: &text) }
    text.end()
    return text.text
  }
}

// MARK: Families

extension OpenMetricsExport {
  /// A metric with its series in all points.
  private struct Family {
    let name: String
    let kind: MetricKind
    let unit: String
    let help: String
    /// Index of the point, index of the metric in it.
    var members: [(point: Int, metric: Int)] = []
  }

  /// In the order in which the metrics first appear.
  private var families: [Family] {
    var families: [Family] = []
    var positions: [String: Int] = [:]
    for (point, one) in points.enumerated() {
      for (index, metric) in one.result.metrics.enumerated() {
        guard let kind = MetricKind(rawValue: metric.kind) else { continue }
        let position = positions[metric.name] ?? families.count
        if position == families.count {
          positions[metric.name] = position
          families.append(
            Family(name: metric.name, kind: kind, unit: metric.unit, help: metric.help))
        }
        families[position].members.append((point, index))
      }
    }
    return families
  }

  private func add(_ family: Family, isTaken: (String) -> Bool, to text: inout OpenMetricsText) {
    var name = family.name
    let kind: OpenMetricsText.Kind
    switch family.kind {
    case .gauge: kind = .gauge
    case .histogram: kind = .summary
    case .counter:
      // The format wants `_total`; a real name without it is kept, at the price of the kind.
      let base = name.hasSuffix("_total") ? String(name.dropLast("_total".count)) : nil
      kind = base.map(isTaken) == false ? .counter : .unknown
      if kind == .counter, let base { name = base }
    }
    let unit = Self.units[family.unit].flatMap { name.hasSuffix("_" + $0) ? $0 : nil }
    text.begin(name, kind, unit: unit, help: family.help)
    for (point, index) in family.members {
      let metric = points[point].result.metrics[index]
      if let series = points[point].series[index], family.kind != .histogram {
        add(series, of: metric, in: points[point], to: &text)
        if points[point].result.replications == 1 { continue }
      }
      switch family.kind {
      case .counter: addCounter(metric, in: points[point], to: &text)
      case .gauge: addGauge(metric, in: points[point], to: &text)
      case .histogram: addSummary(metric, in: points[point], to: &text)
      }
    }
  }

  /// The words that the format wants at the end of a name, by the unit of the result.
  private static let units: [String: String] = Dictionary(
    uniqueKeysWithValues: [
      MetricUnit.seconds, .bytes, .ratio, .percent, .bytesPerSecond, .watts, .celsius,
    ].map { ($0.symbol, String(($0.nameSuffix ?? "").dropFirst())) })
}

// MARK: Samples

extension OpenMetricsExport {
  private static let quantiles:
    [(label: String, value: @Sendable (SavedResult.Metric) -> Double?)] =
      [
        ("0.0", { $0.min }), ("0.5", { $0.p50 }), ("0.9", { $0.p90 }), ("0.95", { $0.p95 }),
        ("0.99", { $0.p99 }), ("0.999", { $0.p999 }), ("1.0", { $0.max }),
      ]

  private func milliseconds(_ seconds: Double) -> Int {
    Self.epoch * 1_000 + Int((seconds * 1_000).rounded())
  }

  private func labels(
    _ labels: [String: String], in point: Point, replication: String
  ) -> [(name: String, value: String)] {
    [("orrery_run", point.name)]
      + (point.result.replications > 1 ? [("orrery_replication", replication)] : [])
      + labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The level at the end of each bucket.
  private func add(
    _ series: SavedSeries, of metric: SavedResult.Metric, in point: Point,
    to text: inout OpenMetricsText
  ) {
    let labels = labels(metric.labels, in: point, replication: "0")
    let end = point.result.simulatedSeconds
    var samples: [(time: Int, value: Double)] = []
    for bucket in series.buckets {
      let time = milliseconds(min(bucket.startSeconds + series.widthSeconds, end))
      // What happens at the very end has a bucket of its own, without length.
      if samples.last?.time == time { samples.removeLast() }
      samples.append((time, bucket.last))
    }
    for sample in samples { text.add(metric.name, labels, sample.value, at: sample.time) }
  }

  private func addCounter(
    _ metric: SavedResult.Metric, in point: Point, to text: inout OpenMetricsText
  ) {
    guard let total = metric.total else { return }
    let labels = labels(metric.labels, in: point, replication: "pooled")
    text.add(metric.name, labels, 0, at: milliseconds(0))
    text.add(metric.name, labels, total, at: milliseconds(point.result.simulatedSeconds))
  }

  private func addGauge(
    _ metric: SavedResult.Metric, in point: Point, to text: inout OpenMetricsText
  ) {
    guard let last = metric.last else { return }
    let labels = labels(metric.labels, in: point, replication: "pooled")
    text.add(metric.name, labels, last, at: milliseconds(point.result.simulatedSeconds))
  }

  private func addSummary(
    _ metric: SavedResult.Metric, in point: Point, to text: inout OpenMetricsText
  ) {
    let labels = labels(metric.labels, in: point, replication: "pooled")
    let name = metric.name
    let start = milliseconds(point.result.warmUpSeconds)
    let end = milliseconds(point.result.simulatedSeconds)
    for part in ["_sum", "_count"] { text.add(name + part, labels, 0, at: start) }
    for quantile in Self.quantiles {
      guard let value = quantile.value(metric) else { continue }
      text.add(name, labels + [("quantile", quantile.label)], value, at: end)
    }
    text.add(name + "_sum", labels, (metric.mean ?? 0) * Double(metric.count), at: end)
    text.add(name + "_count", labels, Double(metric.count), at: end)
  }
}

// MARK: What a run is

extension OpenMetricsExport {
  private static let infoLabels = [
    "orrery_run", "scenario", "tier", "seed", "replications", "fingerprint",
  ]
  /// A join with the information finds it at every time if it is repeated.
  private static let infoSamples = 512

  private func addInfo(to text: inout OpenMetricsText) {
    text.begin(
      "orrery_run", .info, unit: nil,
      help: "A simulated run: its scenario, what was varied, and the hash of its events.")
    let names = Self.labelNames(factors.columns.map(\.name), besides: Self.infoLabels)
    for (index, point) in points.enumerated() {
      let result = point.result
      let own = [
        point.name, result.scenario, result.tier, String(result.seed),
        String(result.replications), result.fingerprint,
      ]
      let varied = zip(names, factors.values[index]).compactMap { name, cell in
        if case .text(let value) = cell { (name: name, value: value) } else { nil }
      }
      let labels = zip(Self.infoLabels, own).map { (name: $0, value: $1) } + varied
      let step = max(60, result.simulatedSeconds / Double(Self.infoSamples))
      var time = 0.0
      while time < result.simulatedSeconds {
        text.add("orrery_run_info", labels, 1, at: milliseconds(time))
        time += step
      }
      text.add("orrery_run_info", labels, 1, at: milliseconds(result.simulatedSeconds))
    }
  }

  /// Paths of knobs as names of labels: whatever is no letter, digit or `_` becomes `_`.
  private static func labelNames(_ paths: [String], besides names: [String]) -> [String] {
    var taken = Set(names)
    return paths.map { path in
      var name = String(
        path.unicodeScalars.map { scalar -> Character in
          let isDigit = ("0"..."9").contains(scalar)
          let isLetter = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
          return isDigit || isLetter ? Character(scalar) : "_"
        })
      if name.first?.isNumber ?? true || name.hasPrefix("__") { name = "knob_" + name }
      while !taken.insert(name).inserted { name += "_" }
      return name
    }
  }
}
