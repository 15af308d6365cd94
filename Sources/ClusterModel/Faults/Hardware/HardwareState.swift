// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// A fault that has happened and is not repaired.
package struct OpenFault: Codable, Sendable {
  /// Never used again.
  package let id: UInt32
  /// Number of its component among the faults of the cluster.
  package let process: UInt16
  package let node: NodeID
  /// The GPU, `nil` when it is about the whole machine.
  package let gpu: UInt8?
  package let effect: FaultEffect
  package let severity: FaultSeverity?
  /// Factor on the time of work; 1 unless it is `slow`.
  package let slowDown: Double
  package let since: SimTime
}

/// What is broken in a cluster's machines. Empty, and without cost, where the scenario has no `faults`.
package struct HardwareState: Codable, Sendable {
  /// What is broken in one machine.
  private struct Machine: Codable {
    /// Open faults that make pods fail.
    var failing: UInt16 = 0
    var open: UInt16 = 0
    var slowDown = 1.0
  }

  /// Somebody wants to hear of machines that start and go.
  package var isWatched = false
  /// Somebody looks for what is broken.
  package var isChecked = false
  /// In the order in which they happened.
  package private(set) var open: [OpenFault] = []
  private var machines: [Machine] = []
  private var nextID: UInt32 = 0

  package init() {}

  /// Factor on the time of work on a machine: 1, or that of its slowest part.
  package func slowDown(of node: NodeID) -> Double {
    node.index < machines.count ? machines[node.index].slowDown : 1
  }

  /// Whether pods that use a part of the machine fail.
  package func isFailing(_ node: NodeID) -> Bool {
    node.index < machines.count && machines[node.index].failing > 0
  }

  /// Whether anything is broken in the machine.
  package func isFaulty(_ node: NodeID) -> Bool {
    node.index < machines.count && machines[node.index].open > 0
  }

  /// The open faults of a machine; O(all open faults) if it has any.
  package func faults(of node: NodeID) -> [OpenFault] {
    isFaulty(node) ? open.filter { $0.node == node } : []
  }

  /// An open fault by its number.
  package subscript(id: UInt32) -> OpenFault? { position(of: id).map { open[$0] } }

  mutating func add(
    _ number: UInt16, _ process: FaultProcess, on node: NodeID, gpu: UInt8?, at now: SimTime
  ) -> UInt32 {
    while machines.count <= node.index { machines.append(Machine()) }
    let id = nextID
    nextID += 1
    open.append(
      OpenFault(
        id: id, process: number, node: node, gpu: gpu, effect: process.effect,
        severity: process.severity, slowDown: process.slowDown, since: now))
    update(node)
    return id
  }

  /// A part works again.
  mutating func remove(_ id: UInt32) -> OpenFault? {
    guard let position = position(of: id) else { return nil }
    let fault = open.remove(at: position)
    update(fault.node)
    return fault
  }

  private func position(of id: UInt32) -> Int? {
    var low = 0
    var high = open.count
    while low < high {
      let middle = (low + high) / 2
      if open[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < open.count && open[low].id == id ? low : nil
  }

  private mutating func update(_ node: NodeID) {
    var machine = Machine()
    for fault in open where fault.node == node {
      machine.open += 1
      if fault.effect == .serious || fault.effect == .silent { machine.failing += 1 }
      machine.slowDown = max(machine.slowDown, fault.slowDown)
    }
    machines[node.index] = machine
  }
}
