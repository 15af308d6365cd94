// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// What the model keeps for each node; see `NodeTable`.
package struct NodeRow: Codable, Sendable {
  /// The heartbeat that the store holds, by the time at which the kubelet sent it.
  package var storedHeartbeat: SimTime = .zero
  /// Since when no pod is on it, as the autoscaler sees it.
  package var idleSince: SimTime = .zero
  /// State of the kubelet's token bucket (`kube-api-qps`).
  package var kubeletBucketFullAt: SimTime = .zero
  /// Requested and not yet given back, in millicores.
  package var usedMilliCPU: UInt32 = 0
  /// Requested memory in MiB.
  package var usedMebibytes: UInt32 = 0
  /// First of the pods whose kubelet works for them; linked through `PodRow.nextOnNode`.
  package var firstPod: PodID = .none
  /// The open session of image pulls, if any.
  package var pullSession: UInt32 = .max
  /// Images that are complete on the node's disk; bit i is image i.
  package var cachedImages: UInt64 = 0
  package var pool: NodePoolID
  package var usedGPUs: UInt16 = 0
  /// Pods bound to it.
  package var podCount: UInt16 = 0
  /// `spec.taints`. Whoever changes them sends the scheduler `.nodeUpdated`.
  package var taints: NodeTaints = []
  /// Tries of the beat under way.
  package var beatTries: UInt8 = 0
  /// Tries of the lease renewal under way.
  package var leaseTries: UInt8 = 0
  /// The machine runs.
  package var machineIsUp = false
  /// The Node object is in the store, as far as its watchers have seen.
  package var isRegistered = false
  /// A status write is under way.
  package var beatInFlight = false
  /// A lease renewal is under way.
  package var leaseInFlight = false
  /// The cloud has taken the machine back.
  package var isTerminated = false
  /// The kubelet's status manager has a request under way.
  package var statusInFlight = false
  /// The Ready condition in the store.
  package var storedReady = true
  /// The node life-cycle controller has evicted its pods.
  package var isEvicted = false
  /// Its kubelet has written a heartbeat since it registered.
  package var hasReported = false
  /// Somebody has asked to delete it.
  package var isBeingDeleted = false

  /// Whether an image is complete on the node's disk.
  package func has(_ image: ImageID) -> Bool { cachedImages >> UInt64(image.rawValue) & 1 == 1 }

  /// An image has become complete.
  package mutating func keep(_ image: ImageID) { cachedImages |= 1 << UInt64(image.rawValue) }
}

/// All nodes that are or were part of the cluster.
package struct NodeTable: Codable, Sendable {
  private var rows: [NodeRow] = []

  package init() {}

  package var count: Int { rows.count }

  package var ids: LazyMapSequence<Range<Int>, NodeID> { rows.indices.lazy.map { NodeID($0) } }

  /// In place: filters read a few fields of thousands of rows.
  package subscript(id: NodeID) -> NodeRow {
    _read { yield rows[id.index] }
    _modify { yield &rows[id.index] }
  }

  /// A new machine of a pool.
  package mutating func append(pool: NodePoolID) -> NodeID {
    rows.append(NodeRow(pool: pool))
    return NodeID(rows.count - 1)
  }

  package mutating func reserveCapacity(_ nodes: Int) { rows.reserveCapacity(nodes) }

  /// The store has applied a heartbeat.
  package mutating func storeHeartbeat(_ id: NodeID, sent: SimTime) {
    rows[id.index].storedHeartbeat = max(rows[id.index].storedHeartbeat, sent)
    rows[id.index].storedReady = true
    rows[id.index].hasReported = true
  }

  /// The store has applied a registration.
  package mutating func storeRegistration(_ id: NodeID, sent: SimTime) {
    storeHeartbeat(id, sent: sent)
    rows[id.index].hasReported = false
  }

  /// Bytes of model state, for `orrery bench memory`.
  package var memoryFootprint: Int { rows.capacity * MemoryLayout<NodeRow>.stride }
}
