// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// How an action of the timeline reaches the cluster.
package enum ActionRoute: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// Somebody pulls the plug or has a shell on the machines: it happens.
  case host
  /// A user asks the API server: the request queues, is rejected or times out like any other.
  case api
  /// As with `api`, after reading what it is about, as `kubectl delete` does.
  case kubectl
}

/// An entry of `timeline`: a moment and exactly one action.
package struct TimelineConfiguration: Configurable {
  package var path: KnobPath
  package var at: SimDuration
  package var via: ActionRoute
  package var user: String
  package var cluster: String?
  package var action: TimelineAction?

  package static let at = Knob<SimDuration>(
    required: "at", in: .zero ... .hours(100_000), help: "Simulated time of the action.")
  package static let via = Knob<ActionRoute>(
    "via", default: .host, help: "Whether it happens or has to be asked for.",
    source: "stated by the scenario")
  package static let user = Knob<String>(
    "user", default: "admin", help: "Who asks, with `via: api` and `via: kubectl`.",
    source: "stated by the scenario")
  package static let cluster = Knob<String?>(
    optional: "in-cluster", help: "Name of the cluster; absent: the first.",
    source: "stated by the scenario")
  package static let scale = OptionalSubsection<ScaleConfiguration>("scale")
  package static let stopNodes = OptionalSubsection<NodeSelection>("stop-nodes")
  package static let startNodes = OptionalSubsection<NodeSelection>("start-nodes")
  package static let deleteNodes = OptionalSubsection<NodeSelection>("delete-nodes")
  package static let stopWorkload = OptionalSubsection<WorkloadSelection>("stop-workload")
  package static let startWorkload = OptionalSubsection<WorkloadSelection>("start-workload")
  package static let stopServer = OptionalSubsection<ReplicaSelection>("stop-apiserver")
  package static let startServer = OptionalSubsection<ReplicaSelection>("start-apiserver")
  package static let stopLeader = OptionalSubsection<LeaderSelection>("stop-leader")
  package static let startReplicas = OptionalSubsection<ComponentSelection>("start-replicas")
  package static let rollOut = OptionalSubsection<WorkloadSelection>("roll-out")
  package static let nameResolution = OptionalSubsection<NameResolutionAction>("name-resolution")

  package static let stockOut = OptionalSubsection<StockOutConfiguration>("stock-out")

  package static let restartPrometheus = OptionalSubsection<RestartPrometheusConfiguration>(
    "restart-prometheus")

  package static let compactStore = OptionalSubsection<StoreSelection>("etcd-compact")
  package static let disarmStore = OptionalSubsection<StoreSelection>("etcd-alarm-disarm")
  package static let defragmentMember = OptionalSubsection<StoreMemberSelection>("etcd-defragment")
  package static let stopMember = OptionalSubsection<StoreMemberSelection>("stop-etcd-member")
  package static let startMember = OptionalSubsection<StoreMemberSelection>("start-etcd-member")
  package static let memberNetwork = OptionalSubsection<StoreNetworkAction>("etcd-member-network")

  package static let declaration = SectionDeclaration(
    "timeline", help: "Something that happens at a given time: exactly one action."
  ) {
    at
    via
    user
    cluster
    OneOf {
      scale
      stopNodes
      startNodes
      deleteNodes
      stopWorkload
      startWorkload
      stopServer
      startServer
      stopLeader
      startReplicas
      rollOut
      nameResolution
      stockOut
      restartPrometheus
      compactStore
      disarmStore
      defragmentMember
      stopMember
      startMember
      memberNetwork
    }
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    at = reader[Self.at]
    via = reader[Self.via]
    user = reader[Self.user]
    cluster = reader[Self.cluster]
    let scale = reader.optionalSection(Self.scale)
    let stop = reader.optionalSection(Self.stopNodes)
    let start = reader.optionalSection(Self.startNodes)
    let delete = reader.optionalSection(Self.deleteNodes)
    let stopWorkload = reader.optionalSection(Self.stopWorkload)
    let startWorkload = reader.optionalSection(Self.startWorkload)
    let stopServer = reader.optionalSection(Self.stopServer)
    let startServer = reader.optionalSection(Self.startServer)
    let stopLeader = reader.optionalSection(Self.stopLeader)
    let startReplicas = reader.optionalSection(Self.startReplicas)
    let rollOut = reader.optionalSection(Self.rollOut)
    let names = reader.optionalSection(Self.nameResolution)
    let stockOut = reader.optionalSection(Self.stockOut)
    let restartPrometheus = reader.optionalSection(Self.restartPrometheus)
    let store = StoreAction.read(&reader)
    if let scale {
      action = .scale(scale)
    } else if let stop {
      action = .stopNodes(stop)
    } else if let start {
      action = .startNodes(start)
    } else if let delete {
      action = .deleteNodes(delete)
    } else if let stopWorkload {
      action = .setWorkload(stopWorkload.name, isRunning: false)
    } else if let startWorkload {
      action = .setWorkload(startWorkload.name, isRunning: true)
    } else if let stopServer {
      action = .setServer(stopServer.replica, isUp: false)
    } else if let startServer {
      action = .setServer(startServer.replica, isUp: true)
    } else if let stopLeader {
      action = .stopLeader(stopLeader.component, restarts: stopLeader.restarts)
    } else if let startReplicas {
      action = .startReplicas(startReplicas.component)
    } else if let rollOut {
      action = .rollOut(rollOut.name)
    } else if let names {
      action = .setNameResolution(names.isUp)
    } else if let stockOut {
      action = .stockOut(stockOut)
    } else if let restartPrometheus {
      action = .restartPrometheus(restartPrometheus)
    } else if let store {
      action = .store(store.name, store.value)
    }
    if via != .host, let action, !action.canBeAskedFor {
      reader.fail(
        Self.via, "this action cannot be asked of the API server",
        hint:
          "'via: api' and 'via: kubectl' work for delete-nodes, stop-workload and start-workload")
    }
  }
}

