// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Everything that can happen to the scheduler.
package enum SchedulerEvent: BitwiseCopyable, Codable, Sendable {
  /// The scheduling cycle of the pod under consideration ends.
  case cycleDone
  /// The back-off of a pod is over.
  case backoffOver(PodID)
  /// A node's readiness, taints or size have changed in the API, as the scheduler's informer sees
  /// them; sent by whoever changed them.
  case nodeUpdated(NodeID)
  /// Time to look for pods that no event has moved for too long.
  case flush
  /// The caches are filled after the process has started.
  case cachesFilled
  /// A PodGroup has waited long enough for its members, with the number of the wait.
  case permitExpired(UInt32, UInt32)
  /// A preempted pod has used up its time.
  case victimEnded(PodID)
}

/// One pod at a time: filter and score the nodes, assume, bind in the background.
///
/// The cycle sees the nodes as they are when it begins and decides when it ends, as the snapshot of
/// the real one does.
package struct Scheduler: Codable, Sendable {
  let settings: SchedulerSettings
  let classes: SchedulerClasses
  let capacities: [NodeCapacity]
  let zones: [Int]
  let taintEffects: TaintEffects
  let imageBytes: [Int64]
  let policy: SchedulingPolicy
  /// By workload: what inter-pod affinity and spreading mean for its pods.
  let affinity: [AffinityRules]
  /// By workload and pool: whether the node selector allows the pool.
  let allowedPools: [Bool]
  /// By workload: the place of its priority among all, the highest first.
  let levels: [UInt8]
  /// Pods differ in priority, so that one may displace another.
  let hasPriorities: Bool
  let selectHost: StreamID
  let metrics: SchedulerMetrics

  var queues: SchedulingQueues
  var placements: PodPlacements
  /// The registered nodes in the order of their registration.
  var nodes: [NodeID] = []
  /// Registered nodes of each zone.
  var nodesInZone: [Int]
  /// Where the next search begins.
  var nextNode = 0
  /// Ties decided so far (`lastNodeIndex` of 1.8).
  var tiesDecided = 0
  /// The pod of the cycle under way, and the node it will get.
  var current = PodID.none
  var chosen = NodeID.none
  /// An event that moves pods came during the cycle.
  var movedDuringCycle = false
  var flushIsScheduled = false
  var cachesAreFilled = true
  /// The process works; the end of a cycle of the one before is still on the agenda.
  var isWorking = true
  var hasLostCycle = false
  private var nodesAtStart = 0
  var nominations: [Nomination] = []
  var assigned = AssignedPods()
  /// The plug-in, where it is on.
  var coscheduling: Coscheduling?
  /// Work space of a cycle.
  var search = NodeSearch()

  package init(
    _ configuration: SchedulerConfiguration, machine: MachineConfiguration?,
    classes: SchedulerClasses, capacities: [NodeCapacity], zones: [Int], taintEffects: TaintEffects,
    imageBytes: [Int64], _ context: inout ClusterContext
  ) {
    settings = SchedulerSettings(configuration, machine: machine)
    self.classes = classes
    self.capacities = capacities
    self.zones = zones
    self.taintEffects = taintEffects
    self.imageBytes = imageBytes
    policy = SchedulingPolicy(configuration)
    let templates = context.podTemplates
    let rules = AffinityRules.make(
      from: templates, hardWeight: configuration.hardPodAffinityWeight)
    affinity = rules.rules
    allowedPools = templates.flatMap { template in
      capacities.indices.map {
        template.pools.isEmpty || template.pools.contains(NodePoolID($0))
      }
    }
    let priorities = Set(templates.map(\.priority)).sorted(by: >)
    levels = templates.map { UInt8(clamping: priorities.firstIndex(of: $0.priority) ?? 0) }
    hasPriorities = priorities.count > 1
    selectHost = context.streams.stream("kube-scheduler/select-host")
    metrics = SchedulerMetrics(&context.instruments)
    coscheduling = configuration.coscheduling.map {
      Coscheduling($0, templates: templates, &context.instruments)
    }
    queues = SchedulingQueues(levels: priorities.count)
    let zoneCount = (zones.max() ?? 0) + 1
    nodesInZone = Array(repeating: 0, count: zoneCount)
    placements = PodPlacements(
      workloads: templates.count, counted: rules.counted, zones: zoneCount)
  }

  /// Takes the nodes that are there in, and fills the caches if the process starts with the run.
  package mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    for node in context.nodes.ids where context.nodes[node].isRegistered {
      nodes.append(node)
      nodesInZone[zone(of: node, context)] += 1
    }
    context.instruments.set(nodes.count, metrics.emptyNodes, at: agenda.now)
    guard settings.startsCold else { return }
    cachesAreFilled = false
    nodesAtStart = nodes.count
    agenda.schedule(
      .scheduler(.cachesFilled), in: context.cluster, at: agenda.now + fillTime)
  }

  /// CPU time, on one core, of listing the nodes that were there at the start.
  private var fillTime: SimDuration {
    settings.cpuTime(settings.costs.nodeListed * nodesAtStart)
  }

  package mutating func handle(
    _ event: SchedulerEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .cycleDone:
      if hasLostCycle {
        hasLostCycle = false
      } else {
        finishCycle(&context, &agenda)
      }
    case .backoffOver(let pod): endBackoff(of: pod, &context, &agenda)
    case .nodeUpdated(let node): move(.nodeUpdate, node: node, &context, &agenda)
    case .flush: flush(&context, &agenda)
    case .cachesFilled:
      cachesAreFilled = true
      context.instruments.add(fillTime, to: metrics.cpu, at: agenda.now)
    case .permitExpired(let group, let round):
      permitExpired(group, round: round, &context, &agenda)
    case .victimEnded(let pod): deleteVictim(pod, &context, &agenda)
    }
    startCycle(&context, &agenda)
  }

  /// A pod or node has changed in the API.
  package mutating func observed(
    _ resource: ResourceID, _ change: ObjectChange, _ object: UInt32, isPod: Bool,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    if isPod {
      observed(PodID(rawValue: object), change, &context, &agenda)
    } else {
      observed(NodeID(rawValue: object), change, &context, &agenda)
    }
    startCycle(&context, &agenda)
  }

  private mutating func observed(
    _ pod: PodID, _ change: ObjectChange, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    switch change {
    case .created:
      joinGroup(pod, &context, &agenda)
      if row.storedNode != .none {
        // Its maker has chosen the node (a DaemonSet controller up to 1.11).
        reserve(row.storedNode, for: pod, &context, agenda.now)
      } else {
        activate(pod, .podAdd, &context, agenda.now)
      }
    case .modified:
      if row.storedPhase == .succeeded || row.storedPhase == .failed {
        leaveGroup(pod, &context, &agenda)
        giveBack(pod, &context, &agenda)
      }
    case .deleted:
      forget(pod, &context, agenda.now)
      leaveGroup(pod, &context, &agenda)
      giveBack(pod, &context, &agenda)
    }
  }

  private mutating func observed(
    _ node: NodeID, _ change: ObjectChange, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let isRegistered = change != .deleted
    guard context.nodes[node].isRegistered != isRegistered else { return }
    context.nodes[node].isRegistered = isRegistered
    if context.nodes[node].podCount == 0 {
      context.instruments.adjust(metrics.emptyNodes, by: isRegistered ? 1 : -1, at: agenda.now)
    }
    nodesInZone[zone(of: node, context)] += isRegistered ? 1 : -1
    if isRegistered {
      nodes.append(node)
      move(.nodeAdd, node: node, &context, &agenda)
    } else if let position = nodes.firstIndex(of: node) {
      nodes.remove(at: position)
    }
  }

  func zone(of node: NodeID, _ context: borrowing ClusterContext) -> Int {
    zones[context.nodes[node].pool.index]
  }

  /// Accounts the CPU time that the process uses without doing anything.
  mutating func sumUp(
    since start: SimTime, at now: SimTime, _ instruments: inout Instruments
  ) {
    let atRest = (now - start).scaled(by: settings.costs.atRest)
    instruments.add(settings.cpuTime(atRest), to: metrics.cpu, at: now)
  }
}

