// SPDX-License-Identifier: Apache-2.0

/// Places of machines in their pools: a new machine takes the lowest one that is free, so that racks
/// keep their size while machines are replaced.
package struct MachineSlots: Codable, Sendable {
  /// A place in a pool.
  package struct Slot: Codable, Sendable {
    package let pool: NodePoolID
    /// Number within the pool, from 0.
    package let ordinal: UInt32
    /// The machine in it, `none` while it is free.
    package var node: NodeID
  }

  package private(set) var slots: [Slot] = []
  /// By node; `max` for one without a place.
  private var slotOfNode: [UInt32] = []
  /// Slots of each pool by ordinal.
  private var slotsOfPool: [[UInt32]]
  /// Free slots of each pool.
  private var free: [[UInt32]]

  package init(pools: Int) {
    slotsOfPool = Array(repeating: [], count: pools)
    free = Array(repeating: [], count: pools)
  }

  /// The place of a machine, if it has one.
  package func slot(of node: NodeID) -> UInt32? {
    guard node.index < slotOfNode.count, slotOfNode[node.index] != .max else { return nil }
    return slotOfNode[node.index]
  }

  /// Gives a new machine its place.
  ///
  /// - Returns: the slot.
  package mutating func place(_ node: NodeID, in pool: NodePoolID) -> UInt32 {
    while slotOfNode.count <= node.index { slotOfNode.append(.max) }
    if let lowest = free[pool.index].min() {
      free[pool.index].removeAll { $0 == lowest }
      slots[Int(lowest)].node = node
      slotOfNode[node.index] = lowest
      return lowest
    }
    let slot = UInt32(slots.count)
    slots.append(
      Slot(pool: pool, ordinal: UInt32(slotsOfPool[pool.index].count), node: node))
    slotsOfPool[pool.index].append(slot)
    slotOfNode[node.index] = slot
    return slot
  }

  /// A machine is gone for good.
  package mutating func remove(_ node: NodeID) {
    guard let slot = slot(of: node) else { return }
    slots[Int(slot)].node = .none
    slotOfNode[node.index] = .max
    free[slots[Int(slot)].pool.index].append(slot)
  }

  /// The machine in a place of a pool.
  package func node(in pool: NodePoolID, at ordinal: Int) -> NodeID? {
    guard ordinal < slotsOfPool[pool.index].count else { return nil }
    let node = slots[Int(slotsOfPool[pool.index][ordinal])].node
    return node == .none ? nil : node
  }

  /// Places of a pool, free ones included.
  package func count(of pool: NodePoolID) -> Int { slotsOfPool[pool.index].count }
}
