// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Everything that can happen to the addresses of nodes.
package enum NodeIPAMEvent: BitwiseCopyable, Codable, Sendable {
  /// The route controller looks for nodes without a route.
  case reconcile
  /// The cloud has created a node's route.
  case routeCreated(NodeID)
  /// A write of a node that failed is tried again.
  case writeAgain(NodeID, tries: UInt8)
}

/// Gives nodes addresses for their pods, and keeps pods away from nodes that have none.
///
/// A node registers with the condition NetworkUnavailable, and so with the taint
/// `node.kubernetes.io/network-unavailable`, and loses both when pods on it can be reached:
///
/// - *overlay*: the allocator of kube-controller-manager has written a block of addresses into the
///   node (`spec.podCIDR`).
/// - *routes*: it has, the cloud has a route to that block, and the route controller has written so.
///   A cloud's network holds so many routes and no more; what it refuses is asked for again in every
///   round (pkg/controller/route, cloud-provider/controllers/route).
/// - *aliases*: the machine came with its addresses; Kubernetes writes nothing.
package struct NodeIPAM: Codable, Sendable {
  /// What a node has come to.
  private enum Progress: UInt8, Codable {
    /// Not a node.
    case none
    /// No addresses were left for it, or nobody has looked.
    case waits
    /// The write of its block is under way.
    case writesBlock
    /// It waits for a route.
    case hasBlock
    /// The cloud is about to create its route.
    case createsRoute
    /// The write of its condition is under way.
    case writesCondition
    /// Pods can run there.
    case available
  }

  private let mode: IPAMMode
  private let path: KnobPath
  private let addressesOfNode: Int
  private let nodeLimit: Int?
  private let maxRoutes: Int
  private let routePeriod: SimDuration
  private let routeCreationTime: SimDuration
  private let writeBlock: RequestClassID
  private let writeCondition: RequestClassID
  private let metrics: NodeIPAMMetrics
  private var progress: [Progress] = []
  private var holders = 0
  private var routes = 0
  private var available = 0
  private var members = 0
  private var isWorking = true
  private var roundIsScheduled = false
  private var wasFull = false

  /// route_controller.go: `maxConcurrentRouteOperations`.
  private static let concurrentRoutes = 200

  init(
    _ configuration: NodeIPAMConfiguration, writeBlock: RequestClassID,
    writeCondition: RequestClassID, _ context: inout ClusterContext
  ) {
    mode = configuration.mode
    path = configuration.path
    addressesOfNode = configuration.addressesOfNode
    nodeLimit = configuration.nodeLimit
    maxRoutes = configuration.maxRoutes ?? .max
    routePeriod = configuration.routePeriod
    routeCreationTime = configuration.routeCreationTime
    self.writeBlock = writeBlock
    self.writeCondition = writeCondition
    metrics = NodeIPAMMetrics(&context.instruments)
  }

  /// The nodes of the beginning have what there is, in their order.
  mutating func adoptNodes(_ context: inout ClusterContext) {
    for node in context.nodes.ids where context.nodes[node].isRegistered {
      note(node)
      members += 1
      progress[node.index] = .waits
      guard nodeLimit.map({ holders < $0 }) ?? true else { continue }
      holders += 1
      progress[node.index] = .hasBlock
      if mode == .routes {
        guard routes < maxRoutes else { continue }
        routes += 1
      }
      progress[node.index] = .available
      available += 1
      context.nodes[node].taints.remove(.networkUnavailable)
    }
    measure(&context, .zero)
  }

  package mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    if mode == .routes { scheduleRound(context, &agenda) }
  }

  package mutating func handle(
    _ event: NodeIPAMEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .reconcile:
      roundIsScheduled = false
      if isWorking { reconcile(&context, &agenda) }
    case .routeCreated(let node):
      // A node that has gone meanwhile gives its route back at once.
      guard progress[node.index] == .createsRoute else { return }
      if isWorking { write(node, &context, &agenda) }
    case .writeAgain(let node, let tries):
      let step = progress[node.index]
      guard isWorking, step == .writesBlock || step == .writesCondition else { return }
      request(node, tries: tries, &context, &agenda)
    }
  }

  /// A node has come, or gone.
  package mutating func observed(
    _ change: ObjectChange, _ node: NodeID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    note(node)
    if change == .deleted {
      release(node, &context)
      // Who waits for addresses has those of the one that went.
      if isWorking, let next = progress.firstIndex(of: .waits) {
        allocate(NodeID(next), &context, &agenda)
      }
    } else if progress[node.index] == .none {
      members += 1
      progress[node.index] = .waits
      if mode == .aliases || isWorking { allocate(node, &context, &agenda) }
    }
    measure(&context, agenda.now)
  }

  /// kube-controller-manager's process has ended, or another one begins and looks at all nodes. Aliases
  /// are the cloud's and need none.
  package mutating func setWorking(
    _ works: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    isWorking = works
    guard works, mode != .aliases else { return }
    for index in progress.indices {
      let node = NodeID(index)
      switch progress[index] {
      case .waits: allocate(node, &context, &agenda)
      case .writesBlock, .writesCondition: request(node, tries: 0, &context, &agenda)
      case .createsRoute: write(node, &context, &agenda)
      case .none, .hasBlock, .available: break
      }
    }
    if mode == .routes { scheduleRound(context, &agenda) }
    measure(&context, agenda.now)
  }

  /// A write of a node has ended.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    let node = NodeID(rawValue: row.subject)
    let isBlock = row.classID == writeBlock
    guard progress[node.index] == (isBlock ? .writesBlock : .writesCondition) else { return }
    guard outcome == .ok else {
      let tries = UInt8(clamping: row.payload + 1)
      agenda.schedule(
        .nodeIPAM(.writeAgain(node, tries: tries)), in: context.cluster,
        at: agenda.now + Self.backoff(after: tries))
      return
    }
    if isBlock, mode == .routes {
      progress[node.index] = .hasBlock
      return
    }
    progress[node.index] = .available
    available += 1
    context.nodes[node].taints.remove(.networkUnavailable)
    agenda.send(.scheduler(.nodeUpdated(node)), in: context.cluster)
    measure(&context, agenda.now)
  }

  // MARK: Steps

  private mutating func allocate(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard nodeLimit.map({ holders < $0 }) ?? true else {
      context.instruments.add(1, to: metrics.rangeFull, at: agenda.now)
      return
    }
    holders += 1
    guard mode == .aliases else {
      progress[node.index] = .writesBlock
      request(node, tries: 0, &context, &agenda)
      return
    }
    progress[node.index] = .available
    available += 1
    context.nodes[node].taints.remove(.networkUnavailable)
    agenda.send(.scheduler(.nodeUpdated(node)), in: context.cluster)
  }

  /// Asks the cloud for the missing routes, so many at a time; the next round begins when all are
  /// answered.
  private mutating func reconcile(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    var asked = 0
    for index in progress.indices where progress[index] == .hasBlock {
      asked += 1
      guard routes < maxRoutes else {
        wasFull = true
        context.instruments.add(1, to: metrics.routesRefused, at: agenda.now)
        continue
      }
      routes += 1
      progress[index] = .createsRoute
      let turn = (asked - 1) / Self.concurrentRoutes + 1
      agenda.schedule(
        .nodeIPAM(.routeCreated(NodeID(index))), in: context.cluster,
        at: agenda.now + routeCreationTime * turn)
    }
    measure(&context, agenda.now)
    let turns = (asked + Self.concurrentRoutes - 1) / Self.concurrentRoutes
    scheduleRound(context, &agenda, notBefore: routeCreationTime * turns)
  }

  private mutating func write(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    progress[node.index] = .writesCondition
    request(node, tries: 0, &context, &agenda)
  }

  private func request(
    _ node: NodeID, tries: UInt8, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    context.request(
      progress[node.index] == .writesBlock ? writeBlock : writeCondition,
      subject: node.rawValue, object: node.rawValue, payload: UInt64(tries), &agenda)
  }

  private mutating func release(
    _ node: NodeID, _ context: inout ClusterContext
  ) {
    let step = progress[node.index]
    guard step != .none else { return }
    members -= 1
    progress[node.index] = .none
    context.nodes[node].taints.insert(.networkUnavailable)
    guard step != .waits else { return }
    holders -= 1
    switch step {
    case .available:
      available -= 1
      if mode == .routes { routes -= 1 }
    case .createsRoute, .writesCondition: if mode == .routes { routes -= 1 }
    case .none, .waits, .writesBlock, .hasBlock: break
    }
  }

  private mutating func scheduleRound(
    _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda,
    notBefore delay: SimDuration = .zero
  ) {
    guard !roundIsScheduled else { return }
    roundIsScheduled = true
    // wait.NonSlidingUntil: rounds begin at multiples of the period; one that lasts longer is followed
    // at once.
    agenda.schedule(
      .nodeIPAM(.reconcile), in: context.cluster, at: agenda.now + max(routePeriod, delay))
  }

  private mutating func note(_ node: NodeID) {
    while progress.count <= node.index { progress.append(.none) }
  }

  private func measure(_ context: inout ClusterContext, _ now: SimTime) {
    context.instruments.set(holders * addressesOfNode, metrics.addresses, at: now)
    context.instruments.set(routes, metrics.routes, at: now)
    context.instruments.set(available, metrics.available, at: now)
    context.instruments.set(members - available, metrics.unavailable, at: now)
  }

  /// pkg/controller/nodeipam/ipam: `updateRetryTimeout` 250 ms doubling up to `maxUpdateRetryTimeout`
  /// 5 s.
  private static func backoff(after tries: UInt8) -> SimDuration {
    SimDuration.milliseconds(250).doubled(Int(min(tries, 8)) - 1, atMost: .seconds(5))
  }

  func addIdleKnobs(to idle: inout IdleKnobs) {
    typealias Knobs = NodeIPAMConfiguration
    idle.add([Knobs.nodeMaskSize.name], in: path, unless: mode != .aliases)
    idle.add([Knobs.addressesPerNode.name], in: path, unless: mode == .aliases)
    idle.add(
      [Knobs.routePeriod.name, Knobs.routeCreationTime.name], in: path,
      unless: mode == .routes && routes > 0)
    idle.add([Knobs.maxRoutes.name], in: path, unless: mode == .routes && routes >= maxRoutes)
    idle.add([Knobs.clusterCIDR.name], in: path, unless: nodeLimit.map { holders >= $0 } ?? false)
  }
}

