// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// OpenAI's autoscaler of 2017: `cluster.kubernetes-ec2-autoscaler`; absent: no autoscaler.
package struct AutoscalerConfiguration: Configurable, Codable {
  package var path: KnobPath
  package var sleep: SimDuration
  package var phase: SimDuration
  package var deadAfter: SimDuration
  package var idleThreshold: SimDuration
  package var spareNodes: Int
  package var overProvision: Int
  package var maxScaleInFraction: Fraction?

  package static let sleep = Knob<SimDuration>(
    "sleep", default: .seconds(60), in: .seconds(1) ... .hours(24),
    help: "Pause between two rounds.",
    source: "openai/kubernetes-ec2-autoscaler main.py --sleep: 60 s")
  package static let phase = Knob<SimDuration>(
    "phase", default: .seconds(60), in: .zero ... .hours(24),
    help: "When the first round begins; decides which heartbeats a round sees.",
    source: "none: whenever the process was started")
  package static let deadAfter = Knob<SimDuration>(
    "dead-after", default: .minutes(60), in: .seconds(1) ... .hours(1000),
    help: "Age of the stored Ready heartbeat above which a node is dead.",
    source: "openai/kubernetes-ec2-autoscaler commit 230012b (13 Apr 2017): 60 min")
  package static let idleThreshold = Knob<SimDuration>(
    "idle-threshold", default: .seconds(3_300), in: .zero ... .hours(10_000),
    help: "Time without pods after which a node is superfluous.",
    source: "openai/kubernetes-ec2-autoscaler main.py --idle-threshold: 3,300 s")
  package static let spareNodes = Knob<Int>(
    "spare-agents", default: 5, in: 0...1_000_000, help: "Idle nodes that are kept.",
    source: "openai/kubernetes-ec2-autoscaler cluster.py: 5 idle nodes per type")
  package static let overProvision = Knob<Int>(
    "over-provision", default: 5, in: 0...1_000_000,
    help: "Machines asked for beyond what waiting pods need.",
    source: "openai/kubernetes-ec2-autoscaler main.py --over-provision: 5")
  package static let maxScaleInFraction = Knob<Fraction?>(
    optional: "max-scale-in-fraction", in: Fraction(0)...Fraction(1),
    help: "A round that would remove more than this share of the nodes removes none.",
    source: "openai/kubernetes-ec2-autoscaler commit f93b5ef (7 Jun 2017): 0.1; absent before")

  package static let declaration = SectionDeclaration(
    "kubernetes-ec2-autoscaler", help: "OpenAI's autoscaler of 2017."
  ) {
    sleep
    phase
    deadAfter
    idleThreshold
    spareNodes
    overProvision
    maxScaleInFraction
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    sleep = reader[Self.sleep]
    phase = reader[Self.phase]
    deadAfter = reader[Self.deadAfter]
    idleThreshold = reader[Self.idleThreshold]
    spareNodes = reader[Self.spareNodes]
    overProvision = reader[Self.overProvision]
    maxScaleInFraction = reader[Self.maxScaleInFraction]
  }
}
