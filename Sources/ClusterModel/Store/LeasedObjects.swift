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

  /// The leases of one resource and time to live: they expire in the order of their grants.
  private struct Lane: Codable, Sendable {
    var resource: ResourceID
    var timeToLive: SimDuration
    var groups: Deque<Group> = []
  }

  private var lanes: [Lane] = []
  private var window: SimDuration
  private var objectLimit: Int64

  /// Whether there was any lease.
  package var wasUsed: Bool { !lanes.isEmpty }

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
    let lane = lane(of: resource, timeToLive)
    let last = lanes[lane].groups.count - 1
    if last >= 0, now - lanes[lane].groups[last].opened < window,
      lanes[lane].groups[last].count < objectLimit
    {
      lanes[lane].groups[last].count += 1
      lanes[lane].groups[last].valueBytes += Int64(valueBytes)
      return
    }
    // The lease outlives its last object: it runs for the objects' time to live plus the window.
    lanes[lane].groups.append(
      Group(
        resource: resource, opened: now, expires: now + timeToLive + window, count: 1,
        valueBytes: Int64(valueBytes)))
  }

  /// A lease that nothing hangs on.
  package mutating func grant(
    _ resource: ResourceID, timeToLive: SimDuration, at now: SimTime
  ) {
    let lane = lane(of: resource, timeToLive)
    lanes[lane].groups.append(
      Group(
        resource: resource, opened: now, expires: now + timeToLive, count: 0, valueBytes: 0))
  }

  private mutating func lane(of resource: ResourceID, _ timeToLive: SimDuration) -> Int {
    if let known = lanes.firstIndex(where: {
      $0.resource == resource && $0.timeToLive == timeToLive
    }) {
      return known
    }
    lanes.append(Lane(resource: resource, timeToLive: timeToLive))
    return lanes.count - 1
  }

  /// Objects that were created at a constant rate before the run started.
  package mutating func populate(
    _ resource: ResourceID, count: Int64, valueBytes: Int, timeToLive: SimDuration
  ) {
    let lane = lane(of: resource, timeToLive)
    let slices = max(1, timeToLive / window)
    for slice in 0..<slices {
      let share = count * Int64(slice + 1) / Int64(slices) - count * Int64(slice) / Int64(slices)
      var left = share
      while left > 0 {
        let count = min(left, objectLimit)
        left -= count
        lanes[lane].groups.append(
          Group(
            resource: resource, opened: .zero, expires: .zero + window * (slice + 1),
            count: count, valueBytes: count * Int64(valueBytes)))
      }
    }
  }

  /// Takes out the lease that has been expired for longest.
  package mutating func takeExpired(at now: SimTime) -> Group? {
    var oldest: Int?
    for lane in lanes.indices {
      guard let first = lanes[lane].groups.first, first.expires <= now else { continue }
      if let known = oldest, lanes[known].groups[0].expires <= first.expires { continue }
      oldest = lane
    }
    guard let oldest else { return nil }
    return lanes[oldest].groups.popFirst()
  }
}
