// SPDX-License-Identifier: Apache-2.0

/// How a node is, from the best to the worst.
package enum NodeCondition: UInt8, Codable, Sendable, CaseIterable, Comparable {
  /// There is no machine in the place.
  case absent
  case ready
  /// The machine runs and is no node of the cluster yet, or has not reported yet.
  case joining
  /// It takes no new pods: cordoned, or about to be deleted.
  case cordoned
  /// The Ready condition in the store is not true.
  case notReady
  /// The machine does not run.
  case stopped

  package var name: String {
    switch self {
    case .absent: "absent"
    case .ready: "ready"
    case .joining: "joining"
    case .cordoned: "cordoned"
    case .notReady: "not ready"
    case .stopped: "stopped"
    }
  }

  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  /// - Parameter isStandalone: the machine is no node of the cluster and runs, or does not.
  init(_ row: NodeRow, isStandalone: Bool) {
    if row.isTerminated {
      self = .absent
    } else if !row.machineIsUp {
      self = .stopped
    } else if isStandalone {
      self = .ready
    } else if row.isBeingDeleted {
      self = .cordoned
    } else if !row.isRegistered || !row.hasReported {
      self = .joining
    } else if !row.storedReady || !row.taints.isDisjoint(with: [.notReady, .unreachable]) {
      self = .notReady
    } else if !row.taints.isDisjoint(with: [.unschedulable, .toBeDeleted]) {
      self = .cordoned
    } else if row.taints.contains(.networkUnavailable) {
      self = .joining
    } else {
      self = .ready
    }
  }
}

/// The rows of a pool in a survey; cells are in the order of the rows, columns fastest.
package struct NodeSurveyPool: Codable, Sendable {
  package let cluster: String
  package let name: String
  package let gpusPerNode: Int
  /// Machines that were there at a time, at most.
  package internal(set) var places = 0
  /// The worst that was seen.
  private var worst: [NodeCondition] = []
  /// Looks at a machine, and those of them that saw it ready.
  private var seen: [UInt32] = []
  private var ready: [UInt32] = []
  /// GPUs in use, added up over the looks at a machine.
  private var usedGPUs: [UInt32] = []
  /// The most faults that were open at a time; where rows became one, the sum of theirs.
  private var faults: [UInt16] = []
  /// Open faults of each row at the look under way.
  private var faultsNow: [UInt16] = []

  init(cluster: String, name: String, gpusPerNode: Int) {
    self.cluster = cluster
    self.name = name
    self.gpusPerNode = gpusPerNode
  }

  // MARK: Reading

  package var rows: Int { worst.count / NodeSurvey.columns }

  package func worst(row: Int, column: Int) -> NodeCondition { worst[cell(row, column)] }

  /// Share of the machines' time in which they were ready; nil without a machine.
  package func readyShare(row: Int, column: Int) -> Double? {
    let cell = cell(row, column)
    return seen[cell] > 0 ? Double(ready[cell]) / Double(seen[cell]) : nil
  }

  /// Share of the machines' GPUs that pods or jobs have; nil without a machine or without GPUs.
  package func gpuUse(row: Int, column: Int) -> Double? {
    let cell = cell(row, column)
    guard seen[cell] > 0, gpusPerNode > 0 else { return nil }
    return Double(usedGPUs[cell]) / Double(seen[cell]) / Double(gpusPerNode)
  }

  package func faults(row: Int, column: Int) -> Int { Int(faults[cell(row, column)]) }

  private func cell(_ row: Int, _ column: Int) -> Int { row * NodeSurvey.columns + column }

  // MARK: Writing

  mutating func note(_ condition: NodeCondition, usedGPUs: Int, row: Int, column: Int) {
    let cell = cell(row, column)
    worst[cell] = max(worst[cell], condition)
    seen[cell] += 1
    if condition == .ready { ready[cell] += 1 }
    self.usedGPUs[cell] += UInt32(usedGPUs)
  }

  mutating func noteFault(row: Int) { faultsNow[row] += 1 }

  /// The look is over.
  mutating func closeLook(column: Int) {
    for row in faultsNow.indices where faultsNow[row] > 0 {
      let cell = cell(row, column)
      faults[cell] = max(faults[cell], faultsNow[row])
      faultsNow[row] = 0
    }
  }

  /// Adds the rows that are missing.
  mutating func grow(nodesPerRow: Int) {
    let missing = (places + nodesPerRow - 1) / nodesPerRow - rows
    guard missing > 0 else { return }
    let cells = missing * NodeSurvey.columns
    worst += Array(repeating: .absent, count: cells)
    seen += Array(repeating: 0, count: cells)
    ready += Array(repeating: 0, count: cells)
    usedGPUs += Array(repeating: 0, count: cells)
    faults += Array(repeating: 0, count: cells)
    faultsNow += Array(repeating: 0, count: missing)
  }

  /// Makes one of each row and its neighbour.
  mutating func mergePairs() {
    let before = rows
    func merged<Value>(_ values: [Value], _ join: (Value, Value) -> Value) -> [Value] {
      stride(from: 0, to: before, by: 2).flatMap { row in
        (0..<NodeSurvey.columns).map { column in
          let value = values[cell(row, column)]
          return row + 1 < before ? join(value, values[cell(row + 1, column)]) : value
        }
      }
    }
    worst = merged(worst, max)
    seen = merged(seen, +)
    ready = merged(ready, +)
    usedGPUs = merged(usedGPUs, +)
    faults = merged(faults, +)
    faultsNow = Array(repeating: 0, count: (before + 1) / 2)
  }
}
