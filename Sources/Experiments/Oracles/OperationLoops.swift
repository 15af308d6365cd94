// SPDX-License-Identifier: Apache-2.0
import Stochastics

/// The closed loops of `k8s_ops.csv`: what a request of each kind costs, as measured and as simulated.
struct OperationLoops {
  let table: OracleTable
  /// The column with the measured cost, microseconds for each request.
  let column: String
  /// The simulated cost of a request, microseconds.
  let costPerRequest: (OracleRun) -> Double
  private var known: [String: Double] = [:]

  private static let kinds: [String: (verb: String, resource: String)] = [
    "getlease": ("get", "leases"), "getnode": ("get", "nodes"),
    "putlease": ("update", "leases"), "patchnode": ("patch", "nodes"),
    "mknodes": ("create", "nodes"), "mkleases": ("create", "leases"),
    "mkpods": ("create", "pods"),
  ]

  init(_ table: OracleTable, column: String, costPerRequest: @escaping (OracleRun) -> Double) {
    self.table = table
    self.column = column
    self.costPerRequest = costPerRequest
  }

  /// Simulates a kind with so many workers, once.
  ///
  /// A closed loop finds its own rate, which the neighbours of the measurement held down.
  /// - Parameter rate: requests a second that the workers came to, where that is what counts.
  mutating func simulate(
    _ operation: String, _ form: String, workers: Int, fromCache: Bool = false, rate: Double? = nil
  ) throws -> Double {
    let key = "\(operation) \(form) \(workers) \(fromCache) \(rate ?? 0)"
    if let cost = known[key] { return cost }
    guard let kind = Self.kinds[operation] else { throw OracleError.noRow(operation) }
    let cost = costPerRequest(
      try OracleCatalogue.server(
        OracleCatalogue.closedLoop(
          kind.verb, kind.resource, workers: workers, rate: rate, objects: 1_000,
          contentType: form == "json" ? "json" : "protobuf",
          more: fromCache ? "resource-version-zero: true" : ""), seconds: 3))
    known[key] = cost
    return cost
  }

  /// What the kind with protobuf and so many workers cost on the cluster of 1,000 nodes, or another
  /// column of that row.
  func measured(_ operation: String, workers: Int, column: String? = nil) throws -> Double {
    guard
      let row = try table.rows.first(where: { row in
        try row.text("op") == operation && row.text("cluster_nodes") == "1000"
          && row.number("workers") == Double(workers) && row.text("content_type") == "proto"
      }), let value = try row.number(column ?? self.column)
    else { throw OracleError.noRow("\(operation) at 1000 nodes") }
    return value
  }

  /// POSTs are asked of clusters of several sizes; the median of a kind's rows is judged.
  static func medians(
    of operations: [String], _ rows: [String: [OracleComparison]]
  ) -> [OracleComparison] {
    operations.map { operation in
      let kind = rows[operation] ?? []
      return OracleComparison(
        "\(operation) with 8 workers, median of \(kind.count) rows", unit: "mkleases",
        measured: OracleCatalogue.median(kind.map(\.measured)),
        simulated: OracleCatalogue.median(kind.map(\.simulated)), within: .relative(0.3))
    }
  }
}