/// What the timeline can do.
package enum TimelineAction: Codable, Sendable {
  case scale(ScaleConfiguration)
  case stopNodes(NodeSelection)
  case startNodes(NodeSelection)
  case deleteNodes(NodeSelection)
  case setWorkload(String, isRunning: Bool)
  case setServer(Int, isUp: Bool)
  /// The process of a component's leader is killed.
  case stopLeader(ControlPlaneComponent, restarts: Bool)
  /// The component's replicas that were stopped for good start again.
  case startReplicas(ControlPlaneComponent)
  /// A new pod template for a Deployment.
  case rollOut(String)
  case setNameResolution(Bool)
  /// The cloud has no machines of a pool's type for a while.
  case stockOut(StockOutConfiguration)
  /// Prometheus' process ends and starts again.
  case restartPrometheus(RestartPrometheusConfiguration)
  /// Something done to an etcd cluster, by name.
  case store(String, StoreAction)

  /// Name of the workload that it is about.
  var workload: String? {
    switch self {
    case .setWorkload(let name, _), .rollOut(let name): name
    case .scale, .stopNodes, .startNodes, .deleteNodes, .setServer, .setNameResolution, .stockOut,
      .store, .stopLeader, .startReplicas, .restartPrometheus:
      nil
    }
  }

  /// The component that it is about.
  var component: ControlPlaneComponent? {
    switch self {
    case .stopLeader(let component, _), .startReplicas(let component): component
    default: nil
    }
  }

  /// Whether a user of the API can do it.
  var canBeAskedFor: Bool {
    switch self {
    case .deleteNodes, .setWorkload: true
    case .scale, .stopNodes, .startNodes, .setServer, .rollOut, .setNameResolution, .stockOut,
      .store, .stopLeader, .startReplicas, .restartPrometheus:
      false
    }
  }
}