/// Metric handles of `NodeIPAM`.
private struct NodeIPAMMetrics: Codable, Sendable {
  let addresses: GaugeID
  let routes: GaugeID
  let available: GaugeID
  let unavailable: GaugeID
  let routesRefused: CounterID
  let rangeFull: CounterID

  init(_ instruments: inout Instruments) {
    func condition(_ status: String) -> [MetricLabel] {
      [MetricLabel("condition", "NetworkUnavailable"), MetricLabel("status", status)]
    }
    addresses = instruments.gauge(.ipamAddresses)
    routes = instruments.gauge(.cloudRoutes)
    available = instruments.gauge(.nodeCondition, condition("false"))
    unavailable = instruments.gauge(.nodeCondition, condition("true"))
    routesRefused = instruments.counter(.cloudRoutesRefused)
    rangeFull = instruments.counter(.ipamRangeFull)
    instruments.trace(addresses)
    instruments.trace(available)
  }
}

extension NodeIPAMEvent: PartEvent {
  static var part: String { "node-ipam" }

  static let kindNames = ["reconcile", "route-created", "write-again"]

  var signature: EventSignature {
    switch self {
    case .reconcile: EventSignature(kind: 0)
    case .routeCreated(let a): EventSignature(kind: 1, payload: (UInt64(a.rawValue), 0))
    case .writeAgain(let a, let b):
      EventSignature(kind: 2, payload: (UInt64(a.rawValue), UInt64(b)))
    }
  }
}
