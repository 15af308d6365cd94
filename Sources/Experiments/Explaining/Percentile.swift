// SPDX-License-Identifier: Apache-2.0

/// A percentile as it is written: `p99`, `p99.9`, `p999`.
package struct Percentile: Sendable, Hashable {
  package enum Problem: Error, Sendable, Hashable, CustomStringConvertible {
    case malformed(String)
    case notKept(String)

    package var description: String {
      switch self {
      case .malformed(let text):
        "--at: error: '\(text)' is no percentile; write p50, p99 or p99.9, below p100"
      case .notKept(let text):
        "--at: error: a kept result can open p99 and p0 (all), not \(text); run the scenario"
      }
    }
  }

  /// From 0 to below 100.
  package let percent: Double

  package init(_ text: String) throws(Problem) {
    let digits = text.hasPrefix("p") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits != "100",
      digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") })
    else {
      throw .malformed(text)
    }
    // As in names of metrics, p999 is the 99.9th.
    let written =
      digits.contains(".") || digits.count <= 2
      ? String(digits) : digits.prefix(2) + "." + digits.dropFirst(2)
    guard let percent = Double(written), percent < 100 else { throw .malformed(text) }
    self.percent = percent
  }

  /// `p99`, `p99.9`.
  package var name: String {
    percent == percent.rounded() ? "p\(Int(percent))" : "p\(percent)"
  }
}
