// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
package import Scenario

/// Everything that can happen to the machines of a cluster.
package enum NodeEvent: BitwiseCopyable, Codable, Sendable {
  /// A new machine of the pool has booted and its kubelet starts.
  case machineStarted(NodePoolID)
  /// The machine is gone, or without power.
  case machineStopped(NodeID)
  /// The cloud has taken the machine back.
  case machineTerminated(NodeID)
  /// The cloud gives no machines of the pool.
  case machinesRefused(NodePoolID, UInt32, MachineRefusal)
  /// A stopped machine is back with its disk as it was.
  case machineRestarted(NodeID)
  /// A joining kubelet makes a request again that failed.
  case joinAgain(NodeID, RequestClassID)
}

/// The machines: they start, join the cluster with a burst of requests, and go away.
package struct Nodes: Codable, Sendable {
  private let classes: NodeClasses
  let pools: [NodePool]
  private var joinsLeft: [UInt16] = []
  private var joinFailures: [UInt8] = []
  private let machinesUp: GaugeID
  private let machinesRefused: [CounterID]

  package init(pools: [NodePool], classes: NodeClasses, _ context: inout ClusterContext) {
    self.pools = pools
    self.classes = classes
    machinesUp = context.instruments.gauge(.machinesUp)
    context.instruments.trace(machinesUp)
    machinesRefused = MachineRefusal.allCases.map {
      context.instruments.counter(.machinesRefused, [MetricLabel("reason", $0.reason)])
    }
  }

  /// The nodes that are ready when the run starts.
  package mutating func populate(_ context: inout ClusterContext) {
    let total = pools.reduce(0) { $0 + $1.initialCount }
    context.nodes.reserveCapacity(total)
    for (index, pool) in pools.enumerated() {
      for _ in 0..<pool.initialCount {
        let node = context.nodes.append(pool: NodePoolID(index))
        context.nodes[node].machineIsUp = true
        context.nodes[node].isRegistered = !pool.isStandalone
        context.nodes[node].hasReported = true
        context.nodes[node].cachedImages = pool.preloadedImages
        context.nodes[node].taints = pool.taints
      }
    }
    context.instruments.set(total, machinesUp, at: .zero)
    joinsLeft = Array(repeating: 0, count: total)
    joinFailures = Array(repeating: 0, count: total)
  }

  package mutating func handle(
    _ event: NodeEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .machineStarted(let pool):
      let node = context.nodes.append(pool: pool)
      context.nodes[node].cachedImages = pools[pool.index].preloadedImages
      context.nodes[node].taints = pools[pool.index].taints
      joinsLeft.append(0)
      joinFailures.append(0)
      start(node, &context, &agenda)
    case .machineRestarted(let node):
      guard !context.nodes[node].machineIsUp, !context.nodes[node].isTerminated else { return }
      start(node, &context, &agenda)
    case .joinAgain(let node, let requestClass):
      guard context.nodes[node].machineIsUp, joinsLeft[node.index] > 0 else { return }
      context.request(
        requestClass, subject: node.rawValue, object: node.rawValue, origin: node, &agenda)
    case .machineStopped(let node): stop(node, &context, &agenda)
    case .machineTerminated(let node):
      stop(node, &context, &agenda)
      guard !context.nodes[node].isTerminated else { return }
      context.nodes[node].isTerminated = true
      if context.hardware.isWatched {
        agenda.send(.hardware(.machineGone(node)), in: context.cluster)
      }
      agenda.send(.released(context.nodes[node].pool), from: context.cluster)
    case .machinesRefused(let pool, let count, let reason):
      context.instruments.add(
        Int(count), to: machinesRefused[Int(reason.rawValue)], at: agenda.now)
      agenda.send(.autoscaler(.machinesRefused(pool, count)), in: context.cluster)
      agenda.send(.clusterAutoscaler(.machinesRefused(pool, count)), in: context.cluster)
    }
  }

  private func stop(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard context.nodes[node].machineIsUp else { return }
    context.nodes[node].machineIsUp = false
    context.nodes[node].beatInFlight = false
    context.nodes[node].leaseInFlight = false
    context.nodes[node].statusInFlight = false
    context.instruments.adjust(machinesUp, by: -1, at: agenda.now)
    if pools[context.nodes[node].pool.index].isStandalone {
      agenda.send(.trainingJobs(.machineStopped(node)), in: context.cluster)
      return
    }
    agenda.send(.heartbeats(.stopped(node)), in: context.cluster)
    agenda.send(.kubelet(.machineStopped(node)), in: context.cluster)
    agenda.send(.apiServer(.nodeStopped(node)), in: context.cluster)
  }

  private mutating func start(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    context.nodes[node].machineIsUp = true
    context.nodes[node].idleSince = agenda.now
    context.nodes[node].isBeingDeleted = false
    context.nodes[node].isEvicted = false
    context.instruments.adjust(machinesUp, by: 1, at: agenda.now)
    if context.hardware.isWatched {
      agenda.send(.hardware(.machineStarted(node)), in: context.cluster)
    }
    let pool = context.nodes[node].pool.index
    if pools[pool].isStandalone {
      agenda.send(.trainingJobs(.machineStarted(node)), in: context.cluster)
      return
    }
    let reads = pools[pool].joinReads
    joinsLeft[node.index] = UInt16(clamping: reads + 1)
    joinFailures[node.index] = 0
    // The reads that fill a kubelet's caches, and the Node object itself.
    for _ in 0..<reads {
      context.request(
        classes.joinReads[pool], subject: node.rawValue, origin: node, &agenda)
    }
    // The object that it registers carries a fresh Ready condition.
    context.request(
      classes.register, subject: node.rawValue, object: node.rawValue,
      payload: UInt64(agenda.now.nanoseconds), origin: node, &agenda)
  }

  /// A request of a joining kubelet has ended; one that failed is made again, as informers do.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    let node = NodeID(rawValue: row.subject)
    guard context.nodes[node].machineIsUp, joinsLeft[node.index] > 0 else { return }
    guard outcome == .ok else {
      let delay = backoff(after: joinFailures[node.index])
      joinFailures[node.index] = min(joinFailures[node.index] + 1, 16)
      agenda.schedule(
        .nodes(.joinAgain(node, row.classID)), in: context.cluster, at: agenda.now + delay)
      return
    }
    joinsLeft[node.index] -= 1
    if joinsLeft[node.index] == 0 {
      agenda.send(.heartbeats(.started(node)), in: context.cluster)
      agenda.send(.kubelet(.joined(node)), in: context.cluster)
      agenda.send(.apiServer(.nodeJoined(node)), in: context.cluster)
    }
  }
}

extension Nodes {
  /// pkg/kubelet/kubelet_node_status.go `registerWithAPIServer`: 100 ms, doubling up to 7 s.
  private func backoff(after failures: UInt8) -> SimDuration {
    SimDuration.milliseconds(100).doubled(Int(failures), atMost: .seconds(7))
  }
}

/// What a pool's configuration comes down to.
package struct NodePool: Codable, Sendable {
  package var name: String
  package var machine: MachineConfiguration
  package var initialCount: Int
  package var maxCount: Int
  package var isManaged: Bool
  /// Its machines are no nodes of the cluster.
  package var isStandalone = false
  package var joinReads: Int
  package var preloadedImages: UInt64
  /// Taints that its nodes register with.
  package var taints: NodeTaints = []
  /// Number of its zone, by first mention among the pools; pools without a zone are in zone 0.
  package var zone: Int = 0
  /// Nodes that the Cluster Autoscaler leaves it at least.
  package var minCount: Int = 0
  package var path = KnobPath()
}

/// The requests that a joining kubelet makes.
package struct NodeClasses: Codable, Sendable {
  /// By pool.
  package var joinReads: [RequestClassID]
  package var register: RequestClassID
}
