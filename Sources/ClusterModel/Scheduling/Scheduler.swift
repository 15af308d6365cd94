// SPDX-License-Identifier: Apache-2.0
import DequeModule
package import DiscreteEvents
import Measurement
package import Scenario

/// The scheduler of a cluster: `cluster.kube-scheduler`.
package struct SchedulerConfiguration: Configurable, Codable {
  package var path: KnobPath
  package var apiQPS: Rate
  package var apiBurst: Int
  package var examinesAllNodes: Bool
  package var podCPU: SimDuration
  package var nodeCPU: SimDuration
  package var prefersPacking: Bool
  package var backoff: SimDuration

  package static let apiQPS = Knob<Rate>(
    "kube-api-qps", default: Rate(perSecond: 50),
    in: Rate(perSecond: 0.01)...Rate(perSecond: 1_000_000),
    help: "Bindings per second.", source: "kube-scheduler --kube-api-qps: 50 in all versions")
  package static let apiBurst = Knob<Int>(
    "kube-api-burst", default: 100, in: 1...1_000_000, help: "Bindings that may go at once.",
    source: "kube-scheduler --kube-api-burst: 100 in all versions")
  package static let examinesAllNodes = Knob<Bool>(
    "examines-all-nodes", default: false,
    help: "Every node is filtered and scored for every pod.",
    source: "generic_scheduler.go: true up to 1.13; sampled since 1.14")
  package static let podCPU = Knob<SimDuration>(
    "cpu-per-pod", default: .microseconds(1_600), in: .zero ... .seconds(10),
    help: "Time of a scheduling cycle, nodes apart.",
    source: "facts/real-calibration.md §3: 1.6 ms + 6.5 us per node examined (1.36)")
  package static let nodeCPU = Knob<SimDuration>(
    "cpu-per-node-examined", default: .nanoseconds(6_500), in: .zero ... .seconds(1),
    help: "Time of a scheduling cycle for each node examined.",
    source: "facts/real-calibration.md §3: 1.6 ms + 6.5 us per node examined (1.36)")
  package static let prefersPacking = Knob<Bool>(
    "most-requested", default: false,
    help: "Fill nodes up (MostRequested) instead of spreading (LeastRequested).",
    source: "default_plugins.go: LeastRequested in all versions")
  package static let backoff = Knob<SimDuration>(
    "pod-retry-interval", default: .seconds(10), in: .milliseconds(1) ... .hours(1),
    help: "Time before a pod that fits nowhere is tried again.",
    source: "control-plane.md §5.1: back-off doubles to 10 s (1.18 to 1.36), 60 s (1.7, 1.8)")

  package static let declaration = SectionDeclaration("kube-scheduler", help: "The scheduler.") {
    apiQPS
    apiBurst
    examinesAllNodes
    podCPU
    nodeCPU
    prefersPacking
    backoff
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    apiQPS = reader[Self.apiQPS]
    apiBurst = reader[Self.apiBurst]
    examinesAllNodes = reader[Self.examinesAllNodes]
    podCPU = reader[Self.podCPU]
    nodeCPU = reader[Self.nodeCPU]
    prefersPacking = reader[Self.prefersPacking]
    backoff = reader[Self.backoff]
  }
}

/// Everything that can happen to the scheduler.
package enum SchedulerEvent: BitwiseCopyable, Codable, Sendable {
  /// The scheduling cycle of the pod under consideration ends.
  case cycleDone
  /// A pod that fitted nowhere is tried again.
  case retry(PodID)
  /// A node's readiness, taints or size have changed in the API, as the scheduler's informer sees
  /// them; sent by whoever changed them.
  case nodeUpdated(NodeID)
}

