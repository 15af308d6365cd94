// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// The events of one resource that a watch cache still holds.
///
/// Events are numbered from 1. A watch that has seen all up to some number can go on from there as
/// long as nothing newer has been dropped; else it is told "too old resource version" (410).
package struct WatchWindow: Codable, Sendable {
  /// Events so far: the number of the newest.
  package private(set) var revision: UInt32 = 0
  /// Number of the newest event that is no longer held.
  package private(set) var dropped: UInt32 = 0
  /// Events that fit.
  package private(set) var capacity: Int
  /// Events so far that superseded or deleted an object, so that an older version stays in memory.
  private var superseding: UInt32 = 0
  private let limits: ClosedRange<Int>?
  /// How long an event is to be kept, ms.
  private let freshness: UInt32
  /// When each event that is held came, ms; the place of event n is n modulo the largest capacity. Only
  /// kept where the size follows the load, and made with the first event, so that none allocates later.
  private var times: [UInt32] = []

  /// A window of fixed size.
  package init(capacity: Int) {
    self.capacity = max(1, capacity)
    limits = nil
    freshness = 0
  }

  /// A window that doubles and halves so that the events of the last `freshness` fit
  /// (storage/cacher/watch_cache.go `resizeCacheLocked`).
  package init(capacity: Int, within limits: ClosedRange<Int>, freshness: SimDuration) {
    self.capacity = min(max(capacity, limits.lowerBound), limits.upperBound)
    self.limits = limits
    self.freshness = UInt32(clamping: freshness.nanoseconds / 1_000_000)
  }

  /// Events held.
  package var count: Int { Int(revision - dropped) }

  /// Versions held that are not the live ones, about: each modification and deletion leaves one.
  package var supersededCount: Int {
    revision == 0 ? 0 : Int(UInt64(count) * UInt64(superseding) / UInt64(revision))
  }

  /// Whether a watch that has seen the events up to this one can go on.
  package func reaches(back seen: UInt32) -> Bool { seen >= dropped }

  /// Takes an event in; the oldest make room.
  package mutating func append(isNew: Bool, at now: SimTime) {
    let time = UInt32(clamping: now.nanoseconds / 1_000_000)
    if let limits { resize(within: limits, now: time) }
    revision &+= 1
    if !isNew { superseding &+= 1 }
    if count > capacity { dropped = revision - UInt32(capacity) }
    if let limits {
      if times.isEmpty { times = Array(repeating: 0, count: limits.upperBound) }
      times[Int(revision) % times.count] = time
    }
  }

  private mutating func resize(within limits: ClosedRange<Int>, now: UInt32) {
    guard count >= capacity else { return }
    if now - time(of: dropped + 1) < freshness {
      if capacity < limits.upperBound { setCapacity(min(2 * capacity, limits.upperBound)) }
    } else if now - time(of: revision - UInt32(capacity / 4) + 1) > freshness {
      if capacity > limits.lowerBound { setCapacity(max(capacity / 2, limits.lowerBound)) }
    }
  }

  private func time(of event: UInt32) -> UInt32 { times[Int(event) % times.count] }

  private mutating func setCapacity(_ newCapacity: Int) {
    capacity = newCapacity
    if count > capacity { dropped = revision - UInt32(capacity) }
  }
}

/// Time that one resource's dispatcher may wait for slow watchers
/// (storage/cacher/time_budget.go: 50 ms a second, at most 100 ms).
package struct DispatchBudget: Codable, Sendable {
  private var available: SimDuration
  private var refilledAt: SimTime = .zero

  package init(full: SimDuration) { available = full }

  /// Takes as much as is asked for, or nothing.
  package mutating func take(
    _ amount: SimDuration, refillPerSecond: SimDuration, atMost limit: SimDuration, at now: SimTime
  ) -> Bool {
    let seconds = (now - refilledAt).nanoseconds / 1_000_000_000
    if seconds > 0 {
      available = min(limit, available + refillPerSecond * Int(min(seconds, 1_000)))
      refilledAt = refilledAt + .seconds(1) * Int(seconds)
    }
    guard amount <= available else {
      available = .zero
      return false
    }
    available -= amount
    return true
  }
}
