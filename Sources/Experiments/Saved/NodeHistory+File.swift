// SPDX-License-Identifier: Apache-2.0
import ClusterModel
package import Foundation
package import Scenario

extension NodeHistory {
  private struct File: Decodable {
    struct Row: Decodable {
      let cluster: String
      let pool: String
      let first: Int
      let last: Int
      let gpusPerNode: Int
      let conditions: String
      let ready: String
      let gpuUse: String
      let faults: String
    }

    let orrery: Int
    let columns: Int
    let widthSeconds: Double
    let looksPerColumn: Int
    let conditions: [String]
    let rows: [Row]
  }

  /// As `nodes.json`. Lists of values have one for each column, equal neighbours once; conditions
  /// are numbers of the list `conditions`, from 0.
  package var json: JSONValue {
    .object([
      "orrery": .integer(Self.version), "columns": .integer(columns),
      "widthSeconds": .number(widthSeconds), "looksPerColumn": .integer(looksPerColumn),
      "conditions": .array(NodeCondition.allCases.map { .string($0.name) }),
      "rows": .array(
        rows.map { row in
          .object([
            "cluster": .string(row.cluster), "pool": .string(row.pool),
            "first": .integer(row.first), "last": .integer(row.last),
            "gpusPerNode": .integer(row.gpusPerNode),
            "conditions": .string(RunLengths.text(row.conditions.map { Int($0.rawValue) })),
            "ready": .string(RunLengths.text(row.ready)),
            "gpuUse": .string(RunLengths.text(row.gpuUse)),
            "faults": .string(RunLengths.text(row.faults)),
          ])
        }),
    ])
  }

  /// Reads a `nodes.json`.
  ///
  /// - Parameter path: for the message.
  package init(json data: Data, path: String) throws(SavedResultError) {
    func unreadable(_ reason: String) -> SavedResultError {
      .unreadable(path: path, reason: reason)
    }
    let file: File
    do {
      file = try JSONDecoder().decode(File.self, from: data)
    } catch {
      throw unreadable("these are no nodes over time")
    }
    guard file.orrery == Self.version else { throw .otherVersion(path: path, found: file.orrery) }
    let known = Dictionary(
      NodeCondition.allCases.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let conditions = file.conditions.compactMap { known[$0] }
    guard file.columns > 0, file.columns <= 100_000, file.widthSeconds > 0,
      conditions.count == file.conditions.count
    else { throw unreadable("columns or conditions make no sense") }
    var rows: [Row] = []
    for row in file.rows {
      func values(_ text: String) -> [Int?]? { RunLengths.values(of: text, count: file.columns) }
      guard let numbers = values(row.conditions), let ready = values(row.ready),
        let gpuUse = values(row.gpuUse), let faults = values(row.faults),
        numbers.allSatisfy({ $0.map(conditions.indices.contains) ?? false })
      else { throw unreadable("row \(rows.count + 1) has not one value a column") }
      rows.append(
        Row(
          cluster: row.cluster, pool: row.pool, first: row.first, last: row.last,
          gpusPerNode: row.gpusPerNode, conditions: numbers.map { conditions[$0 ?? 0] },
          ready: ready, gpuUse: gpuUse, faults: faults.map { $0 ?? 0 }))
    }
    self.init(
      columns: file.columns, widthSeconds: file.widthSeconds,
      looksPerColumn: file.looksPerColumn, rows: rows)
  }
}

extension SavedExperiment {
  /// The nodes of each point over time, in the order of the points; nil for a point without nodes,
  /// and for results of before they were kept.
  package func nodeHistories() throws(SavedResultError) -> [NodeHistory?] {
    var all: [NodeHistory?] = []
    for folder in folders {
      let path = folder + "/" + NodeHistory.fileName
      guard let data = FileManager.default.contents(atPath: path) else {
        all.append(nil)
        continue
      }
      all.append(try NodeHistory(json: data, path: path))
    }
    return all
  }
}
