// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// `deployment`: pods that run for ever, kept at a number by a ReplicaSet.
package struct DeploymentConfiguration: Configurable {
  package var path: KnobPath
  package var at: SimDuration
  package var replicas: Int
  package var nodesPerReplica: Int?
  package var maxSurge: Fraction
  package var maxUnavailable: Fraction
  package var template: PodTemplateConfiguration

  package static let at = Knob<SimDuration>(
    "at", default: .zero, in: .zero ... .hours(100_000), help: "When it is created.",
    source: "stated by the scenario")
  package static let replicas = Knob<Int>(
    "replicas", default: 1, in: 0...1_000_000, help: "Pods to keep.",
    source: "Deployment spec.replicas: 1")
  package static let nodesPerReplica = Knob<Int?>(
    optional: "nodesPerReplica", in: 1...1_000_000,
    help: "At least a pod for so many nodes, of those that are there when the run starts and that"
      + " the node selector allows; absent: `replicas` alone.",
    source: "cluster-proportional-autoscaler, linear mode nodesPerReplica (16 for kube-dns)")
  package static let maxSurge = Knob<Fraction>(
    "max-surge", default: Fraction(0.25), in: Fraction(0)...Fraction(1),
    help: "Pods above the number during a roll-out, rounded up.",
    source: "Deployment spec.strategy.rollingUpdate.maxSurge: 25 %")
  package static let maxUnavailable = Knob<Fraction>(
    "max-unavailable", default: Fraction(0.25), in: Fraction(0)...Fraction(1),
    help: "Pods below the number during a roll-out, rounded down.",
    source: "Deployment spec.strategy.rollingUpdate.maxUnavailable: 25 %")

  package static let declaration = SectionDeclaration(
    "deployment", help: "Pods that run for ever, kept at a number by a ReplicaSet."
  ) {
    at
    replicas
    nodesPerReplica
    maxSurge
    maxUnavailable
    PodTemplateConfiguration.members
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    at = reader[Self.at]
    replicas = reader[Self.replicas]
    nodesPerReplica = reader[Self.nodesPerReplica]
    maxSurge = reader[Self.maxSurge]
    maxUnavailable = reader[Self.maxUnavailable]
    template = PodTemplateConfiguration(&reader)
    let surge = (maxSurge.value * Double(replicas)).rounded(.up)
    let unavailable = (maxUnavailable.value * Double(replicas)).rounded(.down)
    if replicas > 0, surge == 0, unavailable == 0 {
      reader.fail(Self.maxSurge, "with neither surge nor unavailable pods no roll-out can begin")
    }
  }
}

/// How a StatefulSet makes its pods.
package enum PodManagementPolicy: String, KnobChoice, CaseIterable, Codable, Sendable {
  case orderedReady = "ordered-ready"
  case parallel
}

/// `stateful-set`: numbered pods that run for ever.
package struct StatefulSetConfiguration: Configurable {
  package var path: KnobPath
  package var at: SimDuration
  package var replicas: Int
  package var policy: PodManagementPolicy
  package var template: PodTemplateConfiguration

  package static let at = DeploymentConfiguration.at
  package static let replicas = Knob<Int>(
    "replicas", default: 1, in: 0...1_000_000, help: "Pods to keep.",
    source: "StatefulSet spec.replicas: 1")
  package static let policy = Knob<PodManagementPolicy>(
    "pod-management-policy", default: .orderedReady,
    help: "One pod after the other, each when the last is ready, or all at once.",
    source: "StatefulSet spec.podManagementPolicy: OrderedReady")

  package static let declaration = SectionDeclaration(
    "stateful-set", help: "Numbered pods that run for ever."
  ) {
    at
    replicas
    policy
    PodTemplateConfiguration.members
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    at = reader[Self.at]
    replicas = reader[Self.replicas]
    policy = reader[Self.policy]
    template = PodTemplateConfiguration(&reader)
  }
}

/// `daemon-set`: one pod on every node.
package struct DaemonSetConfiguration: Configurable {
  package var path: KnobPath
  package var at: SimDuration
  package var pool: Reference?
  package var whileTainted: String?
  package var template: PodTemplateConfiguration

  package static let at = DeploymentConfiguration.at
  package static let pool = Knob<Reference?>(
    optional: "pool", to: ReferenceTarget("cluster.nodePools"),
    help: "The nodes of one pool only (spec.nodeSelector).", source: "none: all nodes")
  package static let whileTainted = Knob<String?>(
    optional: "while-tainted",
    help: "Nodes only while they carry this taint (key or key=value) of their pool: the label that"
      + " its spec.nodeSelector asks for comes and goes with the taint.",
    source: "none: all nodes")

  package static let declaration = SectionDeclaration(
    "daemon-set", help: "One pod on every node."
  ) {
    at
    pool
    whileTainted
    PodTemplateConfiguration.members
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    at = reader[Self.at]
    pool = reader[Self.pool]
    whileTainted = reader[Self.whileTainted]
    template = PodTemplateConfiguration(&reader)
  }
}
