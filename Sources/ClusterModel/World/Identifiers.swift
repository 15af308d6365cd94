// SPDX-License-Identifier: Apache-2.0

/// An index into one of the model's tables, as a type of its own so that a node is never taken for
/// a pod.
package protocol TableIndex: Hashable, Comparable, BitwiseCopyable, Codable, Sendable {
  associatedtype RawValue: FixedWidthInteger & Codable & Sendable
  var rawValue: RawValue { get }
  init(rawValue: RawValue)
}

extension TableIndex {
  package init(_ index: Int) { self.init(rawValue: RawValue(index)) }

  package var index: Int { Int(rawValue) }

  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  package init(from decoder: any Decoder) throws {
    self.init(rawValue: try decoder.singleValueContainer().decode(RawValue.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

/// A cluster of the world, in the order of the scenario.
package struct ClusterID: TableIndex {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// A node: a machine that has or had a kubelet. Never reused within a run.
package struct NodeID: TableIndex {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package static let none = NodeID(rawValue: .max)
}

/// A node pool (a group of equal machines).
package struct NodePoolID: TableIndex {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// A pod. Never reused within a run.
package struct PodID: TableIndex {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package static let none = PodID(rawValue: .max)
}

/// A job of a job workload.
package struct JobID: TableIndex {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package static let none = JobID(rawValue: .max)
}

/// A container image of the scenario.
package struct ImageID: TableIndex {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// An etcd cluster of a Kubernetes cluster; one store is the case n = 1.
package struct StoreID: TableIndex {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// A disk of etcd members or disk writers.
package struct DiskID: TableIndex {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// A kube-apiserver replica.
package struct APIServerID: TableIndex {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// A resource type of the Kubernetes API (`nodes`, `pods`, `events`, ...).
package struct ResourceID: TableIndex {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// An entry of the scenario's `workload` list.
package struct WorkloadID: TableIndex {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// A kind of request: who sends it, verb and resource. Requests of a class share costs, time-out,
/// retry policy and metrics.
package struct RequestClassID: TableIndex {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// A row of the request table; reused after the request has ended on both sides.
package struct RequestID: TableIndex {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package static let none = RequestID(rawValue: .max)
}

/// A named random stream of a cluster.
package struct StreamID: TableIndex {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
}
