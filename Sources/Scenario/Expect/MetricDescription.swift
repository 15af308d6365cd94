// SPDX-License-Identifier: Apache-2.0

/// What a metric measures, as far as an expectation about it can be checked before the run.
package struct MetricDescription: Sendable, Hashable {
  /// The unit of a metric's values.
  package enum Unit: Sendable, Hashable {
    case seconds
    case bytes
    case bytesPerSecond
    case perSecond
    /// A share of a whole; `Knob` fractions and percentages fit.
    case ratio
    /// A number of things.
    case count
    /// Anything else; only plain numbers fit.
    case other(String)
  }

  package let name: String
  package let unit: Unit
  /// The values it can take; a bound outside could not fail. Nil: all finite numbers.
  package let range: ClosedRange<Double>?
  /// The names of its labels.
  package let labels: [String]

  package init(
    name: String, unit: Unit, range: ClosedRange<Double>? = 0...Double.infinity,
    labels: [String] = []
  ) {
    self.name = name
    self.unit = unit
    self.range = range
    self.labels = labels
  }
}

/// The metrics that expectations may name.
struct MetricCatalogue: Sendable {
  private let metrics: [MetricDescription]
  private let index: [String: Int]

  init(_ metrics: [MetricDescription]) {
    self.metrics = metrics
    index = Dictionary(
      metrics.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Without metrics nothing is checked against them.
  var isEmpty: Bool { metrics.isEmpty }
  var names: [String] { metrics.map(\.name) }

  subscript(name: String) -> MetricDescription? {
    index[name].map { metrics[$0] }
  }
}
