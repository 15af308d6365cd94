// SPDX-License-Identifier: Apache-2.0
package import ClusterModel

/// The nodes of a run over time, as `nodes.json` tells it: rows of neighbouring nodes of a pool,
/// columns of equal parts of the run.
package struct NodeHistory: Sendable, Hashable {
  /// The format that is read.
  package static let version = 1
  /// Its file in the folder of a point.
  package static let fileName = "nodes.json"

  package struct Row: Sendable, Hashable {
    package let cluster: String
    package let pool: String
    /// Number of the first node within its pool, from 1, and of the last one.
    package let first: Int
    package let last: Int
    package let gpusPerNode: Int
    /// The worst that was seen in each column.
    package let conditions: [NodeCondition]
    /// Per cent of the nodes' time in which they were ready; nil without a node.
    package let ready: [Int?]
    /// Per cent of the nodes' GPUs in use; nil without a node or without GPUs.
    package let gpuUse: [Int?]
    /// The most faults that were open at a time.
    package let faults: [Int]

    package init(
      cluster: String, pool: String, first: Int, last: Int, gpusPerNode: Int,
      conditions: [NodeCondition], ready: [Int?], gpuUse: [Int?], faults: [Int]
    ) {
      self.cluster = cluster
      self.pool = pool
      self.first = first
      self.last = last
      self.gpusPerNode = gpusPerNode
      self.conditions = conditions
      self.ready = ready
      self.gpuUse = gpuUse
      self.faults = faults
    }
  }

  package let columns: Int
  package let widthSeconds: Double
  /// How often each column was looked at.
  package let looksPerColumn: Int
  package let rows: [Row]

  package init(columns: Int, widthSeconds: Double, looksPerColumn: Int, rows: [Row]) {
    self.columns = columns
    self.widthSeconds = widthSeconds
    self.looksPerColumn = looksPerColumn
    self.rows = rows
  }

  /// Nil for a world without nodes.
  init?(_ survey: NodeSurvey, durationSeconds: Double) {
    columns = NodeSurvey.columns
    widthSeconds = durationSeconds / Double(NodeSurvey.columns)
    looksPerColumn = NodeSurvey.looksPerColumn
    rows = survey.pools.flatMap { pool in
      (0..<pool.rows).map { Row(pool, $0, nodesPerRow: survey.nodesPerRow) }
    }
    if rows.isEmpty { return nil }
  }
}

extension NodeHistory.Row {
  fileprivate init(_ pool: NodeSurveyPool, _ row: Int, nodesPerRow: Int) {
    let columns = 0..<NodeSurvey.columns
    cluster = pool.cluster
    self.pool = pool.name
    first = row * nodesPerRow + 1
    last = min((row + 1) * nodesPerRow, pool.places)
    gpusPerNode = pool.gpusPerNode
    conditions = columns.map { pool.worst(row: row, column: $0) }
    // Rounded down: 100 per cent means always.
    ready = columns.map { pool.readyShare(row: row, column: $0).map { Int($0 * 100 + 1e-9) } }
    gpuUse = columns.map { pool.gpuUse(row: row, column: $0).map { Int(($0 * 100).rounded()) } }
    faults = columns.map { pool.faults(row: row, column: $0) }
  }

  /// Its nodes in words, such as `gpu 1 to 42`.
  package var name: String { first == last ? "\(pool) \(first)" : "\(pool) \(first) to \(last)" }
}

extension PointResult {
  /// The nodes over time in the first replication; nil where there are none.
  package var nodeHistory: NodeHistory? {
    replications[0].nodes.flatMap { NodeHistory($0, durationSeconds: simulatedSeconds) }
  }
}
