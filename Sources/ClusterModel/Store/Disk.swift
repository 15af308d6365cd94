// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario
package import Stochastics

/// A disk type of the scenario (`disks:`), as a cloud's price list or a benchmark describes it.
package struct DiskConfiguration: Configurable {
  package var path: KnobPath
  /// Time from a write to its completed flush, one at a time on an idle disk.
  package var writeLatency: DurationDistribution
  package var iops: Rate?
  package var iopsBurst: Int?
  package var bandwidth: ByteRate?
  package var queueDepth: Int
  package var maxIOBytes: ByteCount

  package static let writeLatency = Knob<DurationDistribution>(
    required: "write-latency",
    help: "Time of one write with its flush (fdatasync) on the otherwise idle disk.",
    source: "none: a disk type must state it, from a measurement such as fio or fdatasync times")
  package static let iops = Knob<Rate?>(
    optional: "iops", in: Rate(perSecond: 1)...Rate(perSecond: 10_000_000),
    help: "Cap on operations per second that the cloud enforces; absent: no cap.",
    source: "the disk type's price list")
  package static let iopsBurst = Knob<Int?>(
    optional: "iops-burst", in: 1...1_000_000_000,
    help: "Operations that may go at once after a rest; absent: a tenth of a second's worth.",
    source: "AWS EBS gp2: a bucket of 5,400,000 I/O credits; caps without credits are enforced over"
      + " short intervals, a tenth of a second is our choice")
  package static let bandwidth = Knob<ByteRate?>(
    optional: "bandwidth",
    in: ByteRate(bytesPerSecond: 1_000)...ByteRate(bytesPerSecond: 100_000_000_000),
    help: "Cap on bytes written per second; absent: no cap.",
    source: "the disk type's price list")
  package static let queueDepth = Knob<Int>(
    "queue-depth", default: 64, in: 1...65_536,
    help: "Operations that the disk works on at the same time.",
    source: "Linux block layer: nr_requests of a virtual disk; NVMe and cloud disks take more")
  package static let maxIOBytes = Knob<ByteCount>(
    "max-io-bytes", default: ByteCount(bytes: 262_144),
    in: ByteCount(bytes: 512)...ByteCount(bytes: 1 << 30),
    help: "A larger write counts as several operations against the cap.",
    source: "Azure managed disks documentation: I/O units of 256 KiB")

  package static let declaration = SectionDeclaration("disk", help: "A type of disk.") {
    writeLatency
    iops
    iopsBurst
    bandwidth
    queueDepth
    maxIOBytes
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    writeLatency = reader[Self.writeLatency]
    iops = reader[Self.iops]
    iopsBurst = reader[Self.iopsBurst]
    bandwidth = reader[Self.bandwidth]
    queueDepth = reader[Self.queueDepth]
    maxIOBytes = reader[Self.maxIOBytes]
    if iopsBurst != nil, iops == nil {
      reader.fail(
        Self.iopsBurst, "a burst without a cap",
        hint: "state 'iops', the rate that fills the bucket")
    }
  }
}

/// One disk: flushes take a latency from a distribution, several at a time, and a cloud may cap
/// operations and bytes per second. Which of the three binds is not said anywhere; it follows.
package struct Disk: Codable, Sendable {
  private let latency: Distribution
  private let bytesPerSecond: Int64?
  private let maxIOBytes: Int
  package let iopsCap: Double?
  private var slots: FIFOStation
  private var tokens: TokenBucket?
  private var transferFreeAt: SimTime = .zero

  /// Operations counted as the cloud counts them.
  package private(set) var operations = 0
  /// Time during which at least one operation was under way (`node_disk_io_time_seconds_total`).
  package private(set) var busy: SimDuration = .zero
  private var busyUntil: SimTime = .zero

  package init(_ configuration: DiskConfiguration) {
    latency = configuration.writeLatency.seconds
    bytesPerSecond = configuration.bandwidth.map { Int64($0.bytesPerSecond) }
    maxIOBytes = Int(configuration.maxIOBytes.bytes)
    iopsCap = configuration.iops?.perSecond
    slots = FIFOStation(servers: configuration.queueDepth)
    let burst = configuration.iopsBurst
    tokens = configuration.iops.map {
      TokenBucket(perSecond: $0.perSecond, burst: burst ?? max(1, Int($0.perSecond / 10)))
    }
  }

  /// Writes and flushes; returns when it is on stable storage. Calls must come in time order.
  package mutating func write(
    bytes: Int, at now: SimTime, _ stream: inout RandomStream
  ) -> SimTime {
    let parts = max(1, (bytes + maxIOBytes - 1) / maxIOBytes)
    operations += parts
    var ready = tokens?.take(parts, at: now) ?? now
    if let bytesPerSecond {
      ready = max(ready, transferFreeAt) + SimDuration(of: Int64(bytes), at: bytesPerSecond)
      transferFreeAt = ready
    }
    let service = SimDuration(roundingSeconds: latency.sample(&stream))
    let visit = slots.arrive(at: ready, service: service)
    if visit.finish > busyUntil {
      busy += visit.finish - max(now, busyUntil)
      busyUntil = visit.finish
    }
    return visit.finish
  }
}
