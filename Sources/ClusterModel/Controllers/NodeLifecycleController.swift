// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement
import Scenario

/// Everything that can happen to the node life-cycle controller.
package enum NodeLifecycleEvent: BitwiseCopyable, Codable, Sendable {
  /// Time to look at all nodes.
  case monitor
  /// The eviction rate of a zone lets another node go.
  case evict(UInt16)
  /// The time for which pods tolerate the taint of an unreachable node is over.
  case tolerationOver(NodeID)
}

/// Marks nodes whose stored heartbeat is old as Unknown and evicts their pods after a while.
///
/// It sees the store, not the nodes: when heartbeats cannot be written, healthy nodes look dead, and
/// the controller's own marks cannot be written either; without a mark there is no eviction
/// (node_controller.go: a failed status update skips the node).
///
/// Each zone has its own rate of evictions: the full one while it is healthy, a low one or none while
/// `unhealthy-zone-threshold` of it are Unknown; when no zone has a healthy node, the controller rather
/// believes that itself is cut off, and evicts nobody (`handleDisruption`).
///
/// Eviction is the deletion of the pods, `pod-eviction-timeout` after the mark, or, by version, a
/// NoExecute taint at once, which pods tolerate for 300 s.
package struct NodeLifecycleController: Codable, Sendable {
  private let configuration: ControllerManagerConfiguration
  private let markUnknown: RequestClassID
  private let taint: RequestClassID
  /// The zone of each pool.
  private let zoneOfPool: [Int]
  private let marksInFlight: GaugeID
  private let unknownNodes: GaugeID
  private let heartbeatAge: GaugeID
  private let evictions: CounterID
  /// When each node became Unknown in the store; `end` while it is Ready.
  private var unknownSince: [SimTime] = []
  private var markInFlight: [Bool] = []
  /// When the NoExecute taint was put on each node; `end` without one.
  private var taintedSince: [SimTime] = []
  private var zones: [Zone]
  private var isWorking = true
  /// Whether a node was starting when the controller looked, and whether a zone was ill.
  private var hadStartingNode = false
  private var hadIllZone = false
  /// When its process began to work: it has seen no heartbeat change before
  /// (nodelifecycle `probeTimestamp`).
  private var worksSince = SimTime.zero

  /// What the controller knows of a zone.
  private struct Zone: Codable {
    var ready = 0
    var unknown = 0
    var toEvict: Deque<NodeID> = []
    /// Evictions per second now.
    var rate = 0.0
    var evictionIsScheduled = false
    var nextEviction = SimTime.zero
  }

  /// plugin/pkg/admission/defaulttolerationseconds: pods tolerate not-ready and unreachable for 300 s.
  private static var toleration: SimDuration { .seconds(300) }

  package init(
    _ configuration: ControllerManagerConfiguration, markUnknown: RequestClassID,
    taint: RequestClassID, zoneOfPool: [Int], _ context: inout ClusterContext
  ) {
    self.configuration = configuration
    self.markUnknown = markUnknown
    self.taint = taint
    self.zoneOfPool = zoneOfPool
    zones = Array(repeating: Zone(), count: (zoneOfPool.max() ?? 0) + 1)
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
    guard isWorking else {
      if case .monitor = event {
        measureAge(&context, agenda.now)
        schedule(.monitor, after: configuration.nodeMonitorPeriod, context, &agenda)
      } else if case .evict(let zone) = event {
        zones[Int(zone)].evictionIsScheduled = false
      }
      return
    }
    switch event {
    case .monitor:
      monitor(&context, &agenda)
      schedule(.monitor, after: configuration.nodeMonitorPeriod, context, &agenda)
    case .evict(let zone):
      zones[Int(zone)].evictionIsScheduled = false
      evictNext(Int(zone), &context, &agenda)
    case .tolerationOver(let node):
      guard agenda.now - taintedSince[node.index] >= Self.toleration else { return }
      evict(node, &context, &agenda)
    }
  }

  /// The controller's process has ended, or another one begins. What it knew is gone: every node has
  /// the grace period from now, every Unknown one the eviction time-out, every taint its toleration.
  package mutating func setWorking(
    _ works: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    isWorking = works
    guard works else { return }
    worksSince = agenda.now
    for zone in zones.indices {
      zones[zone].toEvict.removeAll()
      zones[zone].nextEviction = agenda.now
    }
    for index in unknownSince.indices {
      let node = NodeID(index)
      unknownSince[index] = .end
      context.nodes[node].isEvicted = false
      guard taintedSince[index] != .end else { continue }
      taintedSince[index] = agenda.now
      context.nodes[node].isEvicted = true
      schedule(.tolerationOver(node), after: Self.toleration, context, &agenda)
    }
    monitor(&context, &agenda)
  }

  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let node = NodeID(rawValue: context.requests[id].subject)
    guard context.requests[id].classID == markUnknown else {
      tainted(node, outcome, &context, &agenda)
      return
    }
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
    measureAge(&context, now)
    for zone in zones.indices {
      zones[zone].ready = 0
      zones[zone].unknown = 0
    }
    for node in context.nodes.ids {
      if node.index == unknownSince.count {
        unknownSince.append(.end)
        taintedSince.append(.end)
        markInFlight.append(false)
      }
      guard context.nodes[node].isRegistered else { continue }
      let zone = zoneOfPool[context.nodes[node].pool.index]
      let age = now - max(context.nodes[node].storedHeartbeat, worksSince)
      if context.nodes[node].storedReady {
        zones[zone].ready += 1
        reachable(node, &context, &agenda)
        guard age > gracePeriod(of: node, context), !markInFlight[node.index] else {
          continue
        }
        markInFlight[node.index] = true
        context.instruments.adjust(marksInFlight, by: 1, at: now)
        context.request(
          markUnknown, subject: node.rawValue, object: node.rawValue, &agenda)
      } else {
        zones[zone].unknown += 1
        if unknownSince[node.index] == .end { unknownSince[node.index] = now }
        let patience: SimDuration =
          configuration.taintBasedEvictions ? .zero : configuration.podEvictionTimeout
        guard now - unknownSince[node.index] >= patience, !context.nodes[node].isEvicted
        else { continue }
        context.nodes[node].isEvicted = true
        zones[zone].toEvict.append(node)
      }
    }
    context.instruments.set(
      zones.reduce(0) { $0 + $1.unknown }, unknownNodes, at: now)
    setRates(&context, now)
    for zone in zones.indices where !zones[zone].evictionIsScheduled {
      evictNext(zone, &context, &agenda)
    }
  }

  private mutating func gracePeriod(
    of node: NodeID, _ context: borrowing ClusterContext
  ) -> SimDuration {
    guard !context.nodes[node].hasReported else { return configuration.nodeMonitorGracePeriod }
    hadStartingNode = true
    return configuration.nodeStartupGracePeriod
  }

  /// What the store holds is a fact, whether or not a controller looks at it.
  private func measureAge(_ context: inout ClusterContext, _ now: SimTime) {
    var oldest = SimDuration.zero
    for node in context.nodes.ids where context.nodes[node].isRegistered {
      oldest = max(oldest, now - context.nodes[node].storedHeartbeat)
    }
    context.instruments.set(oldest, heartbeatAge, at: now)
  }

  /// The node is Ready, as far as the store says.
  private mutating func reachable(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    unknownSince[node.index] = .end
    context.nodes[node].isEvicted = false
    guard taintedSince[node.index] != .end else { return }
    taintedSince[node.index] = .end
    context.nodes[node].taints.remove(.unreachable)
    agenda.send(.scheduler(.nodeUpdated(node)), in: context.cluster)
  }

  /// pkg/controller/nodelifecycle `handleDisruption`, `ComputeZoneState`.
  private mutating func setRates(_ context: inout ClusterContext, _ now: SimTime) {
    if zones.allSatisfy({ $0.ready == 0 }), zones.contains(where: { $0.unknown > 0 }) {
      // Nobody is evicted, and the clocks start anew when this is over.
      for zone in zones.indices {
        zones[zone].rate = 0
        while let node = zones[zone].toEvict.popFirst() { context.nodes[node].isEvicted = false }
      }
      for index in unknownSince.indices where unknownSince[index] != .end {
        unknownSince[index] = now
      }
      return
    }
    for zone in zones.indices {
      let size = zones[zone].ready + zones[zone].unknown
      let share = Double(zones[zone].unknown) / Double(max(1, size))
      let isIll =
        zones[zone].ready > 0 && zones[zone].unknown > 2
        && share >= configuration.unhealthyZoneThreshold.value
      if isIll { hadIllZone = true }
      let isLarge = size > configuration.largeClusterSizeThreshold
      zones[zone].rate =
        !isIll
        ? configuration.nodeEvictionRate.perSecond
        : isLarge ? configuration.secondaryNodeEvictionRate.perSecond : 0
    }
  }

  private mutating func evictNext(
    _ zone: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard zones[zone].rate > 0, agenda.now >= zones[zone].nextEviction,
      let node = zones[zone].toEvict.popFirst()
    else { return }
    if !context.nodes[node].storedReady, context.nodes[node].isEvicted {
      if configuration.taintBasedEvictions {
        context.request(taint, subject: node.rawValue, object: node.rawValue, &agenda)
      } else {
        evict(node, &context, &agenda)
      }
    }
    let pause = SimDuration(roundingSeconds: 1 / zones[zone].rate)
    zones[zone].nextEviction = agenda.now + pause
    zones[zone].evictionIsScheduled = true
    schedule(.evict(UInt16(zone)), after: pause, context, &agenda)
  }

  /// The taint has been written, or not: then the next look tries again.
  private mutating func tainted(
    _ node: NodeID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard outcome == .ok else {
      context.nodes[node].isEvicted = false
      return
    }
    guard !context.nodes[node].storedReady else { return }
    taintedSince[node.index] = agenda.now
    context.nodes[node].taints.insert(.unreachable)
    agenda.send(.scheduler(.nodeUpdated(node)), in: context.cluster)
    schedule(.tolerationOver(node), after: Self.toleration, context, &agenda)
  }

  private func evict(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    context.instruments.add(1, to: evictions, at: agenda.now)
    agenda.send(.podCollector(.collect(node)), in: context.cluster)
  }

  private func schedule(
    _ event: NodeLifecycleEvent, after delay: SimDuration, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(.nodeLifecycle(event), in: context.cluster, at: agenda.now + delay)
  }
}

extension NodeLifecycleController {
  /// Of `kube-controller-manager`.
  var path: KnobPath { configuration.path }

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
    idle.add([Knobs.nodeStartupGracePeriod.name], in: path, unless: hadStartingNode)
    idle.add(
      [Knobs.secondaryNodeEvictionRate.name, Knobs.largeClusterSizeThreshold.name], in: path,
      unless: hadIllZone)
    idle.add(
      [Knobs.taintBasedEvictions.name], in: path,
      unless: hadUnknown || context.instruments.hasCounted(evictions))
    idle.add(
      [Knobs.nodeEvictionRate.name], in: path, unless: context.instruments.hasCounted(evictions))
    idle.add(
      [Knobs.apiQPS.name, Knobs.apiBurst.name], in: path,
      unless: hadUnknown || context.pods.count > 0)
  }
}