/// One pod at a time: filter and score the nodes, assume, bind in the background.
package struct Scheduler: Codable, Sendable {
  private let configuration: SchedulerConfiguration
  private let bind: RequestClassID
  private let capacities: [NodeCapacity]
  private var queue: Deque<PodID> = []
  private var current: PodID = .none
  private var nextNode = 0
  private let pending: GaugeID
  private let unschedulable: CounterID
  private let cycle: HistogramID

  package init(
    _ configuration: SchedulerConfiguration, bind: RequestClassID, capacities: [NodeCapacity],
    _ context: inout ClusterContext
  ) {
    self.configuration = configuration
    self.bind = bind
    self.capacities = capacities
    pending = context.instruments.gauge(.schedulerPending)
    unschedulable = context.instruments.counter(.schedulerUnschedulable)
    cycle = context.instruments.histogram(.schedulerCycle)
    context.instruments.set(0, pending, at: .zero)
    context.instruments.trace(pending)
  }

  package mutating func handle(
    _ event: SchedulerEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .cycleDone: finishCycle(&context, &agenda)
    case .nodeUpdated: break
    case .retry(let pod):
      guard context.pods[pod].exists, !context.pods[pod].isBeingDeleted else { return }
      let bound = context.pods[pod].storedNode
      guard bound == .none else {
        // The binding whose answer was lost has been stored.
        reserve(bound, for: pod, &context)
        context.instruments.adjust(pending, by: -1, at: agenda.now)
        return
      }
      queue.append(pod)
      startCycle(&context, &agenda)
    }
  }

  /// A pod or node has changed in the API.
  package mutating func observed(
    _ resource: ResourceID, _ change: ObjectChange, _ object: UInt32, isPod: Bool,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard isPod else {
      context.nodes[NodeID(rawValue: object)].isRegistered = change != .deleted
      return
    }
    let pod = PodID(rawValue: object)
    switch change {
    case .created:
      context.instruments.adjust(pending, by: 1, at: agenda.now)
      queue.append(pod)
      startCycle(&context, &agenda)
    case .modified:
      if context.pods[pod].storedPhase == .succeeded { giveBack(pod, &context) }
    case .deleted: giveBack(pod, &context)
    }
  }

  /// A binding has ended; one that failed puts the pod back.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let pod = PodID(rawValue: context.requests[id].subject)
    if outcome == .ok {
      context.instruments.adjust(pending, by: -1, at: agenda.now)
      agenda.send(.eventRecorder(.recordForPod(.scheduled, pod)), in: context.cluster)
    } else {
      giveBack(pod, &context)
      agenda.schedule(
        .scheduler(.retry(pod)), in: context.cluster, at: agenda.now + configuration.backoff)
    }
  }

  private mutating func startCycle(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard current == .none, let pod = queue.popFirst() else { return }
    current = pod
    let examined = nodesToExamine(context.nodes.count)
    let duration = configuration.podCPU + configuration.nodeCPU * examined
    context.instruments.record(duration, in: cycle, at: agenda.now)
    agenda.schedule(.scheduler(.cycleDone), in: context.cluster, at: agenda.now + duration)
  }

  /// How many feasible nodes end the search: all, or since 1.14
  /// max(100, N x max(5, 50 - N/125) %) in integer arithmetic (pkg/scheduler/schedule_one.go).
  package func nodesToExamine(_ nodes: Int) -> Int {
    guard !configuration.examinesAllNodes, nodes > 100 else { return nodes }
    return max(100, nodes * max(5, 50 - nodes / 125) / 100)
  }

  private mutating func finishCycle(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let pod = current
    current = .none
    if context.pods[pod].exists, !context.pods[pod].isBeingDeleted {
      if let node = choose(for: pod, context) {
        assume(pod, on: node, &context, &agenda)
      } else {
        context.instruments.add(1, to: unschedulable, at: agenda.now)
        agenda.send(.eventRecorder(.recordForPod(.failedScheduling, pod)), in: context.cluster)
        agenda.schedule(
          .scheduler(.retry(pod)), in: context.cluster, at: agenda.now + configuration.backoff)
      }
    }
    startCycle(&context, &agenda)
  }

  /// The best of the feasible nodes examined; the search goes on where the last one stopped.
  private mutating func choose(
    for pod: PodID, _ context: borrowing ClusterContext
  ) -> NodeID? {
    let nodes = context.nodes.count
    guard nodes > 0 else { return nil }
    let enough = nodesToExamine(nodes)
    var feasible = 0
    var best: (node: NodeID, score: Double)?
    var examined = 0
    while examined < nodes, feasible < enough {
      let node = NodeID((nextNode + examined) % nodes)
      examined += 1
      guard fits(pod, on: node, context) else { continue }
      feasible += 1
      let score = score(pod, on: node, context)
      if best.map({ score > $0.score }) ?? true { best = (node, score) }
    }
    nextNode = (nextNode + examined) % nodes
    return best?.node
  }

  private func fits(
    _ pod: PodID, on node: NodeID, _ context: borrowing ClusterContext
  ) -> Bool {
    let row = context.nodes[node]
    let wanted = context.pods[pod]
    let capacity = capacities[row.pool.index]
    return row.isRegistered && row.storedReady && !row.isBeingDeleted
      && UInt64(row.usedMilliCPU) + UInt64(wanted.milliCPU) <= UInt64(capacity.milliCPU)
      && UInt64(row.usedMebibytes) + UInt64(wanted.mebibytes) <= UInt64(capacity.mebibytes)
      && row.usedGPUs + wanted.gpus <= capacity.gpus && row.podCount < capacity.pods
  }

  /// Share of the node's CPU and memory that would be requested, for packing; what would be free,
  /// for spreading.
  private func score(
    _ pod: PodID, on node: NodeID, _ context: borrowing ClusterContext
  ) -> Double {
    let row = context.nodes[node]
    let capacity = capacities[row.pool.index]
    let used =
      Double(row.usedMilliCPU) / Double(max(1, capacity.milliCPU))
      + Double(row.usedMebibytes) / Double(max(1, capacity.mebibytes))
    return configuration.prefersPacking ? used : -used
  }

  private func assume(
    _ pod: PodID, on node: NodeID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    reserve(node, for: pod, &context)
    context.request(
      bind, subject: pod.rawValue, object: pod.rawValue, payload: UInt64(node.rawValue), &agenda)
  }

  /// Counts what the pod requests as used on the node.
  private func reserve(_ node: NodeID, for pod: PodID, _ context: inout ClusterContext) {
    let row = context.pods[pod]
    context.pods[pod].assignedNode = node
    context.nodes[node].usedMilliCPU += row.milliCPU
    context.nodes[node].usedMebibytes += row.mebibytes
    context.nodes[node].usedGPUs += row.gpus
    context.nodes[node].podCount += 1
  }

  /// The pod no longer needs what it was given.
  private func giveBack(_ pod: PodID, _ context: inout ClusterContext) {
    let row = context.pods[pod]
    let node = row.assignedNode
    guard node != .none else { return }
    context.pods[pod].assignedNode = .none
    context.nodes[node].usedMilliCPU -= row.milliCPU
    context.nodes[node].usedMebibytes -= row.mebibytes
    context.nodes[node].usedGPUs -= row.gpus
    context.nodes[node].podCount -= 1
  }
}

/// What a node of a pool offers.
package struct NodeCapacity: Codable, Sendable {
  package var milliCPU: UInt32
  package var mebibytes: UInt32
  package var gpus: UInt16
  package var pods: UInt16
}

extension Scheduler {
  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = SchedulerConfiguration
    idle.add(
      [
        Knobs.apiQPS.name, Knobs.apiBurst.name, Knobs.examinesAllNodes.name, Knobs.podCPU.name,
        Knobs.nodeCPU.name, Knobs.prefersPacking.name,
      ], in: configuration.path,
      unless: context.instruments.distribution(of: cycle).count > 0)
    idle.add(
      [Knobs.backoff.name], in: configuration.path,
      unless: context.instruments.hasCounted(unschedulable))
  }
}
