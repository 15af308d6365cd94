// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// OpenAI's team-resource-manager of 2021: `cluster.team-resource-manager`; absent: no node belongs to
/// a team.
package struct TeamResourceManagerConfiguration: Configurable {
  package var path: KnobPath
  package var syncPeriod: SimDuration
  package var addsTolerations: Bool
  package var apiQPS: Rate
  package var apiBurst: Int
  package var teams: [Named<TeamConfiguration>]

  /// Key of the teams' taint: the post's.
  package static let taintKey = "openai.com/team"

  package static let syncPeriod = Knob<SimDuration>(
    "sync-period", default: .seconds(30), in: .seconds(1) ... .hours(24),
    help: "Time between two looks at the nodes and their taints.", source: "not published")
  package static let addsTolerations = Knob<Bool>(
    "webhook", default: true,
    help: "Its admission webhook adds the toleration of the submitter's team to pods.",
    source: "OpenAI 2021: a toleration is applied based on the submitter's team membership")
  package static let apiQPS = Knob<Rate>(
    "kube-api-qps", default: Rate(perSecond: 5),
    in: Rate(perSecond: 0.01)...Rate(perSecond: 1_000_000), help: "Its requests per second.",
    source: "client-go rest.DefaultQPS: 5")
  package static let apiBurst = Knob<Int>(
    "kube-api-burst", default: 10, in: 1...1_000_000, help: "Its requests at once.",
    source: "client-go rest.DefaultBurst: 10")
  package static let teams = NamedList<TeamConfiguration>("teams")

  package static let declaration = SectionDeclaration(
    "team-resource-manager",
    help: "Taints as many nodes for each team as it is allotted (openai.com/team=NAME:NoSchedule)."
  ) {
    syncPeriod
    addsTolerations
    apiQPS
    apiBurst
    teams
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    syncPeriod = reader[Self.syncPeriod]
    addsTolerations = reader[Self.addsTolerations]
    apiQPS = reader[Self.apiQPS]
    apiBurst = reader[Self.apiBurst]
    teams = reader.list(Self.teams)
  }

  /// The teams' taints, in the order of the teams.
  package var taints: [PoolTaint] {
    teams.compactMap { PoolTaint("\(Self.taintKey)=\($0.name):NoSchedule") }
  }
}

/// What a team is allotted: an entry of `team-resource-manager.teams`.
package struct TeamConfiguration: Configurable {
  package var nodeSelector: [Reference]
  package var nodes: Int

  package static let nodeSelector = Knob<[Reference]>(
    "nodeSelector", default: [], to: ReferenceTarget("cluster.nodePools"),
    help: "Pools whose nodes the team gets; none: all.", source: "stated by the scenario")
  package static let nodes = Knob<Int>(
    required: "nodes", in: 0...1_000_000, help: "Nodes that the team is allotted.",
    source: "stated by the scenario")

  package static let declaration = SectionDeclaration("team", help: "What a team is allotted.") {
    nodeSelector
    nodes
  }

  package init(_ reader: inout SectionReader) {
    nodeSelector = reader[Self.nodeSelector]
    nodes = reader[Self.nodes]
  }
}