/// `scale`: the pool grows or shrinks to a number of machines.
package struct ScaleConfiguration: Configurable, Codable {
  package var pool: Reference
  package var to: Int
  package var over: SimDuration

  package static let pool = Knob<Reference>(
    required: "pool", to: ReferenceTarget("cluster.nodePools"), help: "Which pool.")
  package static let to = Knob<Int>(
    required: "to", in: 0...1_000_000, help: "Machines of the pool in the end.")
  package static let over = Knob<SimDuration>(
    "over", default: .zero, in: .zero ... .hours(10_000),
    help: "Time over which the changes are spread evenly.", source: "stated by the scenario")

  package static let declaration = SectionDeclaration("scale", help: "Grows or shrinks a pool.") {
    pool
    to
    over
  }

  package init(_ reader: inout SectionReader) {
    pool = reader[Self.pool]
    to = reader[Self.to]
    over = reader[Self.over]
  }
}

/// Nodes picked by the timeline: the first so many of a pool that are up (or down).
package struct NodeSelection: Configurable, Codable {
  package var pool: Reference
  package var count: Int?
  package var share: Fraction?

  package static let pool = Knob<Reference>(
    required: "pool", to: ReferenceTarget("cluster.nodePools"), help: "Which pool.")
  package static let count = Knob<Int?>(
    optional: "count", in: 1...1_000_000, help: "How many nodes.",
    source: "stated by the scenario")
  package static let share = Knob<Fraction?>(
    optional: "share", in: Fraction(0)...Fraction(1),
    help: "Which share of the nodes that qualify, rounded to the nearest number.",
    source: "stated by the scenario")

  package static let declaration = SectionDeclaration("nodes", help: "Some nodes of a pool.") {
    pool
    OneOf {
      count
      share
    }
  }

  package init(_ reader: inout SectionReader) {
    pool = reader[Self.pool]
    count = reader[Self.count]
    share = reader[Self.share]
  }

  /// How many of so many qualifying nodes are meant.
  func count(of candidates: Int) -> Int {
    if let count { return min(count, candidates) }
    return Int(((share?.value ?? 0) * Double(candidates)).rounded())
  }
}

/// A workload named by the timeline.
package struct WorkloadSelection: Configurable, Codable {
  package var name: String

  package static let name = Knob<String>(required: "workload", help: "Name of the workload.")

  package static let declaration = SectionDeclaration("workload", help: "One workload.") { name }

  package init(_ reader: inout SectionReader) { name = reader[Self.name] }
}

/// A kube-apiserver replica picked by the timeline.
package struct ReplicaSelection: Configurable, Codable {
  package var replica: Int

  package static let replica = Knob<Int>(
    "replica", default: 0, in: 0...249, help: "Number of the replica, from 0.",
    source: "stated by the scenario")

  package static let declaration = SectionDeclaration("replica", help: "One API server.") {
    replica
  }

  package init(_ reader: inout SectionReader) { replica = reader[Self.replica] }
}

/// A component of the control plane named by the timeline.
package struct ComponentSelection: Configurable, Codable {
  package var component: ControlPlaneComponent

  package static let component = Knob<ControlPlaneComponent>(
    required: "component", help: "Which component.")

  package static let declaration = SectionDeclaration(
    "component", help: "A component with a leader."
  ) { component }

  package init(_ reader: inout SectionReader) { component = reader[Self.component] }
}

/// `stop-leader`: the process of a component's leader is killed.
package struct LeaderSelection: Configurable, Codable {
  package var component: ControlPlaneComponent
  package var restarts: Bool

  package static let restarts = Knob<Bool>(
    "restarts", default: false,
    help: "Its kubelet starts it again; otherwise its machine is gone until 'start-replicas'.",
    source: "stated by the scenario")

  package static let declaration = SectionDeclaration(
    "leader", help: "The leader of a component."
  ) {
    ComponentSelection.component
    restarts
  }

  package init(_ reader: inout SectionReader) {
    component = reader[ComponentSelection.component]
    restarts = reader[Self.restarts]
  }
}

/// `name-resolution`: the name servers stop or start to answer.
package struct NameResolutionAction: Configurable, Codable {
  package var isUp: Bool

  package static let isUp = Knob<Bool>(required: "up", help: "Whether the name servers answer.")

  package static let declaration = SectionDeclaration(
    "name-resolution", help: "The name servers stop or start to answer."
  ) { isUp }

  package init(_ reader: inout SectionReader) { isUp = reader[Self.isUp] }
}
