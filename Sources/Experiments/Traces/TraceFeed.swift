// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import DiscreteEvents
import Foundation
import Scenario

/// Supplies the traces of one run. The model asks through a closure that cannot throw, so the first
/// error is kept, and the trace ends there.
struct TraceFeed {
  /// How far a run had read a trace: part of a checkpoint.
  struct Position: Codable, Sendable, Hashable {
    let cluster: Int
    let workload: Int
    let rows: Int
  }

  private struct Source {
    let cluster: Int
    let workload: Int
    var reader: TraceReader
  }

  private let files: [String?]
  private let blockRows: Int
  private var sources: [Source] = []
  private(set) var error: TraceError?

  /// - Parameters:
  ///   - files: the trace of each workload, in the order of the scenario.
  ///   - blockRows: rows handed over at a time.
  ///   - positions: how far each trace had been read when the run was saved.
  init(files: [String?], blockRows: Int, positions: [Position] = []) throws(TraceError) {
    self.files = files
    self.blockRows = blockRows
    for position in positions {
      guard files.indices.contains(position.workload), let file = files[position.workload] else {
        continue
      }
      var reader = try TraceReader(file: file)
      try reader.skip(position.rows)
      sources.append(
        Source(cluster: position.cluster, workload: position.workload, reader: reader))
    }
  }

  /// The next block for a workload; empty at the end of its trace.
  mutating func next(_ request: TraceRequest) -> [SimTime] {
    guard error == nil, let file = files[request.workload.index] else { return [] }
    let (cluster, workload) = (request.cluster.index, request.workload.index)
    do throws(TraceError) {
      let known = sources.firstIndex { $0.cluster == cluster && $0.workload == workload }
      if known == nil {
        sources.append(
          Source(cluster: cluster, workload: workload, reader: try TraceReader(file: file)))
      }
      return try sources[known ?? sources.count - 1].reader.block(of: blockRows)
    } catch {
      self.error = error
      return []
    }
  }

  var positions: [Position] {
    sources.map {
      Position(cluster: $0.cluster, workload: $0.workload, rows: $0.reader.rows)
    }
  }

  /// The trace of each workload of a scenario; relative paths start at the folder of its file.
  static func files(of configuration: WorldConfiguration, scenario: String) -> [String?] {
    let folder = URL(fileURLWithPath: scenario).deletingLastPathComponent().path
    return configuration.workloads.map { workload in
      let name: String? =
        switch workload.value.kind {
        case .requests(let load): load.trace
        case .jobs(let jobs): jobs.trace
        default: nil
        }
      return name.map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" }
    }
  }
}
