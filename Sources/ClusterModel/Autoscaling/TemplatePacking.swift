// SPDX-License-Identifier: Apache-2.0

/// First fit of waiting pods into imagined empty nodes of one pool: how both autoscalers find out how
/// many machines to ask for.
struct TemplatePacking {
  private struct Room {
    var milliCPU: Int
    var mebibytes: Int
    var gpus: Int
    var pods: Int
  }

  private let empty: Room
  private let limit: Int
  private var nodes: [Room] = []
  /// Nodes before this one are full for a pod like the last one; equal pods need not ask them again.
  private var firstWithRoom = 0
  private var lastDemand: (UInt32, UInt32, UInt16)?
  /// Pods that have found a place.
  private(set) var packed = 0

  /// - Parameters:
  ///   - capacity: what a new node of the pool offers.
  ///   - limit: nodes that may be imagined.
  init(_ capacity: NodeCapacity, limit: Int) {
    empty = Room(
      milliCPU: Int(capacity.milliCPU), mebibytes: Int(capacity.mebibytes),
      gpus: Int(capacity.gpus), pods: Int(capacity.pods))
    self.limit = limit
  }

  /// Nodes that the pods packed so far need.
  var nodeCount: Int { nodes.count }

  /// Share of the imagined nodes' CPU and memory that is left over (the expander least-waste).
  var waste: Double {
    guard !nodes.isEmpty else { return 0 }
    let all = Double(nodes.count)
    let cpu =
      nodes.reduce(0.0) { $0 + Double($1.milliCPU) } / (all * Double(max(1, empty.milliCPU)))
    let memory =
      nodes.reduce(0.0) { $0 + Double($1.mebibytes) } / (all * Double(max(1, empty.mebibytes)))
    return (cpu + memory) / 2
  }

  /// Puts a pod into the first node with room, or into a new one; false if there is none for it.
  mutating func add(_ demand: PodDemand) -> Bool {
    let key = (demand.milliCPU, demand.mebibytes, demand.gpus)
    if lastDemand.map({ $0 != key }) ?? true { firstWithRoom = 0 }
    lastDemand = key
    for index in firstWithRoom..<max(firstWithRoom, nodes.count) {
      if Self.take(demand, from: &nodes[index]) {
        firstWithRoom = index
        packed += 1
        return true
      }
    }
    var fresh = empty
    guard nodes.count < limit, Self.take(demand, from: &fresh) else { return false }
    nodes.append(fresh)
    firstWithRoom = nodes.count - 1
    packed += 1
    return true
  }

  private static func take(_ demand: PodDemand, from room: inout Room) -> Bool {
    guard room.milliCPU >= Int(demand.milliCPU), room.mebibytes >= Int(demand.mebibytes),
      room.gpus >= Int(demand.gpus), room.pods > 0
    else { return false }
    room.milliCPU -= Int(demand.milliCPU)
    room.mebibytes -= Int(demand.mebibytes)
    room.gpus -= Int(demand.gpus)
    room.pods -= 1
    return true
  }
}
