// SPDX-License-Identifier: Apache-2.0

/// How many pods of a workload are on each node, in each zone and in all, for the workloads that
/// some affinity or spreading speaks of. Kept up to date with every pod that comes or goes.
struct PodPlacements: Codable, Sendable {
  /// Row of each workload, or -1 where nobody asks.
  private let rowOfWorkload: [Int16]
  /// By row and node.
  private var onNodes: [[UInt16]]
  /// By row and zone.
  private var inZones: [[UInt32]]
  private var totals: [Int]
  /// Pods with required or preferred terms of their own, and all pods.
  private(set) var podsWithTerms = 0
  private(set) var pods = 0

  /// - Parameters:
  ///   - workloads: number of all workloads.
  ///   - counted: the workloads to be counted.
  init(workloads: Int, counted: [WorkloadID], zones: Int) {
    var rows = Array(repeating: Int16(-1), count: workloads)
    for (row, workload) in counted.enumerated() { rows[workload.index] = Int16(row) }
    rowOfWorkload = rows
    onNodes = Array(repeating: [], count: counted.count)
    inZones = Array(
      repeating: Array(repeating: 0, count: zones), count: counted.count)
    totals = Array(repeating: 0, count: counted.count)
  }

  /// The row of a workload; it must be one that is counted.
  func row(of workload: WorkloadID) -> Int { Int(rowOfWorkload[workload.index]) }

  mutating func add(
    _ workload: WorkloadID, node: NodeID, zone: Int, hasTerms: Bool
  ) {
    pods += 1
    if hasTerms { podsWithTerms += 1 }
    let row = Int(rowOfWorkload[workload.index])
    guard row >= 0 else { return }
    if node.index >= onNodes[row].count {
      let missing = node.index + 1 - onNodes[row].count
      onNodes[row].append(contentsOf: repeatElement(0, count: missing))
    }
    onNodes[row][node.index] += 1
    inZones[row][zone] += 1
    totals[row] += 1
  }

  mutating func remove(_ workload: WorkloadID, node: NodeID, zone: Int, hasTerms: Bool) {
    pods -= 1
    if hasTerms { podsWithTerms -= 1 }
    let row = Int(rowOfWorkload[workload.index])
    guard row >= 0 else { return }
    onNodes[row][node.index] -= 1
    inZones[row][zone] -= 1
    totals[row] -= 1
  }

  /// Pods of the row in the node's domain.
  func count(_ row: Int, _ topology: TopologyKey, node: NodeID, zone: Int) -> Int {
    switch topology {
    case .hostname: node.index < onNodes[row].count ? Int(onNodes[row][node.index]) : 0
    case .zone: Int(inZones[row][zone])
    }
  }

  func total(_ row: Int) -> Int { totals[row] }
}
