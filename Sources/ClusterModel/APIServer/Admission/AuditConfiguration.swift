// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// How much of each request the audit log has.
package enum AuditLevel: String, KnobChoice, CaseIterable, Codable, Sendable {
  case none = "None"
  case metadata = "Metadata"
  case request = "Request"
  case requestResponse = "RequestResponse"
}

/// Whether requests wait for their audit events.
package enum AuditMode: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// The answer waits until the event is written.
  case blocking
  /// Events are buffered and written in the background.
  case batch
}

/// The audit log: a group of knobs of `kube-apiserver`.
package struct AuditConfiguration: Sendable, Codable {
  package var level: AuditLevel
  package var mode: AuditMode
  package var eventBytes: ByteCount
  package var cpuPerKilobyte: SimDuration
  package var writeLatency: SimDuration

  package static let level = Knob<AuditLevel>(
    "audit-policy-level", default: .none, help: "What the audit log has of each request.",
    source: "--audit-policy-file: without it nothing is logged")
  package static let mode = Knob<AuditMode>(
    "audit-log-mode", default: .blocking, help: "Whether answers wait for their audit events.",
    source: "--audit-log-mode: blocking")
  package static let eventBytes = Knob<ByteCount>(
    "audit-event-bytes", default: ByteCount(bytes: 1_000),
    in: ByteCount(bytes: 1)...ByteCount(bytes: 1 << 20),
    help: "Bytes of an event without bodies.", source: "not published; about 1 KB of JSON")
  package static let cpuPerKilobyte = Knob<SimDuration>(
    "audit-cpu-per-kilobyte", default: .microseconds(18), in: .zero ... .seconds(1),
    help: "CPU of an event for each 10^3 bytes.",
    source: "not measured; as json-cpu-per-kilobyte, the same encoder")
  package static let writeLatency = Knob<SimDuration>(
    "audit-write-latency", default: .zero, in: .zero ... .seconds(60),
    help: "Time of writing an event, which `blocking` waits for.",
    source: "a file is written to the page cache; state that of a log behind a network")

  /// What a section's declaration lists.
  package static var members: [any SectionMember] {
    [level, mode, eventBytes, cpuPerKilobyte, writeLatency]
  }

  package init(_ reader: inout SectionReader) {
    level = reader[Self.level]
    mode = reader[Self.mode]
    eventBytes = reader[Self.eventBytes]
    cpuPerKilobyte = reader[Self.cpuPerKilobyte]
    writeLatency = reader[Self.writeLatency]
  }
}
