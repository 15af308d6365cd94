// SPDX-License-Identifier: Apache-2.0

/// One label of a series: `operation="update"`.
package struct MetricLabel: Hashable, Sendable, Codable {
  /// The label's name, one of the declaration's `labelNames`.
  package let name: String
  /// Any text.
  package let value: String

  /// A label.
  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

extension MetricLabel: CustomStringConvertible {
  package var description: String { "\(name)=\(value)" }
}
