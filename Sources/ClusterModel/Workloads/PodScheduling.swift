// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// Where the pods of a template may and should run: the part of the pod template that the scheduler
/// reads.
package struct PodSchedulingConfiguration: Sendable {
  package var priority: Int
  package var nodeSelector: [Reference]
  package var tolerations: [String]
  package var podAffinity: [PodAffinityTermConfiguration]
  package var podAntiAffinity: [PodAffinityTermConfiguration]
  package var spread: [TopologySpreadConfiguration]
  package var podGroup: PodGroupConfiguration?
  package var team: String?
  package var terminationGracePeriod: SimDuration

  package static let priority = Knob<Int>(
    "priority", default: 0, in: -1_000_000_000...1_000_000_000,
    help: "Priority of the pods (value of their PriorityClass).",
    source: "pod spec.priority: 0 without a class")
  package static let nodeSelector = Knob<[Reference]>(
    "nodeSelector", default: [], to: ReferenceTarget("cluster.nodePools"),
    help: "Pools whose nodes the pods may run on; none: all.",
    source: "pod spec.nodeSelector: none")
  package static let tolerations = Knob<[String]>(
    "tolerations", default: [],
    help: "Taints that the pods tolerate: key or key=value, each also with :Effect.",
    source: "pod spec.tolerations: none but those of Kubernetes' own taints")
  package static let podAffinity = SectionList<PodAffinityTermConfiguration>("podAffinity")
  package static let podAntiAffinity = SectionList<PodAffinityTermConfiguration>("podAntiAffinity")
  package static let spread = SectionList<TopologySpreadConfiguration>(
    "topologySpreadConstraints")
  package static let team = Knob<String?>(
    optional: "team", help: "Team of the submitter (`team-resource-manager`).",
    source: "stated by the scenario")
  package static let terminationGracePeriod = Knob<SimDuration>(
    "terminationGracePeriodSeconds", default: .zero, in: .zero ... .hours(24),
    help: "Time that a preempted pod's container goes on after SIGTERM, its node still taken.",
    source: "pod spec.terminationGracePeriodSeconds: at most 30 s; 0 for those that end at once")
  package static let podGroup = OptionalSubsection<PodGroupConfiguration>("podGroup")

  package static var members: [any SectionMember] {
    [
      priority, nodeSelector, tolerations, podAffinity, podAntiAffinity, spread, podGroup,
      terminationGracePeriod, team,
    ]
  }

  package init(_ reader: inout SectionReader) {
    priority = reader[Self.priority]
    nodeSelector = reader[Self.nodeSelector]
    tolerations = reader[Self.tolerations]
    podAffinity = reader.list(Self.podAffinity)
    podAntiAffinity = reader.list(Self.podAntiAffinity)
    spread = reader.list(Self.spread)
    podGroup = reader.optionalSection(Self.podGroup)
    team = reader[Self.team]
    terminationGracePeriod = reader[Self.terminationGracePeriod]
  }
}

/// A topology domain: the value of a node label.
package enum TopologyKey: String, KnobChoice, Codable, Sendable {
  case hostname = "kubernetes.io/hostname"
  case zone = "topology.kubernetes.io/zone"
}

/// A term of pod affinity or anti-affinity: `podAffinity`, `podAntiAffinity`.
package struct PodAffinityTermConfiguration: Configurable {
  package var workload: Reference?
  package var topology: TopologyKey
  package var weight: Int?

  package static let workload = Knob<Reference?>(
    optional: "workload", to: ReferenceTarget("workload"),
    help: "Whose pods the term is about (its labelSelector); absent: its own.",
    source: "stated by the scenario")
  package static let topology = Knob<TopologyKey>(
    "topologyKey", default: .hostname, help: "What counts as the same place.",
    source: "stated by the scenario")
  package static let weight = Knob<Int?>(
    optional: "weight", in: 1...100,
    help: "Weight of a preference; absent: the term is required.",
    source: "preferredDuringSchedulingIgnoredDuringExecution.weight")

  package static let declaration = SectionDeclaration(
    "podAffinityTerm", help: "A term of pod affinity or anti-affinity."
  ) {
    workload
    topology
    weight
  }

  package init(_ reader: inout SectionReader) {
    workload = reader[Self.workload]
    topology = reader[Self.topology]
    weight = reader[Self.weight]
  }
}

/// A spreading constraint over the pods of the own workload: `topologySpreadConstraints`.
package struct TopologySpreadConfiguration: Configurable {
  package var topology: TopologyKey
  package var maxSkew: Int
  package var whenUnsatisfiable: UnsatisfiableAction

  package static let topology = Knob<TopologyKey>(
    "topologyKey", default: .hostname, help: "Among what the pods are spread.",
    source: "stated by the scenario")
  package static let maxSkew = Knob<Int>(
    "maxSkew", default: 1, in: 1...1_000_000,
    help: "How many more pods a domain may hold than the one with the fewest.",
    source: "stated by the scenario")
  package static let whenUnsatisfiable = Knob<UnsatisfiableAction>(
    "whenUnsatisfiable", default: .doNotSchedule,
    help: "Whether the constraint filters or only scores.",
    source: "topologySpreadConstraints.whenUnsatisfiable: DoNotSchedule")

  package static let declaration = SectionDeclaration(
    "topologySpreadConstraint", help: "A spreading constraint."
  ) {
    topology
    maxSkew
    whenUnsatisfiable
  }

  package init(_ reader: inout SectionReader) {
    topology = reader[Self.topology]
    maxSkew = reader[Self.maxSkew]
    whenUnsatisfiable = reader[Self.whenUnsatisfiable]
  }
}

/// `topologySpreadConstraints.whenUnsatisfiable`.
package enum UnsatisfiableAction: String, KnobChoice, Codable, Sendable {
  case doNotSchedule = "DoNotSchedule"
  case scheduleAnyway = "ScheduleAnyway"
}

/// A term of pod affinity with its names looked up.
package struct PodAffinityTerm: Codable, Sendable {
  package var workload: WorkloadID
  package var topology: TopologyKey
  package var isAnti: Bool
  /// `nil`: required.
  package var weight: Int?
}

/// A spreading constraint over the pods of the own workload.
package struct TopologySpreadConstraint: Codable, Sendable {
  package var topology: TopologyKey
  package var maxSkew: Int
  package var isHard: Bool
}
