// SPDX-License-Identifier: Apache-2.0
package import Stochastics

/// Where measurements come from.
package enum OracleData: Sendable, Hashable {
  /// A file below the data folder: `real-control-plane/etcd_fsync_delay.csv`.
  case file(String)
  /// A few published figures, as a table of their own with its source.
  case published(source: String, table: String)
}

/// Measurements and how the model is held against them.
package struct Oracle: Sendable {
  /// Short name for `--only`: `etcd-batch-law`.
  package let name: String
  /// What is compared, in one sentence.
  package let title: String
  package let data: OracleData
  /// What was taken from which rows; empty when nothing was. The profile lists the same rows.
  package let fitted: [String]
  /// The shipped profile that holds what was taken.
  package let profile: String
  /// Simulates the rows and compares.
  package let compare: @Sendable (OracleTable) throws -> [OracleComparison]

  package init(
    _ name: String, title: String, file: String, fitted: [String] = [],
    compare: @escaping @Sendable (OracleTable) throws -> [OracleComparison]
  ) {
    self.init(
      name, title: title, data: .file(file), fitted: fitted, in: "measured-2026",
      compare: compare)
  }

  package init(
    _ name: String, title: String, data: OracleData, fitted: [String], in profile: String,
    compare: @escaping @Sendable (OracleTable) throws -> [OracleComparison]
  ) {
    self.name = name
    self.title = title
    self.data = data
    self.fitted = fitted
    self.profile = profile
    self.compare = compare
  }
}

/// All oracles, in the order of the scoreboard.
package enum OracleCatalogue {
  package static let all: [Oracle] = etcd + apiServerRequests + scheduler + watches + collectives
}
