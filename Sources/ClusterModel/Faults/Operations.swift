// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// Everything that can happen to the timeline of a cluster.
package enum OperationEvent: BitwiseCopyable, Codable, Sendable {
  /// The moment of an action has come.
  case perform(UInt16)
  /// One machine of a `scale` action.
  case addMachine(NodePoolID)
  case removeMachine(NodePoolID)
}

/// The scripted timeline: operators, users and accidents.
package struct Operations: Codable, Sendable {
  /// One action with its workload or pool looked up.
  package struct Action: Codable, Sendable {
    package var at: SimTime
    package var via: ActionRoute
    package var action: TimelineAction
    package var pool: NodePoolID?
    package var workload: WorkloadID?
    package var store: StoreID?
    /// The request that asks for it, with `via: api`.
    package var request: RequestClassID?
    /// The request that comes before, with `via: kubectl`.
    package var read: RequestClassID?
    package var performed = 0
  }

  package private(set) var actions: [Action] = []

  package init() {}

  package mutating func add(_ action: Action) { actions.append(action) }

  package func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    for (index, action) in actions.enumerated() {
      agenda.schedule(
        .operations(.perform(UInt16(index))), in: context.cluster, at: action.at)
    }
  }

  package mutating func handle(
    _ event: OperationEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .perform(let index): perform(Int(index), &context, &agenda)
    case .addMachine(let pool): agenda.send(.provision(pool, 1), from: context.cluster)
    case .removeMachine(let pool):
      guard let node = machines(of: pool, areUp: true, 1, context).first else { return }
      agenda.send(.terminate(node), from: context.cluster)
      context.nodes[node].isBeingDeleted = true
    }
  }

  /// A request of a user has ended; what it asked for happens when it was accepted.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard outcome == .ok else { return }
    let row = context.requests[id]
    let index = Int(row.subject)
    if row.classID == actions[index].read, let request = actions[index].request {
      context.request(request, subject: row.subject, object: row.object, &agenda)
      return
    }
    actions[index].performed += 1
    if case .setWorkload(_, let isRunning) = actions[index].action,
      let workload = actions[index].workload
    {
      agenda.send(.setWorkload(workload, isRunning), in: context.cluster)
    }
  }

  private mutating func perform(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let action = actions[index]
    if action.via == .host { actions[index].performed += 1 }
    switch action.action {
    case .scale(let scale):
      if let pool = action.pool { spread(scale, pool, context, &agenda) }
    case .stopNodes(let selection):
      for node in selected(selection, action, areUp: true, context) {
        agenda.send(.nodes(.machineStopped(node)), in: context.cluster)
      }
    case .startNodes(let selection):
      for node in selected(selection, action, areUp: false, context) {
        agenda.send(.nodes(.machineRestarted(node)), in: context.cluster)
      }
    case .deleteNodes(let selection):
      for node in selected(selection, action, areUp: true, context) {
        if let request = action.read ?? action.request {
          context.request(
            request, subject: UInt32(index), object: node.rawValue, &agenda)
        } else {
          agenda.send(.terminate(node), from: context.cluster)
        }
      }
    case .setWorkload(_, let isRunning):
      if let request = action.read ?? action.request {
        context.request(request, subject: UInt32(index), &agenda)
      } else if let workload = action.workload {
        agenda.send(.setWorkload(workload, isRunning), in: context.cluster)
      }
    case .setServer(let replica, let isUp):
      agenda.send(
        .apiServer(isUp ? .start(UInt8(replica)) : .stop(UInt8(replica))), in: context.cluster)
    case .rollOut:
      guard let workload = action.workload else { return }
      agenda.send(.replicas(.rollOut(workload)), in: context.cluster)
    case .stopLeader(let component, let restarts):
      agenda.send(.leaderElections(.stopLeader(component, restarts)), in: context.cluster)
    case .startReplicas(let component):
      agenda.send(.leaderElections(.startAll(component)), in: context.cluster)
    case .setNameResolution(let isUp): context.nameResolution.isUp = isUp
    case .stockOut(let stockOut):
      guard let pool = action.pool else { return }
      let cluster = context.cluster
      agenda.send(.setStock(pool, isThere: false), from: cluster)
      agenda.schedule(
        WorldEvent(cluster: cluster, body: .cloud(.setStock(pool, isThere: true))),
        at: agenda.now + stockOut.lasts)
    case .restartPrometheus(let restart):
      let pause = UInt32(clamping: restart.pause.nanoseconds / 1_000_000)
      agenda.send(.prometheus(.stop(pause)), in: context.cluster)
    case .store(_, let what):
      if let store = action.store {
        agenda.send(.store(store, .maintenance(what)), in: context.cluster)
      }
    }
  }

  /// Spreads the machines that a pool gains or loses evenly over the action's duration.
  private func spread(
    _ scale: ScaleConfiguration, _ pool: NodePoolID, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let present = machines(of: pool, areUp: true, .max, context).count
    let change = scale.to - present
    guard change != 0 else { return }
    for step in 0..<abs(change) {
      let delay = SimDuration(
        nanoseconds: scale.over.nanoseconds / Int64(abs(change)) * Int64(step))
      agenda.schedule(
        .operations(change > 0 ? .addMachine(pool) : .removeMachine(pool)),
        in: context.cluster, at: agenda.now + delay)
    }
  }

  private func selected(
    _ selection: NodeSelection, _ action: Action, areUp: Bool,
    _ context: borrowing ClusterContext
  ) -> [NodeID] {
    guard let pool = action.pool else { return [] }
    let candidates = machines(of: pool, areUp: areUp, .max, context)
    return Array(candidates.prefix(selection.count(of: candidates.count)))
  }

  private func machines(
    of pool: NodePoolID, areUp: Bool, _ limit: Int, _ context: borrowing ClusterContext
  ) -> [NodeID] {
    var found: [NodeID] = []
    for node in context.nodes.ids where found.count < limit {
      let row = context.nodes[node]
      if row.pool == pool, row.machineIsUp == areUp, !row.isBeingDeleted { found.append(node) }
    }
    return found
  }
}
