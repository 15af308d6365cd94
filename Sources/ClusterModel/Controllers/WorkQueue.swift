// SPDX-License-Identifier: Apache-2.0
import DequeModule
package import DiscreteEvents

/// The work queue of a controller and its workers, as client-go util/workqueue has it: an item waits
/// at most once, is never worked on twice at the same time, and comes back when it changed meanwhile;
/// one whose sync failed comes back after a pause that doubles.
package struct WorkQueue: Codable, Sendable {
  private struct Item: Codable {
    /// Syncs in a row that failed.
    var failures: UInt8 = 0
    var isQueued = false
    var isSyncing = false
    /// It changed during its sync.
    var isDirty = false
    /// It waits for the end of a batch period.
    var isDelayed = false
  }

  private var items: [Item] = []
  private var queue: Deque<UInt32> = []
  private var idleWorkers: Int
  /// The process of the controller works.
  private(set) var isWorking = true
  private var isDealingOut = false
  /// First and longest pause before an item is tried again.
  private let retryBase: SimDuration
  private let retryLimit: SimDuration
  /// State of the bucket for all that is tried again.
  private var retryBucketFullAt = SimTime.zero

  /// client-go util/workqueue/default_rate_limiters.go: 10/s, burst 100 besides the pause of the item.
  private static var retryRate: ClientRateLimit { ClientRateLimit(qps: 10, burst: 100) }

  /// - Parameters:
  ///   - workers: `concurrent-*-syncs`.
  ///   - retryBase: client-go default_rate_limiters.go: 5 ms.
  ///   - retryLimit: client-go default_rate_limiters.go: 1,000 s.
  package init(
    workers: Int, retryBase: SimDuration = .milliseconds(5),
    retryLimit: SimDuration = .seconds(1_000)
  ) {
    idleWorkers = workers
    self.retryBase = retryBase
    self.retryLimit = retryLimit
  }

  /// A new item; it waits for nothing.
  package mutating func append() { items.append(Item()) }

  /// `Add`: the item has to be synced.
  package mutating func add(_ item: UInt32) {
    let index = Int(item)
    if items[index].isSyncing {
      items[index].isDirty = true
    } else if !items[index].isQueued {
      items[index].isQueued = true
      queue.append(item)
    }
  }

  /// `AddAfter`: whether the item starts to wait for the end of a period; false if it does already.
  package mutating func delay(_ item: UInt32) -> Bool {
    guard !items[Int(item)].isDelayed else { return false }
    items[Int(item)].isDelayed = true
    return true
  }

  /// The period of `delay`, or the pause after a failure, is over.
  package mutating func addDelayed(_ item: UInt32) {
    items[Int(item)].isDelayed = false
    add(item)
  }

  /// `Get`: the next item for an idle worker.
  package mutating func next() -> UInt32? {
    guard isWorking, idleWorkers > 0, let item = queue.popFirst() else { return nil }
    items[Int(item)].isQueued = false
    items[Int(item)].isSyncing = true
    idleWorkers -= 1
    return item
  }

  /// `Done`: the sync of an item is over; returns the pause after which a failed one is tried again.
  package mutating func finish(
    _ item: UInt32, hasFailed: Bool, at now: SimTime
  ) -> SimDuration? {
    let index = Int(item)
    items[index].isSyncing = false
    idleWorkers += 1
    let isDirty = items[index].isDirty
    items[index].isDirty = false
    guard hasFailed else {
      items[index].failures = 0
      if isDirty { add(item) }
      return nil
    }
    let own = retryBase.doubled(Int(items[index].failures), atMost: retryLimit)
    items[index].failures = min(items[index].failures + 1, 40)
    let grant = Self.retryRate.take(at: now, fullAt: &retryBucketFullAt)
    return max(own, grant - now)
  }

  /// Whether the caller is the one to deal items out: a sync that ends at once must not begin another
  /// inside itself.
  package mutating func beginDealing() -> Bool {
    guard !isDealingOut else { return false }
    isDealingOut = true
    return true
  }

  package mutating func endDealing() { isDealingOut = false }

  /// The process has ended with its queue, or another one begins, whose informers show it all items.
  package mutating func setWorking(_ works: Bool) {
    isWorking = works
    queue.removeAll()
    for index in items.indices {
      items[index].isQueued = false
      items[index].isDirty = false
      items[index].failures = 0
      if works { add(UInt32(index)) }
    }
  }
}
