// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario
package import Stochastics

/// What is done about a node in which something is found.
package enum HealthReaction: String, KnobChoice, CaseIterable, Codable, Sendable, Comparable {
  /// It is only counted.
  case none
  /// No new pods; those that run are left alone.
  case cordon
  /// No new pods, and those that run are asked to go.
  case evict

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  package static func < (a: HealthReaction, b: HealthReaction) -> Bool { a.rank < b.rank }
}

/// `cluster.node-health`: passive checks of the nodes' hardware and the reaction to what they find.
///
/// The defaults are the policy of OpenAI's post of 2021: cordon at once, evict for serious failures unless
/// a disruption budget forbids it, terminate the machine when its pods are gone or after seven days.
package struct NodeHealthConfiguration: Configurable, Codable {
  package var path: KnobPath
  package var checkInterval: SimDuration
  package var detectionDelay: SimDuration
  package var light: HealthReaction
  package var serious: HealthReaction
  package var maintenance: HealthReaction
  package var failedTest: HealthReaction
  package var evictionRetry: SimDuration
  package var deadline: SimDuration
  package var uncordonsRepaired: Bool
  package var replaces: Bool
  package var replacementDelay: Distribution
  package var apiQPS: Rate
  package var apiBurst: Int

  package static let checkInterval = Knob<SimDuration>(
    "check-interval", default: .minutes(5), in: .seconds(1) ... .hours(24),
    help: "Time between two rounds of passive checks of a node.",
    source: "Kokolis et al. (HPCA 2025): every 5 min; secondary")
  package static let detectionDelay = Knob<SimDuration>(
    "detection-delay", default: .seconds(60), in: .zero ... .hours(24),
    help: "Time for which a fault has to show before a check sees it.",
    source: "DCGM health watches: about 60 s of samples before the first useful answer")
  package static let light = Knob<HealthReaction>(
    "light", default: .cordon, help: "Reaction to a light fault.",
    source: "OpenAI 2021: failing checks cordon the node at once")
  package static let serious = Knob<HealthReaction>(
    "serious", default: .evict, help: "Reaction to a serious fault, or a machine that is down.",
    source: "OpenAI 2021: for more serious failures the pods are also evicted")
  package static let maintenance = Knob<HealthReaction>(
    "maintenance", default: .cordon, help: "Reaction to a notice of maintenance.",
    source: "OpenAI 2021: maintenance events are among the passive checks")
  package static let failedTest = Knob<HealthReaction>(
    "failed-test", default: .evict, help: "Reaction to a failed test of the GPUs.",
    source: "a test that fails has found what makes jobs fail")
  package static let evictionRetry = Knob<SimDuration>(
    "eviction-retry", default: .seconds(5), in: .seconds(1) ... .hours(24),
    help: "Time between two rounds of evictions of what is still on the node.",
    source: "kubectl drain: 5 s after a 429 (pkg/drain/drain.go)")
  package static let deadline = Knob<SimDuration>(
    "termination-deadline", default: .days(7), in: .zero ... .hours(100_000),
    help: "Time from the finding to the machine's termination with whatever still runs on it.",
    source: "OpenAI 2021: after seven days")
  package static let uncordonsRepaired = Knob<Bool>(
    "uncordon-repaired", default: false,
    help: "A node whose faults are all repaired before its machine goes takes pods again.",
    source: "OpenAI 2021: the machine is terminated")
  package static let replaces = Knob<Bool>(
    "replace-machines", default: true,
    help: "For each terminated machine the cloud is asked for another one of the pool.",
    source: "OpenAI 2021: the autoscaler replaces unhealthy nodes")
  package static let replacementDelay = Knob<DurationDistribution>(
    "replacement-delay", default: "0s",
    help: "Time from a machine's termination to asking for another: of own hardware, its repair.",
    source: "a cloud's machines need no repair")
  package static let apiQPS = Knob<Rate>(
    "kube-api-qps", default: Rate(perSecond: 5), in: Rate(perSecond: 0.01)...Rate(perSecond: 1e6),
    help: "Requests per second of its client.", source: "client-go rest.DefaultQPS: 5")
  package static let apiBurst = Knob<Int>(
    "kube-api-burst", default: 10, in: 1...1_000_000, help: "Size of its client's token bucket.",
    source: "client-go rest.DefaultBurst: 10")

  package static let declaration = SectionDeclaration(
    "node-health", help: "Passive checks of the nodes' hardware, and the reaction to them."
  ) {
    checkInterval
    detectionDelay
    light
    serious
    maintenance
    failedTest
    evictionRetry
    deadline
    uncordonsRepaired
    replaces
    replacementDelay
    apiQPS
    apiBurst
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    checkInterval = reader[Self.checkInterval]
    detectionDelay = reader[Self.detectionDelay]
    light = reader[Self.light]
    serious = reader[Self.serious]
    maintenance = reader[Self.maintenance]
    failedTest = reader[Self.failedTest]
    evictionRetry = reader[Self.evictionRetry]
    deadline = reader[Self.deadline]
    uncordonsRepaired = reader[Self.uncordonsRepaired]
    replaces = reader[Self.replaces]
    replacementDelay = reader[Self.replacementDelay].seconds
    apiQPS = reader[Self.apiQPS]
    apiBurst = reader[Self.apiBurst]
  }
}
