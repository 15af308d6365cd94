// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// The Events that components record: `cluster.event-recording`.
package struct EventRecorderConfiguration: Configurable, Codable {
  package var path: KnobPath
  package var enabled: Bool
  package var kubeletQPS: Rate
  package var kubeletBurst: Int
  package var objectBytes: ByteCount
  package var spamBurst: Int
  package var spamInterval: SimDuration

  package static let enabled = Knob<Bool>(
    "enabled", default: true,
    help: "Scheduler, kubelets and controllers write Event objects.",
    source: "client-go tools/record: all versions do")
  package static let kubeletQPS = Knob<Rate>(
    "event-qps", default: Rate(perSecond: 5),
    in: Rate(perSecond: 0.001)...Rate(perSecond: 1_000_000),
    help: "Events per second that a kubelet writes.",
    source: "kubelet --event-qps: 5 through 1.26, 50 since 1.27")
  package static let kubeletBurst = Knob<Int>(
    "event-burst", default: 10, in: 1...1_000_000, help: "Events that a kubelet may write at once.",
    source: "kubelet --event-burst: 10 through 1.26, 100 since 1.27")
  package static let objectBytes = Knob<ByteCount>(
    "event-object-bytes", default: ByteCount(bytes: 1_000),
    in: ByteCount(bytes: 100)...ByteCount(bytes: 1_500_000), help: "Size of an Event object.",
    source: "no published size found; 1 KB assumed, as the benchmark of etcd's watches has it")
  package static let spamBurst = Knob<Int>(
    "event-spam-burst", default: 25, in: 1...1_000_000,
    help: "Events about one object that a component may record at once.",
    source: "client-go tools/record/events_cache.go: defaultSpamBurst = 25")
  package static let spamInterval = Knob<SimDuration>(
    "event-spam-interval", default: .minutes(5), in: .milliseconds(1) ... .hours(24),
    help: "Time between two further Events about one object.",
    source: "client-go tools/record/events_cache.go: defaultSpamQPS = 1/300 s")

  package static let declaration = SectionDeclaration(
    "event-recording", help: "The Event objects that components record."
  ) {
    enabled
    kubeletQPS
    kubeletBurst
    objectBytes
    spamBurst
    spamInterval
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    enabled = reader[Self.enabled]
    kubeletQPS = reader[Self.kubeletQPS]
    kubeletBurst = reader[Self.kubeletBurst]
    objectBytes = reader[Self.objectBytes]
    spamBurst = reader[Self.spamBurst]
    spamInterval = reader[Self.spamInterval]
  }
}
