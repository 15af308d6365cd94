// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
import Measurement
package import Scenario
import Stochastics

/// Agents on every node that ask the API server again and again: `agents`.
package struct AgentsConfiguration: Configurable {
  package var path: KnobPath
  package var pool: Reference?
  package var perNode: Int
  package var verb: ReadVerb
  package var resource: String
  package var every: SimDuration
  package var timeout: SimDuration
  package var resourceVersionZero: Bool
  package var resolvesName: Bool
  package var location: AgentLocation
  package var phase: PollPhase
  package var jitter: Double
  package var client: ClientConfiguration

  package static let pool = Knob<Reference?>(
    optional: "pool", to: ReferenceTarget("cluster.nodePools"),
    help: "Only nodes of this pool run the agent.",
    source: "DaemonSet spec.template.spec.nodeSelector: all nodes by default")
  package static let perNode = Knob<Int>(
    "per-node", default: 1, in: 1...1_000, help: "Agents of this kind on each node.",
    source: "DaemonSet: one pod per node")
  package static let verb = Knob<ReadVerb>(
    "verb", default: .list, help: "What the agent does.",
    source: "O18-03: LIST of Events from every node")
  package static let resource = Knob<String>(
    required: "resource", help: "Which resource it reads.")
  package static let every = Knob<SimDuration>(
    required: "every", in: .milliseconds(10) ... .hours(1000),
    help: "Time between two reads of an agent.")
  package static let timeout = Knob<SimDuration>(
    "timeout", default: .seconds(30), in: .milliseconds(10) ... .hours(1),
    help: "Patience of the agent.",
    source: "no common default; 30 s is that of kubectl-like clients in 2017 agents")
  package static let resourceVersionZero = Knob<Bool>(
    "resource-version-zero", default: false,
    help: "The agent accepts what the API server has in its cache (resourceVersion=0).",
    source: "Kubernetes API concepts: unset resourceVersion means most recent")
  package static let resolvesName = Knob<Bool>(
    "resolves-name", default: true, help: "The agent finds the API server by its DNS name.",
    source: "in-cluster clients use kubernetes.default.svc")
  package static let location = Knob<AgentLocation>(
    "location", default: .node,
    help: "Agents run on the nodes, or one collector asks for all of them.",
    source: "O18-03: one elected collector is the counter-factual")

  package static let phase = Knob<PollPhase>(
    "phase", default: .random, help: "How the polls of different agents lie to each other.",
    source: "agents start with their nodes, at any moment; cron-like agents together")
  package static let jitter = Knob<Double>(
    "jitter", default: 0, in: 0...1,
    help: "Each poll is late by a random share of the period up to this.",
    source: "none: state the agent's own (wait.JitterUntil's jitterFactor)")
  package static let identity = ClientConfiguration.identity(default: .serviceAccount)

  package static let declaration = SectionDeclaration(
    "agents", help: "Agents that poll the API servers."
  ) {
    pool
    perNode
    verb
    resource
    every
    timeout
    resourceVersionZero
    resolvesName
    location
    phase
    jitter
    ClientConfiguration.members(identity)
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    pool = reader[Self.pool]
    perNode = reader[Self.perNode]
    verb = reader[Self.verb]
    resource = reader[Self.resource]
    every = reader[Self.every]
    timeout = reader[Self.timeout]
    resourceVersionZero = reader[Self.resourceVersionZero]
    resolvesName = reader[Self.resolvesName]
    location = reader[Self.location]
    phase = reader[Self.phase]
    jitter = reader[Self.jitter]
    client = ClientConfiguration(&reader, Self.identity)
  }
}

/// What a polling agent does.
package enum ReadVerb: String, KnobChoice, CaseIterable, Codable, Sendable {
  case get, list
}

/// How the polls of different agents lie to each other.
package enum PollPhase: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// Each agent has its own moment within the period.
  case random
  /// All poll at the same moments.
  case synchronised
}

/// Where polling agents run.
package enum AgentLocation: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// One on each node.
  case node
  /// One for the whole cluster, on the control plane.
  case clusterAgent = "cluster-agent"
}

/// Everything that can happen to polling agents.
package enum AgentEvent: BitwiseCopyable, Codable, Sendable {
  /// The next slice of polls of a group.
  case cursor(UInt16)
  /// An agent's turn to ask.
  case poll(UInt16, UInt32)
}

