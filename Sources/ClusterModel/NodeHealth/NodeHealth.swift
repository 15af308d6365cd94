// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// Everything that can happen to the guard of the nodes' health.
package enum NodeHealthEvent: BitwiseCopyable, Codable, Sendable {
  /// A fault has happened that a check can see, by its number.
  case faultOpened(UInt32)
  /// The check that sees it, unless it has been repaired.
  case checked(UInt32)
  /// A fault of a node is repaired.
  case faultRepaired(NodeID)
  /// A test of a node's GPUs has failed.
  case testFailed(NodeID)
  /// A pod has left a node that takes none.
  case podLeft(NodeID)
  /// The scheduler has put a pod on a node that takes none.
  case podCame(NodeID)
  /// A request about a node is made again that failed.
  case again(NodeID)
  /// Time for another round of evictions (node, number of its case).
  case evictionsDue(NodeID, UInt32)
  /// The deadline of a node (node, number of its case).
  case deadline(NodeID, UInt32)
  /// Time to ask the cloud for another machine.
  case replace(NodePoolID)
}

/// Finds broken nodes and gets them out of the cluster (OpenAI 2021).
///
/// A node's case: found → `PATCH` that cordons it → pods leave by themselves or are evicted, each if its
/// disruption budget allows → empty, or the deadline → machine terminated, Node object deleted → another
/// machine asked for. A fault that is found later can only make the reaction stronger.
package struct NodeHealth: Codable, Sendable {
  /// How far a case has got.
  enum State: UInt8, Codable, CaseIterable {
    case cordoning, cordoned, evicting, terminated

    /// Value of the label `state`.
    var name: String {
      switch self {
      case .cordoning: "cordoning"
      case .cordoned: "cordoned"
      case .evicting: "evicting"
      case .terminated: "terminated"
      }
    }
  }

  /// A node that is on its way out.
  struct Case: Codable {
    let number: UInt32
    let node: NodeID
    let since: SimTime
    var reaction: HealthReaction
    var state = State.cordoning
    /// The PATCH that takes the cordon away is under way.
    var isUncordoning = false
  }

  let configuration: NodeHealthConfiguration
  let classes: NodeHealthClasses
  let metrics: NodeHealthMetrics
  private let stream: StreamID
  var cases: [Case] = []
  private var nextNumber: UInt32 = 0
  var hasUncordoned = false

  package init(
    _ configuration: NodeHealthConfiguration, classes: NodeHealthClasses,
    _ context: inout ClusterContext
  ) {
    self.configuration = configuration
    self.classes = classes
    metrics = NodeHealthMetrics(&context.instruments)
    stream = context.streams.stream("node-health/replacement")
    context.hardware.isChecked = true
  }

  package mutating func handle(
    _ event: NodeHealthEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .faultOpened(let id):
      guard let fault = context.hardware[id], fault.effect.isSeenByChecks else { return }
      let check = nextCheck(of: fault.node, after: agenda.now + configuration.detectionDelay)
      schedule(.checked(id), at: check, context, &agenda)
    case .checked(let id): check(id, &context, &agenda)
    case .faultRepaired(let node): repaired(node, &context, &agenda)
    case .testFailed(let node):
      find(node, .failedTest, configuration.failedTest, &context, &agenda)
    case .podLeft(let node): terminateIfEmpty(node, &context, &agenda)
    case .podCame: context.instruments.add(1, to: metrics.latePods, at: agenda.now)
    case .again(let node): goOn(node, &context, &agenda)
    case .evictionsDue(let node, let number):
      guard let index = index(of: node), cases[index].number == number,
        cases[index].state == .evicting
      else { return }
      evictPods(of: index, &context, &agenda)
    case .deadline(let node, let number):
      guard let index = index(of: node), cases[index].number == number else { return }
      terminate(index, .deadline, &context, &agenda)
    case .replace(let pool): agenda.send(.provision(pool, 1), from: context.cluster)
    }
  }

  func index(of node: NodeID) -> Int? { cases.firstIndex { $0.node == node } }

  /// The next round of a node's checks at or after a moment. Each node's rounds have a phase of their own
  /// (multiples of the golden ratio fill the interval evenly).
  private func nextCheck(of node: NodeID, after time: SimTime) -> SimTime {
    let length = UInt64(configuration.checkInterval.nanoseconds)
    let fraction = UInt64(node.rawValue) &* 0x9E37_79B9_7F4A_7C15
    let phase = length.multipliedFullWidth(by: fraction).high
    let position = (time.nanoseconds &+ length &- phase) % length
    return position == 0 ? time : time + SimDuration(nanoseconds: Int64(length - position))
  }

  // MARK: Finding

  private mutating func check(
    _ id: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let fault = context.hardware[id] else { return }
    context.instruments.record(agenda.now - fault.since, in: metrics.detection, at: agenda.now)
    switch (fault.severity, fault.effect) {
    case (.light, _), (nil, .light):
      find(fault.node, .light, configuration.light, &context, &agenda)
    case (nil, .maintenance):
      find(fault.node, .maintenance, configuration.maintenance, &context, &agenda)
    default: find(fault.node, .serious, configuration.serious, &context, &agenda)
    }
  }

  /// Something is wrong with a node.
  private mutating func find(
    _ node: NodeID, _ finding: HealthFinding, _ reaction: HealthReaction,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    context.instruments.add(1, to: metrics.findings[finding.index], at: agenda.now)
    guard reaction > .none, context.nodes[node].isRegistered, !context.nodes[node].isBeingDeleted
    else { return }
    if let index = index(of: node) {
      guard reaction > cases[index].reaction else { return }
      cases[index].reaction = reaction
      if cases[index].state == .cordoned { beginEvictions(index, &context, &agenda) }
      return
    }
    cases.append(
      Case(number: nextNumber, node: node, since: agenda.now, reaction: reaction))
    context.instruments.adjust(metrics.nodes(.cordoning), by: 1, at: agenda.now)
    schedule(
      .deadline(node, nextNumber), at: agenda.now + configuration.deadline, context, &agenda)
    nextNumber += 1
    patch(node, &context, &agenda)
  }

  private func patch(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    context.request(
      classes.patchNode, subject: node.rawValue, object: node.rawValue, &agenda)
  }

  mutating func move(
    _ index: Int, to state: State, _ context: inout ClusterContext, _ now: SimTime
  ) {
    context.instruments.adjust(metrics.nodes(cases[index].state), by: -1, at: now)
    context.instruments.adjust(metrics.nodes(state), by: 1, at: now)
    cases[index].state = state
  }

  mutating func drop(_ index: Int, _ context: inout ClusterContext, _ now: SimTime) {
    context.instruments.adjust(metrics.nodes(cases[index].state), by: -1, at: now)
    cases.remove(at: index)
  }

  /// All that was wrong with a node is repaired, before it went.
  private mutating func repaired(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard configuration.uncordonsRepaired, let index = index(of: node),
      cases[index].state < .terminated, !cases[index].isUncordoning,
      !context.hardware.isFaulty(node)
    else { return }
    cases[index].isUncordoning = true
    hasUncordoned = true
    // While the cordon is being written, its end follows.
    if cases[index].state != .cordoning { patch(node, &context, &agenda) }
  }

  // MARK: Answers

  /// A request about a node has ended.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    switch row.classID {
    case classes.checkBudget, classes.deletePod:
      evictionEnded(id, outcome, &context, &agenda)
      return
    default: break
    }
    let node = NodeID(rawValue: row.subject)
    guard let index = index(of: node) else { return }
    guard outcome == .ok || outcome == .notFound else {
      schedule(.again(node), at: agenda.now + Self.pause, context, &agenda)
      return
    }
    if row.classID == classes.deleteNode {
      drop(index, &context, agenda.now)
    } else if cases[index].isUncordoning, cases[index].state != .cordoning {
      context.nodes[node].taints.remove(.unschedulable)
      agenda.send(.scheduler(.nodeUpdated(node)), in: context.cluster)
      drop(index, &context, agenda.now)
    } else if cases[index].state == .cordoning {
      cordoned(index, &context, &agenda)
    }
  }

  /// Time to the next try of a request that failed: client-go's back-off manager begins with 1 s.
  private static var pause: SimDuration { .seconds(1) }

  private mutating func goOn(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let index = index(of: node) else { return }
    if cases[index].state == .terminated {
      context.request(
        classes.deleteNode, subject: node.rawValue, object: node.rawValue, &agenda)
    } else {
      patch(node, &context, &agenda)
    }
  }

  private mutating func cordoned(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let node = cases[index].node
    context.nodes[node].taints.insert(.unschedulable)
    context.instruments.add(1, to: metrics.cordons, at: agenda.now)
    agenda.send(.scheduler(.nodeUpdated(node)), in: context.cluster)
    move(index, to: .cordoned, &context, agenda.now)
    if cases[index].isUncordoning {
      patch(node, &context, &agenda)
      return
    }
    if cases[index].reaction == .evict { beginEvictions(index, &context, &agenda) }
    terminateIfEmpty(node, &context, &agenda)
  }

  // MARK: The end

  private mutating func terminateIfEmpty(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let index = index(of: node), !cases[index].isUncordoning,
      cases[index].state == .cordoned || cases[index].state == .evicting,
      pods(on: node, context).isEmpty
    else { return }
    terminate(index, .empty, &context, &agenda)
  }

  private mutating func terminate(
    _ index: Int, _ reason: TerminationReason, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let node = cases[index].node
    guard cases[index].state != .terminated else { return }
    guard !context.nodes[node].isBeingDeleted, !context.nodes[node].isTerminated else {
      // Somebody else has deleted it.
      drop(index, &context, agenda.now)
      return
    }
    move(index, to: .terminated, &context, agenda.now)
    context.instruments.add(1, to: metrics.terminations[reason.index], at: agenda.now)
    context.instruments.record(
      agenda.now - cases[index].since, in: metrics.timeToTermination[reason.index], at: agenda.now)
    context.nodes[node].isBeingDeleted = true
    agenda.send(.terminate(node), from: context.cluster)
    context.request(classes.deleteNode, subject: node.rawValue, object: node.rawValue, &agenda)
    guard configuration.replaces else { return }
    let delay = SimDuration(
      roundingSeconds: configuration.replacementDelay.sample(&context.streams[stream]))
    schedule(
      .replace(context.nodes[node].pool), at: agenda.now + delay, context, &agenda)
  }

  func schedule(
    _ event: NodeHealthEvent, at time: SimTime, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(.nodeHealth(event), in: context.cluster, at: time)
  }
}

extension NodeHealth.State: Comparable {
  static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// The requests of the guard.
package struct NodeHealthClasses: Codable, Sendable {
  /// `PATCH nodes`: `spec.unschedulable`.
  package var patchNode: RequestClassID
  /// What the eviction subresource does first: it reads the disruption budgets.
  package var checkBudget: RequestClassID
  /// And then: it deletes the pod.
  package var deletePod: RequestClassID
  package var deleteNode: RequestClassID
}
