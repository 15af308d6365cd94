// SPDX-License-Identifier: Apache-2.0
import DequeModule
package import DiscreteEvents

/// Objects with a time to live (Events): grouped by the etcd lease they share.
///
/// kube-apiserver attaches the objects created within 60 s to one lease and, since 1.21, at most
/// 1,000 of them (K-api storage/etcd3/lease_manager.go); when the lease expires, all its keys are
/// deleted together. So 130,000 Events cost 60 groups here, not 130,000 rows.
package struct LeasedObjects: Codable, Sendable {
  /// One lease with what hangs on it.
  package struct Group: Codable, Sendable {
    package var resource: ResourceID
    package var opened: SimTime
    package var expires: SimTime
    package var count: Int64
    package var valueBytes: Int64
  }

  private var groups: Deque<Group> = []
  private var window: SimDuration
  private var objectLimit: Int64

  /// - Parameters:
  ///   - window: objects created within it share a lease; 60 s.
  ///   - objectLimit: objects that may share a lease.
  package init(window: SimDuration = .seconds(60), objectLimit: Int64 = .max) {
    self.window = window
    self.objectLimit = objectLimit
  }

  /// A new object with a time to live.
  package mutating func add(
    _ resource: ResourceID, valueBytes: Int, timeToLive: SimDuration, at now: SimTime
  ) {
    if let last = groups.indices.last, groups[last].resource == resource,
      now - groups[last].opened < window, groups[last].count < objectLimit
    {
      groups[last].count += 1
      groups[last].valueBytes += Int64(valueBytes)
      return
    }
    // The lease outlives its last object: it runs for the objects' time to live plus the window.
    groups.append(
      Group(
        resource: resource, opened: now, expires: now + timeToLive + window, count: 1,
        valueBytes: Int64(valueBytes)))
  }

  /// Objects that were created at a constant rate before the run started.
  package mutating func populate(
    _ resource: ResourceID, count: Int64, valueBytes: Int, timeToLive: SimDuration
  ) {
    let slices = max(1, timeToLive / window)
    for slice in 0..<slices {
      let share = count * Int64(slice + 1) / Int64(slices) - count * Int64(slice) / Int64(slices)
      guard share > 0 else { continue }
      groups.append(
        Group(
          resource: resource, opened: .zero, expires: .zero + window * (slice + 1), count: share,
          valueBytes: share * Int64(valueBytes)))
    }
  }

  /// The oldest group when it has expired; it stays until `removeFirst`.
  package func firstExpired(at now: SimTime) -> Group? {
    guard let first = groups.first, first.expires <= now else { return nil }
    return first
  }

  package mutating func removeFirst() -> Group? { groups.popFirst() }
}
