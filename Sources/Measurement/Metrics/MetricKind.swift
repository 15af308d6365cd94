// SPDX-License-Identifier: Apache-2.0

/// How a metric behaves over time. The names are those of OpenMetrics.
package enum MetricKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// Only grows: requests answered, bytes sent, seconds spent.
  case counter
  /// A level that holds until it is set again: queue length, database size, utilisation.
  case gauge
  /// Independent samples of which the distribution matters: latencies, batch sizes.
  case histogram
}
