// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// The Coscheduling plug-in of kubernetes-sigs/scheduler-plugins: `kube-scheduler.coscheduling`; absent:
/// PodGroups mean nothing to the scheduler.
package struct CoschedulingConfiguration: Configurable {
  package var path: KnobPath
  package var permitWaitingTime: SimDuration
  package var podGroupBackoff: SimDuration
  package var deniedExpiration: SimDuration

  package static let permitWaitingTime = Knob<SimDuration>(
    "permitWaitingTimeSeconds", default: .seconds(60), in: .seconds(1) ... .minutes(15),
    help: "Longest time that a pod keeps its node while its PodGroup is incomplete.",
    source: "CoschedulingArgs.permitWaitingTimeSeconds: 60; at most 15 min (framework runtime)")
  package static let podGroupBackoff = Knob<SimDuration>(
    "podGroupBackoffSeconds", default: .zero, in: .zero ... .hours(1),
    help: "Time during which no pod of a PodGroup is tried after the group was rejected.",
    source: "CoschedulingArgs.podGroupBackoffSeconds: 0 (0.25 and later)")
  package static let deniedExpiration = Knob<SimDuration>(
    "deniedPGExpirationTimeSeconds", default: .zero, in: .zero ... .hours(1),
    help: "Time during which no pod of a PodGroup is tried after its wait has ended in vain.",
    source: "CoschedulingArgs.deniedPGExpirationTimeSeconds: 20 in the versions of 2020 and 2021;"
      + " 0: later ones, which have podGroupBackoffSeconds")

  package static let declaration = SectionDeclaration(
    "coscheduling", help: "Pods of a PodGroup are bound together or not at all."
  ) {
    permitWaitingTime
    podGroupBackoff
    deniedExpiration
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    permitWaitingTime = reader[Self.permitWaitingTime]
    podGroupBackoff = reader[Self.podGroupBackoff]
    deniedExpiration = reader[Self.deniedExpiration]
  }
}

/// The PodGroup that the pods of an owner belong to: `podGroup`.
package struct PodGroupConfiguration: Configurable, Codable {
  package var path: KnobPath
  package var minMember: Int
  package var scheduleTimeout: SimDuration?

  package static let minMember = Knob<Int>(
    required: "minMember", in: 1...1_000_000,
    help: "Pods without which the group makes no progress.",
    source: "PodGroup spec.minMember; stated by the scenario")
  package static let scheduleTimeout = Knob<SimDuration?>(
    optional: "scheduleTimeoutSeconds", in: .seconds(1) ... .minutes(15),
    help: "Wait of its pods for the group; absent: the plug-in's.",
    source: "PodGroup spec.scheduleTimeoutSeconds: none")

  package static let declaration = SectionDeclaration(
    "podGroup", help: "The pods of each Job, StatefulSet or ReplicaSet form one gang."
  ) {
    minMember
    scheduleTimeout
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    minMember = reader[Self.minMember]
    scheduleTimeout = reader[Self.scheduleTimeout]
  }
}
