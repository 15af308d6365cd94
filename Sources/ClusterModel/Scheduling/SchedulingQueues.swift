// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents

/// Where a pod waits.
enum QueuePlace: UInt8, Codable, Sendable {
  case none, active, backoff, unschedulable
}

/// The pods that wait for the scheduler: active ones by priority and then in the order of their
/// coming, those that back off, and those that wait for an event that could help them.
///
/// A pod costs two bytes: where it waits with the number of its failures, and which filters turned it
/// down last.
struct SchedulingQueues: Codable, Sendable {
  /// A pod that waits for an event.
  struct Unschedulable: Codable, Sendable {
    var pod: PodID
    /// When it was found unschedulable.
    var since: SimTime
  }

  /// One queue for each priority, the highest first; may hold pods that have left.
  private var active: [Deque<PodID>]
  private(set) var unschedulable: [Unschedulable] = []
  private(set) var counts: [Int] = [0, 0, 0, 0]
  /// Place in two bits, failures in six.
  private var states: [UInt8] = []
  private var rejections: [FilterSet] = []

  /// - Parameter levels: how many different priorities pods have.
  init(levels: Int) { active = Array(repeating: [], count: max(1, levels)) }

  func place(of pod: PodID) -> QueuePlace {
    guard pod.index < states.count else { return .none }
    return QueuePlace(rawValue: states[pod.index] & 3) ?? .none
  }

  /// Failed attempts since the pod was created or bound last.
  func failures(of pod: PodID) -> Int {
    pod.index < states.count ? Int(states[pod.index] >> 2) : 0
  }

  func rejection(of pod: PodID) -> FilterSet {
    pod.index < states.count ? rejections[pod.index] : []
  }

  private mutating func set(_ place: QueuePlace, _ pod: PodID) {
    let old = self.place(of: pod)
    if pod.index >= states.count {
      let missing = pod.index + 1 - states.count
      states.append(contentsOf: repeatElement(0, count: missing))
      rejections.append(contentsOf: repeatElement([], count: missing))
    }
    states[pod.index] = states[pod.index] & ~3 | place.rawValue
    counts[Int(old.rawValue)] -= 1
    counts[Int(place.rawValue)] += 1
  }

  /// The pod is up for the next free cycle.
  mutating func activate(_ pod: PodID, level: Int) {
    guard place(of: pod) != .active else { return }
    set(.active, pod)
    active[level].append(pod)
  }

  /// The pod is up for a cycle after all that precede it (a `QueueSort` plug-in); the queue must have
  /// been filled in this order from the beginning.
  mutating func activate(_ pod: PodID, level: Int, precedes: (PodID, PodID) -> Bool) {
    guard place(of: pod) != .active else { return }
    set(.active, pod)
    var low = 0
    var high = active[level].count
    // Most come in order.
    if let last = active[level].last, !precedes(pod, last) { low = high }
    while low < high {
      let middle = (low + high) / 2
      if precedes(pod, active[level][middle]) { high = middle } else { low = middle + 1 }
    }
    active[level].insert(pod, at: low)
  }

  /// The next pod to be scheduled.
  mutating func next() -> PodID? {
    for level in active.indices {
      while let pod = active[level].popFirst() {
        guard place(of: pod) == .active else { continue }
        set(.none, pod)
        return pod
      }
    }
    return nil
  }

  /// An attempt has failed.
  mutating func countFailure(_ pod: PodID, rejectedBy filters: FilterSet) {
    set(.none, pod)
    states[pod.index] = UInt8(min(63, failures(of: pod) + 1)) << 2
    rejections[pod.index] = filters
  }

  mutating func backOff(_ pod: PodID) { set(.backoff, pod) }

  mutating func park(_ pod: PodID, at now: SimTime) {
    set(.unschedulable, pod)
    unschedulable.append(Unschedulable(pod: pod, since: now))
  }

  /// The pod is bound or gone: it waits no longer and its failures are forgotten.
  mutating func forget(_ pod: PodID) {
    guard pod.index < states.count else { return }
    set(.none, pod)
    states[pod.index] = 0
    rejections[pod.index] = []
  }

  /// The filters that turned the pod down have let it pass.
  mutating func clearRejection(of pod: PodID) {
    if pod.index < rejections.count { rejections[pod.index] = [] }
  }

  /// Takes those out of the unschedulable for whom `leaves` says so, in the order of their coming.
  ///
  /// - Parameter leaves: gets the pod and the filters that turned it down.
  mutating func release(_ leaves: (Unschedulable, FilterSet) -> Bool) -> [Unschedulable] {
    var released: [Unschedulable] = []
    var kept = 0
    for waiting in unschedulable where place(of: waiting.pod) == .unschedulable {
      if leaves(waiting, rejections[waiting.pod.index]) {
        released.append(waiting)
      } else {
        unschedulable[kept] = waiting
        kept += 1
      }
    }
    unschedulable.removeSubrange(kept...)
    for waiting in released { set(.none, waiting.pod) }
    return released
  }
}
