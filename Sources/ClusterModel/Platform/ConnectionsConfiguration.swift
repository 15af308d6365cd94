// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// Peers that connect to a workload's pods again and again: `connections`.
package struct ConnectionsConfiguration: Configurable {
  package var path: KnobPath
  package var target: String
  package var peers: Int
  package var every: SimDuration
  package var synRetries: Int

  package static let target = Knob<String>(
    required: "to", help: "Workload whose running pods are connected to.")
  package static let peers = Knob<Int>(
    required: "peers", in: 1...10_000_000,
    help: "Addresses that connect; each needs an entry in the neighbour table of the pod's node.")
  package static let every = Knob<SimDuration>(
    "every", default: .seconds(10), in: .milliseconds(1) ... .hours(24),
    help: "Mean time between two connections of a peer, exponentially distributed.",
    source: "stated by the scenario")
  package static let synRetries = Knob<Int>(
    "net.ipv4.tcp_syn_retries", default: 6, in: 0...127,
    help: "Times that a SYN is sent again, after 1 s, 2 s, 4 s and so on.",
    source: "tcp(7): 6 since Linux 3.7, then 127 s in all")

  package static let declaration = SectionDeclaration(
    "connections", help: "Peers that connect to a workload's pods."
  ) {
    target
    peers
    every
    synRetries
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    target = reader[Self.target]
    peers = reader[Self.peers]
    every = reader[Self.every]
    synRetries = reader[Self.synRetries]
  }
}