/// Groups of polling agents.
package struct Agents: Codable, Sendable {
  private struct Group: Codable, Sendable {
    var workload: WorkloadID
    var requestClass: RequestClassID
    var pool: NodePoolID?
    var perNode: Int
    var onNodes: Bool
    var cursor: MemberCursor
    var isSynchronised: Bool
    var jitter: Double
    var inFlight: [Bool] = []
    var offeredBytes: CounterID
    var isRunning = true
  }

  private var groups: [Group] = []
  private let phases: StreamID

  package init(_ context: inout ClusterContext) {
    phases = context.streams.stream("agents/phase")
  }

  package mutating func add(
    _ configuration: AgentsConfiguration, workload: WorkloadID, name: String,
    requestClass: RequestClassID, pool: NodePoolID?, _ context: inout ClusterContext
  ) {
    let offeredBytes = context.instruments.counter(
      .agentOfferedBytes, [MetricLabel("workload", name)])
    groups.append(
      Group(
        workload: workload, requestClass: requestClass, pool: pool,
        perNode: configuration.perNode, onNodes: configuration.location == .node,
        cursor: MemberCursor(period: configuration.every, slices: 250),
        isSynchronised: configuration.phase == .synchronised, jitter: configuration.jitter,
        offeredBytes: offeredBytes))
  }

  package mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    for index in groups.indices {
      adopt(UInt16(index), &context, &agenda)
      schedule(.cursor(UInt16(index)), at: groups[index].cursor.nextWake, context, &agenda)
    }
  }

  package mutating func handle(
    _ event: AgentEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .cursor(let group):
      adopt(group, &context, &agenda)
      while let beat = groups[Int(group)].cursor.nextBeat() {
        let late = lateness(of: Int(group), &context)
        schedule(.poll(group, beat.member), at: beat.due + late, context, &agenda)
      }
      schedule(.cursor(group), at: groups[Int(group)].cursor.nextWake, context, &agenda)
    case .poll(let group, let member): poll(Int(group), member, &context, &agenda)
    }
  }

  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    guard let group = groups.firstIndex(where: { $0.requestClass == row.classID }) else { return }
    if let offset = context.nextPage(after: row, outcome) {
      context.request(
        row.classID, subject: row.subject, payload: offset, origin: row.origin, &agenda)
      return
    }
    groups[group].inFlight[Int(row.subject)] = false
  }

  /// Stops or starts a group, as deleting or creating its DaemonSet does.
  package mutating func setRunning(_ workload: WorkloadID, _ isRunning: Bool) {
    for index in groups.indices where groups[index].workload == workload {
      groups[index].isRunning = isRunning
    }
  }

  private mutating func poll(
    _ group: Int, _ member: UInt32, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let onNodes = groups[group].onNodes
    let node = onNodes ? NodeID(Int(member) / groups[group].perNode) : NodeID.none
    guard groups[group].isRunning else { return }
    if onNodes {
      guard context.nodes[node].machineIsUp, context.nodes[node].isRegistered else { return }
      if let pool = groups[group].pool, context.nodes[node].pool != pool { return }
    }
    let requestClass = context.classes[groups[group].requestClass.index]
    let bytes =
      requestClass.verb == .list
      ? Int(context.objects.totalBytes(requestClass.resource)) : requestClass.objectBytes
    context.instruments.add(bytes, to: groups[group].offeredBytes, at: agenda.now)
    // An agent that still waits for its last answer skips its turn.
    guard !groups[group].inFlight[Int(member)] else { return }
    groups[group].inFlight[Int(member)] = true
    context.request(
      groups[group].requestClass, subject: member, origin: node, &agenda)
  }

  private func lateness(of group: Int, _ context: inout ClusterContext) -> SimDuration {
    guard groups[group].jitter > 0 else { return .zero }
    let share = groups[group].jitter * context.streams[phases].nextUnit()
    return groups[group].cursor.period.scaled(by: share)
  }

  /// New nodes get their agents; each starts at its moment of the period.
  private mutating func adopt(
    _ group: UInt16, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let index = Int(group)
    let wanted =
      groups[index].onNodes ? context.nodes.count * groups[index].perNode : groups[index].perNode
    while groups[index].cursor.memberCount < wanted {
      let phase =
        groups[index].isSynchronised
        ? .zero : groups[index].cursor.period.scaled(by: context.streams[phases].nextUnit())
      let member = groups[index].cursor.add(phase: phase)
      groups[index].inFlight.append(false)
      if let missed = groups[index].cursor.activate(member, at: agenda.now) {
        schedule(.poll(group, member), at: missed.due, context, &agenda)
      }
    }
  }

  private func schedule(
    _ event: AgentEvent, at time: SimTime, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(.agents(event), in: context.cluster, at: time)
  }
}
