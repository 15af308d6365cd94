// SPDX-License-Identifier: Apache-2.0

/// What a pod asks of a node.
struct PodDemand {
  let milliCPU: UInt32
  let mebibytes: UInt32
  let gpus: UInt16

  init(_ row: PodRow) {
    milliCPU = row.milliCPU
    mebibytes = row.mebibytes
    gpus = row.gpus
  }

  /// Whether the node has that much left (NodeResourcesFit).
  @inline(__always)
  func fits(_ row: NodeRow, _ capacity: NodeCapacity) -> Bool {
    UInt64(row.usedMilliCPU) + UInt64(milliCPU) <= UInt64(capacity.milliCPU)
      && UInt64(row.usedMebibytes) + UInt64(mebibytes) <= UInt64(capacity.mebibytes)
      && UInt32(row.usedGPUs) + UInt32(gpus) <= UInt32(capacity.gpus)
      && row.podCount < capacity.pods
  }
}

/// Work space of a scheduling cycle, kept so that no cycle allocates; and its outcome.
struct NodeSearch: Codable, Sendable {
  /// The feasible nodes in the order in which they were found.
  var feasible: [NodeID] = []
  /// Sum of the weighted scores of each feasible node.
  var totals: [Int] = []
  /// Marks of the score under way.
  var marks: [Int] = []
  /// Nodes turned down by each filter.
  var rejected = Array(repeating: 0, count: SchedulerFilter.allCases.count)
  /// Nodes asked about.
  var examined = 0
  /// The fewest pods in a domain, for each hard spreading constraint of the pod.
  var fewest: [Int] = []

  mutating func reset() {
    feasible.removeAll(keepingCapacity: true)
    totals.removeAll(keepingCapacity: true)
    for index in rejected.indices { rejected[index] = 0 }
    examined = 0
    fewest.removeAll(keepingCapacity: true)
  }

  /// The filters that turned nodes down.
  var rejections: FilterSet {
    SchedulerFilter.allCases.reduce(into: []) { set, filter in
      if rejected[Int(filter.rawValue)] > 0 { set.insert(FilterSet(filter)) }
    }
  }
}
