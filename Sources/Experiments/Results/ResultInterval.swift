// SPDX-License-Identifier: Apache-2.0
import Foundation
import Stochastics

/// A two-sided 95 % interval.
package struct ResultInterval: Sendable, Hashable {
  /// Where it comes from.
  package enum Method: Sendable, Hashable {
    /// Student's t over independent replications.
    case replications
    /// Student's t over batches of a single run; too narrow if these are correlated.
    case batchMeans(batches: Int, areCorrelated: Bool)

    /// Its name in documents.
    package var name: String {
      switch self {
      case .replications: "replications"
      case .batchMeans: "batch-means"
      }
    }
  }

  /// The probability with which such intervals contain the true value.
  package static let level = 0.95

  package let lower: Double
  package let upper: Double
  package let method: Method

  package init(lower: Double, upper: Double, method: Method = .replications) {
    self.lower = lower
    self.upper = upper
    self.method = method
  }

  /// Student's t interval for the mean of one value a replication; nil for fewer than two, or when
  /// one of them is not finite. Rounded, because it went through the scientific library.
  package init?(replications values: [Double]) {
    guard values.count > 1,
      let interval = try? ConfidenceInterval(replications: values, level: Self.level)
    else { return nil }
    self.init(
      lower: interval.lower.roundedToNineDigits, upper: interval.upper.roundedToNineDigits)
  }

  /// Ends that went through the scientific library.
  init(rounding lower: Double, _ upper: Double, method: Method = .replications) {
    self.init(
      lower: lower.roundedToNineDigits, upper: upper.roundedToNineDigits, method: method)
  }

  package func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}

extension Double {
  /// To nine significant digits: what the scientific library computes may differ between its
  /// versions in the last ones.
  var roundedToNineDigits: Double {
    isFinite ? Double(String(format: "%.9g", self)) ?? self : self
  }
}
