// SPDX-License-Identifier: Apache-2.0
import Measurement

/// One point of a run as `result.json` tells it: what can be compared, reported and exported
/// without running anything again. Keys as in the file; see ``SavedExperiment``.
package struct SavedResult: Sendable, Decodable {
  /// A statistic of a series in each replication.
  package struct Replicated: Sendable, Decodable, Hashable {
    /// Nil where a replication has no samples.
    package let values: [Double?]
    package let interval: Interval?
  }

  package struct Interval: Sendable, Decodable, Hashable {
    package let lower: Double
    package let upper: Double
    package let level: Double
    /// `replications` or `batch-means`; nil in older files, which have the former only.
    package let method: String?
    /// With `batch-means`: how many batches.
    package let batches: Int?
    /// With `batch-means`: whether they are correlated, which makes the interval too narrow.
    package let correlated: Bool?
  }

  package struct Metric: Sendable, Decodable {
    package let name: String
    package let labels: [String: String]
    package let unit: String
    package let help: String
    package let kind: String
    package let count: Int
    package let mean: Double?
    package let min: Double?
    package let p50: Double?
    package let p90: Double?
    package let p95: Double?
    package let p99: Double?
    package let p999: Double?
    package let max: Double?
    package let rate: Double?
    package let total: Double?
    package let last: Double?
    package let peak: Double?
    package let firstNonZeroSeconds: Double?
    package let interval: Interval?
    /// By statistic; nil with one replication.
    package let replications: [String: Replicated]?
    /// By statistic, from the batches of a single run; nil with several replications.
    package let intervals: [String: Interval]?
  }

  /// What expectations and tables speak of.
  package struct Figure: Sendable, Decodable, Hashable {
    package let name: String
    package let unit: String
    /// Per second of what `unit` says.
    package let rate: Bool
    package let better: FigureDirection?
    package let value: Double
    /// In each replication.
    package let replications: [Double?]
    /// Over replications, or over the batches of a single run; nil in older files too.
    package let interval: Interval?
  }

  package struct Expectation: Sendable, Decodable, Hashable {
    package let id: String
    package let experiment: String?
    package let `class`: String
    package let that: String
    package let published: String?
    package let simulated: Double?
    package let unit: String
    package let simulatedText: String
    package let interval: Interval?
    package let verdict: String
    package let reason: String
    package let because: String?
    package let points: [String]
  }

  package struct Engine: Sendable, Decodable, Hashable {
    package let events: Int
    package let cpuSeconds: Double
    package let wallSeconds: Double
    package let eventsPerSecond: Double
    package let peakResidentBytes: Int
  }

  package struct Source: Sendable, Decodable, Hashable {
    package let post: String?
    package let experiment: String?
    package let url: String?
  }

  package struct Calibrated: Sendable, Decodable, Hashable {
    package let key: String
    package let because: String
  }

  package struct Knob: Sendable, Decodable, Hashable {
    package let path: String
    package let value: String
    /// `scenario`, `profile`, `default`, `variant`, `sweep`, `tier` or `override`.
    package let from: String
    package let source: String?
    package let line: Int?
    package let column: Int?

    package init(
      path: String, value: String, from: String, source: String? = nil, line: Int? = nil,
      column: Int? = nil
    ) {
      self.path = path
      self.value = value
      self.from = from
      self.source = source
      self.line = line
      self.column = column
    }
  }

  package struct Bottleneck: Sendable, Decodable, Hashable {
    package let resource: String
    package let utilisation: Double?
    package let waitShare: Double
    package let serviceShare: Double
  }

  /// Little's law at one station.
  package struct Station: Sendable, Decodable, Hashable {
    package let cluster: String
    package let name: String
    /// Mean number inside, L.
    package let meanInside: Double
    /// λW.
    package let throughputTimesStay: Double
    package let holds: Bool
    /// λ and W; nil, as is the peak, in files of before they were kept.
    package let departuresPerSecond: Double?
    package let meanStaySeconds: Double?
    /// The most that were inside at once.
    package let peak: Int?

    private enum CodingKeys: String, CodingKey {
      case cluster, name, holds, peak
      case meanInside = "L"
      case throughputTimesStay = "lambdaW"
      case departuresPerSecond = "lambdaPerSecond"
      case meanStaySeconds = "WSeconds"
    }
  }

  package struct Account: Sendable, Decodable, Hashable {
    package struct Part: Sendable, Decodable, Hashable {
      package let resource: String
      package let phase: String
      package let meanSeconds: Double
      package let share: Double
    }

    package struct Breakdown: Sendable, Decodable, Hashable {
      package let meanSeconds: Double
      package let parts: [Part]
      package let unaccountedShare: Double
    }

    /// One of the slowest, opened.
    package struct Slow: Sendable, Decodable, Hashable {
      package struct Part: Sendable, Decodable, Hashable {
        package let resource: String
        /// `waiting` or `service`.
        package let phase: String
        package let seconds: Double
      }

      /// From 0.
      package let replication: Int
      package let openedSeconds: Double
      package let seconds: Double
      /// Time by resource and phase, in the order of the path; how often a resource was visited, and
      /// when, is not kept.
      package let parts: [Part]
    }

    package let cluster: String
    package let `class`: String
    package let count: Int
    package let abandoned: Int
    package let overall: Breakdown?
    package let aboveP99: Breakdown?
    /// Slowest first; nil where they are left out.
    package let slowest: [Slow]?
  }

  /// Where the points of an experiment are, in the document that speaks for all of them.
  package struct Reference: Sendable, Decodable, Hashable {
    package let variant: String
    package let coordinates: [String: String]
    package let file: String
  }

  /// Version of the format.
  package let orrery: Int
  package let program: String
  package let scenario: String
  package let title: String?
  package let source: Source?
  package let variant: String
  package let coordinates: [String: String]
  package let tier: String
  package let seed: Int
  package let replications: Int
  package let seeds: [String]
  package let fingerprint: String
  package let simulatedSeconds: Double
  package let warmUpSeconds: Double
  package let engine: Engine
  package let expectations: [Expectation]
  package let points: [Reference]?
  /// Nil in files of before figures were kept.
  package let figures: [Figure]?
  package let metrics: [Metric]
  package let accounts: [Account]
  package let bottlenecks: [Bottleneck]
  /// Nil in files of other makers.
  package let littlesLaw: [Station]?
  package let calibrated: [Calibrated]
  package let unusedKnobs: [String]
  package let warnings: [String]
  package let configuration: [Knob]

  /// How a run with each of its expectations ends.
  package var exitCodes: [ExitCode] {
    expectations.compactMap { Verdict(rawValue: $0.verdict)?.exitCode }
  }

  /// Variant and coordinates as one short text, such as `local-ssd count=400`.
  package var pointName: String {
    ([variant]
      + coordinates.sorted { $0.key < $1.key }
      .map { "\($0.key.split(separator: ".").last ?? "")=\($0.value)" })
      .joined(separator: " ")
  }
}

extension SavedResult.Metric {
  /// Over replications, or over the batches of a single run.
  package func interval(of statistic: String) -> SavedResult.Interval? {
    let headline = MetricKind(rawValue: kind).map { MetricStatistic.headline($0).rawValue }
    return replications?[statistic]?.interval ?? intervals?[statistic]
      ?? (statistic == headline ? interval : nil)
  }

  /// Name and labels as an expectation would write them, such as `a_total{code="200"}`.
  package var selector: String {
    guard !labels.isEmpty else { return name }
    let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }
    return name + "{" + pairs.joined(separator: ",") + "}"
  }

  package subscript(statistic: MetricStatistic) -> Double? {
    switch statistic {
    case .mean: mean
    case .p50: p50
    case .p90: p90
    case .p95: p95
    case .p99: p99
    case .p999: p999
    case .max: max
    case .rate: rate
    case .last: last
    }
  }
}
