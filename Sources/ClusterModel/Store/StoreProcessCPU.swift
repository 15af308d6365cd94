// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// CPU that an etcd process uses (`process_cpu_seconds_total`), by what it does: `etcd.NAME.process-cpu`.
///
/// Not the latency constants of `StoreConfiguration`: those were fitted to latencies on a machine whose
/// cores were shared, so they hold waiting that is no work. These are process CPU over operations,
/// on a core of `cpu-speed: 1`.
package struct StoreProcessCPU: Configurable, Codable {
  package var path: KnobPath
  package var perPut: SimDuration
  package var perKibibyte: SimDuration
  package var perLogSync: SimDuration
  package var perDiskSync: SimDuration
  package var perDiskKibibyte: SimDuration
  package var perFollowerEntry: SimDuration
  package var perFollowerMessage: SimDuration
  package var perWakeUp: SimDuration
  package var cold: SimDuration
  package var coolingHalfTime: SimDuration
  package var atRest: Double
  package var perRead: SimDuration
  package var perReadIndex: SimDuration
  package var perLeaseGrant: SimDuration
  package var perLeaseKeepAlive: SimDuration
  package var perWatchEvent: SimDuration
  package var perWatchResponse: SimDuration
  package var perWatchStream: SimDuration

  /// The rows behind the costs of a put: every second row of each series of both files, in their order; the
  /// rule was stated before this fit, when the rows were known from earlier ones. Least squares of the logarithms of simulated over measured, at
  /// the best of five values of `cooling-half-time` (3 ms to 14 ms; the minimum is flat).
  private static let putRows =
    "fitted on every second row of each series of etcd_put_sweep.csv (3.4.23: single-tmpfs up to 8 KiB,"
    + " single-disk, three-disk-leader) and of the 256 B rows of etcd_fsync_delay.csv at +5 ms and more"
  private static let range = SimDuration.zero ... .seconds(1)

  package static let perPut = Knob<SimDuration>(
    "per-put", default: .nanoseconds(54_800), in: range,
    help: "To receive, check, propose, apply and answer one write.", source: putRows)
  package static let perKibibyte = Knob<SimDuration>(
    "per-kibibyte", default: .nanoseconds(7_200), in: range,
    help: "More for each KiB of the value written.", source: putRows)
  package static let perLogSync = Knob<SimDuration>(
    "per-log-sync", default: .microseconds(70), in: range,
    help: "One turn of the log loop, however many entries it carries.", source: putRows)
  package static let perDiskSync = Knob<SimDuration>(
    "per-disk-sync", default: .microseconds(296), in: range,
    help: "More for a log sync that has to wait for a device.", source: putRows)
  package static let perDiskKibibyte = Knob<SimDuration>(
    "per-disk-kibibyte", default: .nanoseconds(13_100), in: range,
    help: "More for each KiB of the value where the log is on a device.", source: putRows)
  package static let perFollowerEntry = Knob<SimDuration>(
    "per-follower-entry", default: .microseconds(29), in: range,
    help: "Of the leader to send an entry to one follower.", source: putRows)
  package static let perFollowerMessage = Knob<SimDuration>(
    "per-follower-message", default: .microseconds(94), in: range,
    help: "Of the leader for one append message and its answer.", source: putRows)
  package static let cold = Knob<SimDuration>(
    "cold", default: .zero, in: range,
    help: """
      More for the first work after a long pause where other processes use the core and take the \
      process's caches meanwhile; 0 on a machine of its own. After a pause of `cooling-half-time` it is \
      half of this. The write or the log loop that finds the caches cold takes as much longer.
      """,
    source: "666 us beside the busy jobs of facts/real-calibration.md (profile measured-2026), "
      + putRows)
  package static let coolingHalfTime = Knob<SimDuration>(
    "cooling-half-time", default: .microseconds(4_500), in: .microseconds(1) ... .seconds(60),
    help: "Pause after which the first work costs half of `cold` more.", source: putRows)
  package static let atRest = Knob<Double>(
    "at-rest", default: 0.017, in: 0...1,
    help:
      "Share of a core that the process uses while it has no request: ticks, metrics, its runtime.",
    source: putRows)
  package static let perWakeUp = Knob<SimDuration>(
    "per-wake-up", default: .microseconds(51), in: range,
    help: "More for a read that finds the member with nothing in hand.",
    source:
      "etcd_put_sweep.csv: serializable gets, 197 us with 1 client less 85 us with 64 and less 61 us"
      + " for the pause of 0.4 ms between them (3.4.23; fitted)")
  package static let perRead = Knob<SimDuration>(
    "per-read", default: .microseconds(85), in: range,
    help: "One get or range, keys and bytes apart.",
    source: "etcd_put_sweep.csv: serializable get with 64 clients, 85 us (3.4.23; fitted)")
  package static let perReadIndex = Knob<SimDuration>(
    "per-read-index", default: .microseconds(203), in: range,
    help: "Of the leader for one read-index round with its followers.",
    source:
      "etcd_put_sweep.csv: get with 1 client, linearizable 531 us less 328 us of a serializable read"
      + " with the pause of 1.5 ms between them (3.4.23; fitted)")
  package static let perLeaseGrant = Knob<SimDuration>(
    "per-lease-grant", default: .microseconds(87), in: range,
    help: "One lease grant, its share of the log sync apart.",
    source: "etcd_lease.csv: 150 us with 7.7 grants a sync of 482 us (3.4.23; fitted)")
  package static let perLeaseKeepAlive = Knob<SimDuration>(
    "per-lease-keepalive", default: .microseconds(93), in: range,
    help: "One lease keepalive; it does not reach the log.",
    source: "etcd_lease.csv: 92.5 us with 64 workers (3.4.23; fitted)")
  package static let perWatchEvent = Knob<SimDuration>(
    "per-watch-event", default: .nanoseconds(2_060), in: range,
    help: "One event in a response to one watcher.",
    source: "etcd_watch_fanout.csv: 8streams-saturate, 1,000 watchers that are behind and get many"
      + " events in a response: 2.06 us (3.4.23; fitted)")
  package static let perWatchResponse = Knob<SimDuration>(
    "per-watch-response", default: .nanoseconds(1_000), in: range,
    help: "One response to one watcher, its events apart.", source: watchRows)
  package static let perWatchStream = Knob<SimDuration>(
    "per-watch-stream", default: .microseconds(42), in: range,
    help: "Waking the sender of one stream and flushing what it wrote.", source: watchRows)
  private static let watchRows =
    "fitted on the rows 8streams-lowrate, 1,000 watchers (7.25 us an event), and 500streams-lowrate"
    + " (50 us) of etcd_watch_fanout.csv less the put (3.4.23)"

  package static let declaration = SectionDeclaration(
    "process-cpu", help: "CPU that the process of a member uses."
  ) {
    perPut
    perKibibyte
    perLogSync
    perDiskSync
    perDiskKibibyte
    perFollowerEntry
    perFollowerMessage
    cold
    coolingHalfTime
    atRest
    perWakeUp
    perRead
    perReadIndex
    perLeaseGrant
    perLeaseKeepAlive
    perWatchEvent
    perWatchResponse
    perWatchStream
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    perPut = reader[Self.perPut]
    perKibibyte = reader[Self.perKibibyte]
    perLogSync = reader[Self.perLogSync]
    perDiskSync = reader[Self.perDiskSync]
    perDiskKibibyte = reader[Self.perDiskKibibyte]
    perFollowerEntry = reader[Self.perFollowerEntry]
    perFollowerMessage = reader[Self.perFollowerMessage]
    cold = reader[Self.cold]
    coolingHalfTime = reader[Self.coolingHalfTime]
    atRest = reader[Self.atRest]
    perWakeUp = reader[Self.perWakeUp]
    perRead = reader[Self.perRead]
    perReadIndex = reader[Self.perReadIndex]
    perLeaseGrant = reader[Self.perLeaseGrant]
    perLeaseKeepAlive = reader[Self.perLeaseKeepAlive]
    perWatchEvent = reader[Self.perWatchEvent]
    perWatchResponse = reader[Self.perWatchResponse]
    perWatchStream = reader[Self.perWatchStream]
  }

  /// The same work on a faster or slower core.
  func on(_ machine: MachineConfiguration) -> StoreProcessCPU {
    var scaled = self
    scaled.perPut = machine.cpuTime(perPut)
    scaled.perKibibyte = machine.cpuTime(perKibibyte)
    scaled.perLogSync = machine.cpuTime(perLogSync)
    scaled.perDiskSync = machine.cpuTime(perDiskSync)
    scaled.perDiskKibibyte = machine.cpuTime(perDiskKibibyte)
    scaled.perFollowerEntry = machine.cpuTime(perFollowerEntry)
    scaled.perFollowerMessage = machine.cpuTime(perFollowerMessage)
    scaled.cold = machine.cpuTime(cold)
    scaled.atRest = atRest / machine.cpuSpeed
    scaled.perWakeUp = machine.cpuTime(perWakeUp)
    scaled.perRead = machine.cpuTime(perRead)
    scaled.perReadIndex = machine.cpuTime(perReadIndex)
    scaled.perLeaseGrant = machine.cpuTime(perLeaseGrant)
    scaled.perLeaseKeepAlive = machine.cpuTime(perLeaseKeepAlive)
    scaled.perWatchEvent = machine.cpuTime(perWatchEvent)
    scaled.perWatchResponse = machine.cpuTime(perWatchResponse)
    scaled.perWatchStream = machine.cpuTime(perWatchStream)
    return scaled
  }

  /// What a pause costs: the process at rest, and its first work afterwards.
  func cost(ofPause pause: SimDuration) -> SimDuration {
    SimDuration(nanoseconds: Int64(Double(pause.nanoseconds) * atRest)) + coldStart(after: pause)
  }

  /// How much longer the first work after a pause takes.
  func coldStart(after pause: SimDuration) -> SimDuration {
    let idle = Double(pause.nanoseconds)
    let cooled = idle / (idle + Double(coolingHalfTime.nanoseconds))
    return SimDuration(nanoseconds: Int64(Double(cold.nanoseconds) * cooled))
  }

  /// One response with so many events to each watcher.
  func watch(watchers: Int, streams: Int, events: Int) -> SimDuration {
    (perWatchResponse + perWatchEvent * events) * watchers + perWatchStream * streams
  }
}

extension SimDuration {
  /// This cost of a KiB, for so many bytes.
  func forKibibytes(ofBytes bytes: Int) -> SimDuration {
    SimDuration(nanoseconds: nanoseconds * Int64(bytes) / 1024)
  }
}
