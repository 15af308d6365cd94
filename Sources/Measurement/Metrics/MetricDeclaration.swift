// SPDX-License-Identifier: Apache-2.0

/// What a metric is, written down once: in the model as a `static let`, from where the reference
/// page, the exports and the check of expectations take it.
package struct MetricDeclaration: Hashable, Sendable, Codable {
  /// The real component's name where one exists, such as `etcd_disk_wal_fsync_duration_seconds`.
  package let name: String
  /// How it behaves over time.
  package let kind: MetricKind
  /// In what its values are given.
  package let unit: MetricUnit
  /// Its meaning in one sentence.
  package let help: String
  /// The names of its labels, in the order in which they are printed.
  package let labelNames: [String]
  /// For histograms: the real component's bucket bounds, ascending, in `unit`; empty if it has none.
  package let bucketBounds: [Double]
  /// For histograms: up to which value percentiles are kept.
  package let span: HistogramSpan
  /// Set where the real component's name does not follow the conventions: they are not checked.
  package let keepsRealName: Bool

  /// A declaration.
  package init(
    _ name: String, _ kind: MetricKind, in unit: MetricUnit, help: String,
    labels labelNames: [String] = [], buckets bucketBounds: [Double] = [],
    span: HistogramSpan = .hour, keepsRealName: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.unit = unit
    self.help = help
    self.labelNames = labelNames
    self.bucketBounds = bucketBounds
    self.span = span
    self.keepsRealName = keepsRealName
  }

  /// All values, in `unit`, that the metric can take.
  package var validRange: ClosedRange<Double> {
    kind == .counter ? 0 ... .infinity : unit.validRange
  }
}
