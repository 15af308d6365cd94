// SPDX-License-Identifier: Apache-2.0

/// The machines of standalone pools, as the jobs' own manager sees them (Slurm, or a cluster manager of the
/// operator's own): which of them work, and whose they are.
struct TrainingFleet: Codable, Sendable {
  private var pools: [NodePoolID] = []
  /// By node; machines of other pools are never free.
  private var states: [Machine] = []
  /// Jobs that lack machines, in the order in which they came.
  var waiting: [JobID] = []

  struct Machine: Codable, Sendable {
    var isManaged = false
    var isUp = false
    var isFaulty = false
    var job = JobID.none

    var isFree: Bool { isManaged && isUp && !isFaulty && job == .none }
  }

  mutating func add(_ pool: NodePoolID) { if !pools.contains(pool) { pools.append(pool) } }

  mutating func populate(_ nodes: borrowing NodeTable) {
    guard !pools.isEmpty else { return }
    for node in nodes.ids { note(node, nodes[node]) }
  }

  /// A machine is there, or has changed.
  mutating func note(_ node: NodeID, _ row: NodeRow) {
    while states.count <= node.index { states.append(Machine()) }
    states[node.index].isManaged = pools.contains(row.pool)
    states[node.index].isUp = row.machineIsUp
  }

  subscript(node: NodeID) -> Machine? {
    node.index < states.count && states[node.index].isManaged ? states[node.index] : nil
  }

  mutating func setFaulty(_ node: NodeID, _ isFaulty: Bool) {
    guard self[node] != nil else { return }
    states[node.index].isFaulty = isFaulty
  }

  mutating func give(_ node: NodeID, to job: JobID) { states[node.index].job = job }

  /// Free machines of a pool, at most so many, those with the lowest numbers first. O(machines).
  func free(
    of pool: NodePoolID, atMost count: Int, _ nodes: borrowing NodeTable
  ) -> [NodeID] {
    var found: [NodeID] = []
    for index in states.indices where states[index].isFree {
      let node = NodeID(index)
      guard nodes[node].pool == pool else { continue }
      found.append(node)
      if found.count == count { break }
    }
    return found
  }
}
