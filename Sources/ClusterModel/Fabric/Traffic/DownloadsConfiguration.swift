// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// Pods of a workload that download something from the Internet: `downloads`.
package struct DownloadsConfiguration: Configurable {
  package var path: KnobPath
  package var podsOf: String
  package var bytes: ByteCount
  package var serverRate: ByteRate?
  package var pause: SimDuration?

  package static let podsOf = Knob<String>(
    required: "pods-of", help: "Workload whose pods download, each over one connection.")
  package static let bytes = Knob<ByteCount>(
    required: "bytes", in: ByteCount(bytes: 1)...ByteCount(bytes: 1 << 50),
    help: "Bytes of each download.")
  package static let serverRate = Knob<ByteRate?>(
    optional: "server-rate",
    in: ByteRate(bytesPerSecond: 1_000)...ByteRate(bytesPerSecond: 1e12),
    help: "What the server gives one connection; absent: whatever the links carry.",
    source: "Azure Blob Storage: 60 MiB/s for a single blob before 2021; state the server's own")
  package static let pause = Knob<SimDuration?>(
    optional: "pause", in: .milliseconds(1) ... .hours(8_760),
    help: "Time from the end of a pod's download to its next one; absent: it downloads once.",
    source: "stated by the scenario")

  package static let declaration = SectionDeclaration(
    "downloads", help: "Data that the pods of a workload fetch from the Internet."
  ) {
    podsOf
    bytes
    serverRate
    pause
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    podsOf = reader[Self.podsOf]
    bytes = reader[Self.bytes]
    serverRate = reader[Self.serverRate]
    pause = reader[Self.pause]
  }
}
