// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// A PodGroup as the scheduler knows it.
struct PodGroup: Codable, Sendable {
  /// A member that has a node and waits at the permit stage for the others.
  struct Waiting: Codable, Sendable {
    var pod: PodID
    var since: SimTime
  }

  /// `metadata.creationTimestamp`: the group comes with its first pod.
  var created: SimTime
  var minMember: Int
  /// Longest wait of its members at the permit stage.
  var timeout: SimDuration
  /// Members that exist and have not ended.
  var members: [PodID] = []
  /// Of these, those that have a node: waiting, being bound, or bound.
  var assigned = 0
  var waiting: [Waiting] = []
  /// Number of the wait, so that its time-out is not taken for that of a later one.
  var round: UInt32 = 0
  /// Until then no member is tried.
  var backoffUntil = SimTime.zero

  /// Enough members have a node.
  var isComplete: Bool { assigned >= minMember }
}

/// What the plug-in Coscheduling keeps (kubernetes-sigs/scheduler-plugins, pkg/coscheduling): the
/// PodGroups, one for each owner of pods whose template names one.
///
/// Exists only where the plug-in is on. A member costs 4 bytes here and 8 while it waits.
struct Coscheduling: Codable, Sendable {
  let path: KnobPath
  let permitWaitingTime: SimDuration
  let podGroupBackoff: SimDuration
  let deniedExpiration: SimDuration
  /// By workload; `nil` for pods without a group.
  let specifications: [PodGroupConfiguration?]
  let metrics: CoschedulingMetrics
  var groups: [PodGroup] = []
  /// Number of the group of each owner, or -1; by workload and owner.
  private var numbers: [[Int32]]

  init(
    _ configuration: CoschedulingConfiguration, templates: [PodTemplate],
    _ instruments: inout Instruments
  ) {
    path = configuration.path
    permitWaitingTime = configuration.permitWaitingTime
    podGroupBackoff = configuration.podGroupBackoff
    deniedExpiration = configuration.deniedExpiration
    specifications = templates.map(\.podGroup)
    metrics = CoschedulingMetrics(&instruments)
    numbers = Array(repeating: [], count: templates.count)
  }

  /// The group of a pod, if it has one that is known.
  func group(of pod: PodRow) -> Int? {
    let numbers = numbers[pod.workload.index]
    guard pod.job != .none, pod.job.index < numbers.count else { return nil }
    let number = numbers[pod.job.index]
    return number < 0 ? nil : Int(number)
  }

  /// A pod has come: it joins its group, and the first founds it.
  mutating func join(_ pod: PodID, _ row: PodRow) -> Int? {
    let workload = row.workload.index
    guard let specification = specifications[workload], row.job != .none else { return nil }
    let owner = row.job.index
    if owner >= numbers[workload].count {
      let missing = owner + 1 - numbers[workload].count
      numbers[workload].append(contentsOf: repeatElement(-1, count: missing))
    }
    if numbers[workload][owner] < 0 {
      numbers[workload][owner] = Int32(groups.count)
      groups.append(
        PodGroup(
          created: row.created, minMember: specification.minMember,
          timeout: specification.scheduleTimeout ?? permitWaitingTime))
    }
    let number = Int(numbers[workload][owner])
    groups[number].members.append(pod)
    return number
  }

  /// A pod has ended or is gone.
  mutating func leave(_ pod: PodID, _ group: Int) {
    guard let place = groups[group].members.firstIndex(of: pod) else { return }
    groups[group].members.swapAt(place, groups[group].members.count - 1)
    groups[group].members.removeLast()
  }

  /// A pod has got a node (1) or has lost it (-1).
  mutating func countAssigned(_ change: Int, _ pod: PodRow) {
    guard let group = group(of: pod) else { return }
    groups[group].assigned += change
  }

  /// A member waits for the others; the time-out to be scheduled if it is the first.
  mutating func beginWait(
    of pod: PodID, in group: Int, at now: SimTime
  ) -> (round: UInt32, timeout: SimDuration)? {
    groups[group].waiting.append(PodGroup.Waiting(pod: pod, since: now))
    guard groups[group].waiting.count == 1 else { return nil }
    return (groups[group].round, groups[group].timeout)
  }

  /// No member is tried before then.
  mutating func backOff(_ group: Int, until time: SimTime) {
    groups[group].backoffUntil = max(groups[group].backoffUntil, time)
  }

  /// Nobody waits any more; those who did.
  mutating func endWait(of group: Int) -> [PodGroup.Waiting] {
    let waiting = groups[group].waiting
    groups[group].waiting.removeAll()
    groups[group].round &+= 1
    return waiting
  }

  /// `QueueSort`: the older group first, a pod without one by its own age; then by name, which begins
  /// with that of the owner.
  func precedes(
    _ one: PodID, _ other: PodID, _ pods: borrowing PodTable
  ) -> Bool {
    let (a, b) = (pods[one], pods[other])
    let (ageOfA, ageOfB) = (age(a), age(b))
    if ageOfA != ageOfB { return ageOfA < ageOfB }
    if a.workload != b.workload { return a.workload.index < b.workload.index }
    return (a.job.rawValue, one.rawValue) < (b.job.rawValue, other.rawValue)
  }

  private func age(_ pod: PodRow) -> SimTime {
    group(of: pod).map { groups[$0].created } ?? pod.created
  }

  /// The process has ended, and with it what it had promised.
  mutating func forgetWaiting() {
    for index in groups.indices {
      groups[index].waiting.removeAll()
      groups[index].round &+= 1
    }
  }
}

/// The instruments of the plug-in.
struct CoschedulingMetrics: Codable, Sendable {
  let allowed: HistogramID
  let rejected: HistogramID

  init(_ instruments: inout Instruments) {
    allowed = instruments.histogram(.permitWait, [MetricLabel("result", "allowed")])
    rejected = instruments.histogram(.permitWait, [MetricLabel("result", "rejected")])
  }
}

extension MetricDeclaration {
  static let permitWait = MetricDeclaration(
    "scheduler_permit_wait_duration_seconds", .histogram, in: .seconds,
    help: "Time that pods of a PodGroup kept a node before they were bound or rejected.",
    labels: ["result"])
}