/// What the scheduler keeps of its configuration.
struct SchedulerSettings: Codable, Sendable {
  var path: KnobPath
  var percentageOfNodesToScore: Int
  var queue: SchedulingQueueKind
  var initialBackoff: SimDuration
  var maxBackoff: SimDuration
  var unschedulableDuration: SimDuration
  var usesQueueingHints: Bool
  var hostSelection: HostSelection
  var preempts: Bool
  var startsCold: Bool
  var costs: SchedulerCosts
  /// Cores that filter and score at the same time.
  var cores: Int
  var cpuSpeed: Double

  init(_ configuration: SchedulerConfiguration, machine: MachineConfiguration?) {
    path = configuration.path
    percentageOfNodesToScore = configuration.percentageOfNodesToScore
    queue = configuration.queue
    initialBackoff = configuration.initialBackoff
    maxBackoff = configuration.maxBackoff
    unschedulableDuration = configuration.unschedulableDuration
    usesQueueingHints = configuration.usesQueueingHints
    hostSelection = configuration.hostSelection
    preempts = configuration.preempts
    startsCold = configuration.startsCold
    costs = configuration.costs
    cores = min(configuration.parallelism, machine?.cpu ?? 1)
    cpuSpeed = machine?.cpuSpeed ?? 1
  }

  /// CPU time on the scheduler's machine of work that takes `time` where costs were measured.
  func cpuTime(_ time: SimDuration) -> SimDuration {
    cpuSpeed == 1 ? time : time.scaled(by: 1 / cpuSpeed)
  }
}

/// The requests of the scheduler.
package struct SchedulerClasses: Codable, Sendable {
  package var bind: RequestClassID
  package var deletePod: RequestClassID
}

/// What a node of a pool offers.
package struct NodeCapacity: Codable, Sendable {
  package var milliCPU: UInt32
  package var mebibytes: UInt32
  package var gpus: UInt16
  package var pods: UInt16
}

extension NodeCapacity {
  /// What a machine of the type offers.
  package init(_ machine: MachineConfiguration) {
    self.init(
      milliCPU: UInt32(clamping: machine.cpu * 1000),
      mebibytes: UInt32(clamping: machine.memory.bytes >> 20), gpus: UInt16(clamping: machine.gpus),
      pods: UInt16(clamping: machine.pods))
  }
}
