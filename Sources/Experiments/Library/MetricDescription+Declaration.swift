// SPDX-License-Identifier: Apache-2.0
package import Measurement
package import Scenario

extension MetricDescription {
  /// The label that tells the clusters of a world apart; it is on every metric, and is printed when
  /// there are several clusters.
  package static let clusterLabel = "cluster"

  /// What the language has to know of a metric of the model.
  package init(_ declaration: MetricDeclaration) {
    let unit: Unit =
      switch declaration.unit {
      case .seconds: .seconds
      case .bytes: .bytes
      case .bytesPerSecond: .bytesPerSecond
      case .ratio: .ratio
      case .count: .count
      case .percent, .watts, .celsius: .other(declaration.unit.name)
      }
    self.init(
      name: declaration.name, unit: unit, range: declaration.validRange,
      labels: declaration.labelNames + [Self.clusterLabel])
  }
}
