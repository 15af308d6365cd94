// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
import Measurement
package import Scenario
import Stochastics

/// A program that writes to a disk as fast as it is let, like `fio`: `disk-writer`.
package struct DiskWriterConfiguration: Configurable {
  package var path: KnobPath
  package var disk: Reference
  package var bytes: ByteCount
  package var ioDepth: Int
  package var hostDisk: String?
  package var host: Int

  package static let disk = Knob<Reference>(
    required: "disk", to: ReferenceTarget("disks"), help: "Disk type written to.")
  package static let bytes = Knob<ByteCount>(
    "block-size", default: ByteCount(bytes: 4096),
    in: ByteCount(bytes: 512)...ByteCount(bytes: 1 << 30), help: "Bytes of each write.",
    source: "fio --bs: 4 KiB")
  package static let ioDepth = Knob<Int>(
    "iodepth", default: 1, in: 1...65_536, help: "Writes under way at the same time.",
    source: "fio --iodepth: 1")

  package static let hostDisk = Knob<String?>(
    optional: "host-disk",
    help: "Name of the disk that it shares with all who give the same name; absent: its own.",
    source: "stated by the scenario")
  package static let host = Knob<Int>(
    "host", default: 0, in: 0...8,
    help: "Whose disk of that name: the machine of the etcd member of this number.",
    source: "stated by the scenario")

  package static let declaration = SectionDeclaration(
    "disk-writer", help: "A closed loop of synchronous writes to a disk."
  ) {
    disk
    bytes
    ioDepth
    hostDisk
    host
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    disk = reader[Self.disk]
    bytes = reader[Self.bytes]
    ioDepth = reader[Self.ioDepth]
    hostDisk = reader[Self.hostDisk]
    host = reader[Self.host]
  }
}

/// Everything that can happen to disk writers.
package enum DiskWriterEvent: BitwiseCopyable, Codable, Sendable {
  /// A write is on stable storage; the next one follows at once.
  case written(UInt16)
}

/// Programs that write to a disk in a closed loop.
package struct DiskWriters: Codable, Sendable {
  private struct Writer: Codable, Sendable {
    var disk: DiskID
    var bytes: Int
    var depth: Int
    var stream: StreamID
    var operations: CounterID
    var duration: HistogramID
    var usage: DiskUsage
  }

  private var writers: [Writer] = []

  package init() {}

  package mutating func add(
    _ configuration: DiskWriterConfiguration, name: String, disk: DiskConfiguration,
    _ context: inout ClusterContext
  ) {
    let labels = [MetricLabel("workload", name)]
    writers.append(
      Writer(
        disk: context.disks.place(
          disk, hostDisk: configuration.hostDisk, member: configuration.host),
        bytes: Int(configuration.bytes.bytes), depth: configuration.ioDepth,
        stream: context.streams.stream("disk-writer/\(name)"),
        operations: context.instruments.counter(.diskWriterOperations, labels),
        duration: context.instruments.histogram(.diskWriterDuration, labels),
        usage: DiskUsage(device: name, &context.instruments)))
  }

  package mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    for index in writers.indices {
      for _ in 0..<writers[index].depth { write(index, &context, &agenda) }
    }
  }

  package mutating func handle(
    _ event: DiskWriterEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .written(let writer):
      context.instruments.add(1, to: writers[Int(writer)].operations, at: agenda.now)
      write(Int(writer), &context, &agenda)
    }
  }

  private mutating func write(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let writer = writers[index]
    let done = context.disks[writer.disk].write(
      bytes: writer.bytes, at: agenda.now, &context.streams[writer.stream])
    context.instruments.record(done - agenda.now, in: writers[index].duration, at: agenda.now)
    agenda.schedule(.diskWriters(.written(UInt16(index))), in: context.cluster, at: done)
  }

  /// The warm-up is over.
  package mutating func openWindow(_ disks: borrowing DiskTable) {
    for index in writers.indices {
      writers[index].usage.openWindow(disks[writers[index].disk])
    }
  }

  /// Brings the disks' utilisation up to date; called when the run is summed up.
  package mutating func sumUp(
    over window: SimDuration, at now: SimTime, _ context: inout ClusterContext
  ) {
    for index in writers.indices {
      writers[index].usage.sumUp(
        context.disks[writers[index].disk], over: window, at: now, &context.instruments)
    }
  }
}
