// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement
import Scenario

/// Everything that can happen to the node life-cycle controller.
package enum NodeLifecycleEvent: BitwiseCopyable, Codable, Sendable {
  /// Time to look at all nodes.
  case monitor
  /// The eviction rate lets another node go.
  case evict
}

/// Marks nodes whose stored heartbeat is old as Unknown and evicts their pods after a while.
///
/// It sees the store, not the nodes: when heartbeats cannot be written, healthy nodes look dead, and
/// the controller's own marks cannot be written either; without a mark there is no eviction
/// (node_controller.go: a failed status update skips the node).
package struct NodeLifecycleController: Codable, Sendable {
  private let configuration: ControllerManagerConfiguration
  private let markUnknown: RequestClassID
  private let marksInFlight: GaugeID
  private let unknownNodes: GaugeID
  private let heartbeatAge: GaugeID
  private let evictions: CounterID
  /// When each node became Unknown in the store; `end` while it is Ready.
  private var unknownSince: [SimTime] = []
  private var markInFlight: [Bool] = []
  private var toEvict: Deque<NodeID> = []
  private var evictionIsScheduled = false

  package init(
    _ configuration: ControllerManagerConfiguration, markUnknown: RequestClassID,
    _ context: inout ClusterContext
  ) {
    self.configuration = configuration
    self.markUnknown = markUnknown
    marksInFlight = context.instruments.gauge(.nodeMarksInFlight)
    unknownNodes = context.instruments.gauge(.unknownNodes)
    heartbeatAge = context.instruments.gauge(.heartbeatAge)
    evictions = context.instruments.counter(.nodeEvictions)
    context.instruments.set(0, unknownNodes, at: .zero)
    context.instruments.trace(unknownNodes)
    context.instruments.trace(heartbeatAge)
  }

  package mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    schedule(.monitor, after: configuration.nodeMonitorPeriod, context, &agenda)
  }

  package mutating func handle(
    _ event: NodeLifecycleEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .monitor:
      monitor(&context, &agenda)
      schedule(.monitor, after: configuration.nodeMonitorPeriod, context, &agenda)
    case .evict:
      evictionIsScheduled = false
      evictNext(&context, &agenda)
    }
  }

  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let node = NodeID(rawValue: context.requests[id].subject)
    markInFlight[node.index] = false
    context.instruments.adjust(marksInFlight, by: -1, at: agenda.now)
    guard outcome == .ok else { return }
    agenda.send(
      .eventRecorder(.recordForOwner(.nodeNotReady, .nodeLifecycle, node.rawValue)),
      in: context.cluster)
  }

  private mutating func monitor(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    var oldest = SimDuration.zero
    var unknown = 0
    var registered = 0
    for node in context.nodes.ids {
      if node.index == unknownSince.count {
        unknownSince.append(.end)
        markInFlight.append(false)
      }
      guard context.nodes[node].isRegistered else { continue }
      registered += 1
      let age = now - context.nodes[node].storedHeartbeat
      oldest = max(oldest, age)
      if context.nodes[node].storedReady {
        unknownSince[node.index] = .end
        context.nodes[node].isEvicted = false
        guard age > configuration.nodeMonitorGracePeriod, !markInFlight[node.index] else {
          continue
        }
        markInFlight[node.index] = true
        context.instruments.adjust(marksInFlight, by: 1, at: now)
        context.request(
          markUnknown, subject: node.rawValue, object: node.rawValue, &agenda)
      } else {
        unknown += 1
        if unknownSince[node.index] == .end { unknownSince[node.index] = now }
        guard now - unknownSince[node.index] >= configuration.podEvictionTimeout,
          !context.nodes[node].isEvicted
        else { continue }
        context.nodes[node].isEvicted = true
        toEvict.append(node)
      }
    }
    context.instruments.set(unknown, unknownNodes, at: now)
    context.instruments.set(oldest, heartbeatAge, at: now)
    let share = registered == 0 ? 0 : Double(unknown) / Double(registered)
    // A zone that is this ill is more likely cut off than dead.
    if share >= configuration.unhealthyZoneThreshold.value, unknown > 1 {
      while let node = toEvict.popFirst() { context.nodes[node].isEvicted = false }
    }
    if !evictionIsScheduled { evictNext(&context, &agenda) }
  }

  private mutating func evictNext(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let node = toEvict.popFirst() else { return }
    if !context.nodes[node].storedReady {
      context.instruments.add(1, to: evictions, at: agenda.now)
      agenda.send(.podCollector(.collect(node)), in: context.cluster)
    }
    evictionIsScheduled = true
    schedule(
      .evict, after: SimDuration(roundingSeconds: 1 / configuration.nodeEvictionRate.perSecond),
      context, &agenda)
  }

  private func schedule(
    _ event: NodeLifecycleEvent, after delay: SimDuration, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(.nodeLifecycle(event), in: context.cluster, at: agenda.now + delay)
  }
}

extension NodeLifecycleController {
  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = ControllerManagerConfiguration
    let path = configuration.path
    idle.add(
      [Knobs.nodeMonitorPeriod.name, Knobs.nodeMonitorGracePeriod.name], in: path,
      unless: context.nodes.count > 0)
    let hadUnknown = unknownSince.contains { $0 != .end }
    idle.add(
      [Knobs.podEvictionTimeout.name, Knobs.unhealthyZoneThreshold.name], in: path,
      unless: hadUnknown || context.instruments.hasCounted(evictions))
    idle.add(
      [Knobs.nodeEvictionRate.name], in: path, unless: context.instruments.hasCounted(evictions))
    idle.add(
      [Knobs.apiQPS.name, Knobs.apiBurst.name], in: path,
      unless: hadUnknown || context.pods.count > 0)
  }
}
