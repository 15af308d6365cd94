// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Everything that can happen to teams.
package enum TeamEvent: BitwiseCopyable, Codable, Sendable {
  /// Time to compare the taints with what the teams are allotted.
  case sync
  /// A pod's container has started (true) or ended.
  case running(PodID, Bool)
}

/// A team as its manager knows it.
package struct Team: Codable, Sendable {
  package var name: String
  package var taint: NodeTaints
  /// Pools whose nodes it gets; empty: all.
  package var pools: [NodePoolID]
  /// Nodes that it is allotted.
  package var nodes: Int

  package init(name: String, taint: NodeTaints, pools: [NodePoolID], nodes: Int) {
    self.name = name
    self.taint = taint
    self.pools = pools
    self.nodes = nodes
  }
}

/// OpenAI's team-resource-manager: a service that reconciles a table of allotments with the nodes that
/// there are. A team that lacks nodes gets untainted ones of its pools tainted, in the order of their
/// registration, through the API; one with too many gives the last back. Pods that run on them are not
/// touched: the taint is NoSchedule.
package struct TeamResourceManager: Codable, Sendable {
  let path: KnobPath
  private let syncPeriod: SimDuration
  private let patchNode: RequestClassID
  private let teams: [Team]
  private let allTaints: NodeTaints
  /// By workload: number of the team that its submitter belongs to, or -1.
  private let teamOfWorkload: [Int]
  private let nodeGauges: [GaugeID]
  /// By team: pods of its own, then borrowers.
  private let podGauges: [GaugeID]
  /// Whose taint a node gets or loses by a request under way, or -1; by node.
  private var changing: [Int8] = []
  /// How a running pod was counted: 0 not at all, else the place of its gauge and one; by pod.
  private var counted: [UInt8] = []
  private var hasTainted = false

  package init(
    _ configuration: TeamResourceManagerConfiguration, teams: [Team], patchNode: RequestClassID,
    _ context: inout ClusterContext
  ) {
    path = configuration.path
    syncPeriod = configuration.syncPeriod
    self.teams = teams
    self.patchNode = patchNode
    allTaints = teams.reduce(into: []) { $0.formUnion($1.taint) }
    teamOfWorkload = context.podTemplates.map { template in
      teams.firstIndex { $0.name == template.team } ?? -1
    }
    nodeGauges = teams.map {
      context.instruments.gauge(.teamNodes, [MetricLabel("team", $0.name)])
    }
    podGauges = teams.flatMap { team in
      ["own", "borrowed"].map {
        context.instruments.gauge(
          .teamPods, [MetricLabel("team", team.name), MetricLabel("use", $0)])
      }
    }
    for gauge in nodeGauges + podGauges {
      context.instruments.set(0, gauge, at: .zero)
      context.instruments.trace(gauge)
    }
  }

  package func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    agenda.schedule(.teams(.sync), in: context.cluster, at: agenda.now)
  }

  package mutating func handle(
    _ event: TeamEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .sync:
      sync(&context, &agenda)
      agenda.schedule(.teams(.sync), in: context.cluster, at: agenda.now + syncPeriod)
    case .running(let pod, let isRunning):
      count(pod, isRunning: isRunning, &context, agenda.now)
    }
  }

  // MARK: Taints

  private mutating func sync(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    let missing = context.nodes.count - changing.count
    changing.append(contentsOf: repeatElement(-1, count: missing))
    for (index, team) in teams.enumerated() {
      var has = 0
      var stored = 0
      for node in context.nodes.ids where isThere(node, context) {
        let isTainted = context.nodes[node].taints.contains(team.taint)
        let isChanging = changing[node.index] == Int8(index)
        if isTainted { stored += 1 }
        if isTainted != isChanging { has += 1 }
      }
      context.instruments.set(stored, nodeGauges[index], at: agenda.now)
      if has < team.nodes {
        taint(team.nodes - has, for: index, &context, &agenda)
      } else if has > team.nodes {
        giveBack(has - team.nodes, of: index, &context, &agenda)
      }
    }
  }

  private func isThere(_ node: NodeID, _ context: borrowing ClusterContext) -> Bool {
    context.nodes[node].isRegistered && !context.nodes[node].isBeingDeleted
  }

  private mutating func taint(
    _ wanted: Int, for team: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    var left = wanted
    let pools = teams[team].pools
    for node in context.nodes.ids where left > 0 {
      let row = context.nodes[node]
      guard isThere(node, context), row.taints.isDisjoint(with: allTaints),
        changing[node.index] < 0, pools.isEmpty || pools.contains(row.pool)
      else { continue }
      left -= 1
      patch(node, for: team, &context, &agenda)
    }
  }

  private mutating func giveBack(
    _ surplus: Int, of team: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    var left = surplus
    for node in context.nodes.ids.reversed() where left > 0 {
      guard isThere(node, context), context.nodes[node].taints.contains(teams[team].taint),
        changing[node.index] < 0
      else { continue }
      left -= 1
      patch(node, for: team, &context, &agenda)
    }
  }

  private mutating func patch(
    _ node: NodeID, for team: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    changing[node.index] = Int8(team)
    context.request(
      patchNode, subject: node.rawValue, object: node.rawValue, payload: UInt64(team), &agenda)
  }

  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    let node = NodeID(rawValue: row.subject)
    changing[node.index] = -1
    // What failed is tried again at the next look.
    guard outcome == .ok else { return }
    hasTainted = true
    let team = Int(row.payload)
    let hadTaint = context.nodes[node].taints.contains(teams[team].taint)
    if hadTaint {
      context.nodes[node].taints.remove(teams[team].taint)
    } else {
      context.nodes[node].taints.insert(teams[team].taint)
    }
    context.instruments.adjust(nodeGauges[team], by: hadTaint ? -1 : 1, at: agenda.now)
    agenda.send(.scheduler(.nodeUpdated(node)), in: context.cluster)
  }

  // MARK: Who uses what

  private mutating func count(
    _ pod: PodID, isRunning: Bool, _ context: inout ClusterContext, _ now: SimTime
  ) {
    if pod.index >= counted.count {
      let missing = context.pods.count - counted.count
      counted.append(contentsOf: repeatElement(0, count: missing))
    }
    let row = context.pods[pod]
    if isRunning, row.storedNode != .none {
      let taints = context.nodes[row.storedNode].taints
      guard let team = teams.firstIndex(where: { taints.contains($0.taint) }) else { return }
      let isOwn = teamOfWorkload[row.workload.index] == team
      counted[pod.index] = UInt8(2 * team + (isOwn ? 1 : 2))
      context.instruments.adjust(podGauges[Int(counted[pod.index]) - 1], by: 1, at: now)
    } else if counted[pod.index] > 0 {
      context.instruments.adjust(podGauges[Int(counted[pod.index]) - 1], by: -1, at: now)
      counted[pod.index] = 0
    }
  }

  func addIdleKnobs(to idle: inout IdleKnobs) {
    idle.add(section: path, unless: hasTainted)
  }
}

extension MetricDeclaration {
  static let teamNodes = MetricDeclaration(
    "team_resource_manager_nodes", .gauge, in: .count("nodes"),
    help: "Nodes that carry the taint of a team.", labels: ["team"])
  static let teamPods = MetricDeclaration(
    "team_resource_manager_pods_running", .gauge, in: .count("pods"),
    help: "Pods that run on a team's nodes: the team's own and borrowers, as the taint was when"
      + " they started.", labels: ["team", "use"])
}
