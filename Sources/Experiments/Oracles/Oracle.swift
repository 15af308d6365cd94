// SPDX-License-Identifier: Apache-2.0
package import Stochastics

/// A file of measurements and how the model is held against it.
package struct Oracle: Sendable {
  /// Short name for `--only`: `etcd-batch-law`.
  package let name: String
  /// What is compared, in one sentence.
  package let title: String
  /// Path of the measurements below the data folder: `real-control-plane/etcd_fsync_delay.csv`.
  package let file: String
  /// What was taken from which rows; empty when nothing was. The profile of the measured machine lists
  /// the same rows.
  package let fitted: [String]
  /// Simulates the rows and compares.
  package let compare: @Sendable (OracleTable) throws -> [OracleComparison]

  package init(
    _ name: String, title: String, file: String, fitted: [String] = [],
    compare: @escaping @Sendable (OracleTable) throws -> [OracleComparison]
  ) {
    self.name = name
    self.title = title
    self.file = file
    self.fitted = fitted
    self.compare = compare
  }
}

/// All oracles, in the order of the scoreboard.
package enum OracleCatalogue {
  package static let all: [Oracle] = etcd + apiServerRequests + scheduler + watches
}
