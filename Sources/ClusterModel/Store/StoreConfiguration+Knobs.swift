// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

// Knobs of the members among themselves.
extension StoreConfiguration {
  package static let hostDisk = Knob<String?>(
    optional: "host-disk",
    help: "Name of the disk on each member's host that it shares with all who give the same name.",
    source: "stated by the scenario; absent: each member has a disk of its own")
  package static let memberRoundTrip = Knob<SimDuration>(
    "peer-round-trip-time", default: .microseconds(500), in: .zero ... .seconds(10),
    help: "Network round trip between members.",
    source: "etcd op-guide/performance: within a data centre hundreds of microseconds")
  package static let heartbeatInterval = Knob<SimDuration>(
    "heartbeat-interval", default: .milliseconds(100), in: .milliseconds(1) ... .seconds(10),
    help: "Time between two heartbeats of the leader; election time-outs are multiples of it.",
    source: "etcd --heartbeat-interval: 100 ms (server/embed/config.go)")
  package static let electionTimeout = Knob<SimDuration>(
    "election-timeout", default: .seconds(1), in: .milliseconds(5) ... .seconds(50),
    help: "A follower that has heard nothing for one to two times as long stands for election.",
    source: "etcd --election-timeout: 1,000 ms, at most 50 s (server/embed/config.go)")
  package static let preVote = Knob<Bool>(
    "pre-vote", default: true,
    help: "A candidate asks whether it would win before it raises the term: one round more.",
    source: "etcd --pre-vote: true since 3.5, false before (server/embed/config.go)")
  package static let snapshotCount = Knob<Int>(
    "snapshot-count", default: 100_000, in: 1...1_000_000_000,
    help: "Applied entries after which the leader forgets its log but for the catch-up entries.",
    source: "etcd --snapshot-count: 100,000 in 3.2 to 3.5; 10,000 up to 3.1 and from 3.6")
  package static let snapshotCatchUpEntries = Knob<Int>(
    "snapshot-catchup-entries", default: 5_000, in: 1...1_000_000_000,
    help: "Entries kept for slow followers; one that is further behind gets the whole database.",
    source: "etcd server/etcdserver/server.go DefaultSnapshotCatchUpEntries = 5000")
  package static let restartDelay = Knob<SimDuration>(
    "restart-delay", default: .seconds(10), in: .zero ... .hours(1),
    help: "Time until a member that was killed for want of memory is started again.",
    source: "kubelet crash back-off of a static pod: 10 s (kuberuntime MinBackOff)")
}

// Knobs of leases with a time to live.
extension StoreConfiguration {
  package static let leaseReuseDuration = Knob<SimDuration>(
    "lease-reuse-duration", default: .seconds(60), in: .seconds(1) ... .hours(24),
    help: "Objects with a time to live that are created within it share one etcd lease.",
    source:
      "kube-apiserver --lease-reuse-duration-seconds: 60 (K-api storage/etcd3/lease_manager.go)")
  package static let leaseMaxObjectCount = Knob<Int?>(
    optional: "lease-max-object-count", in: 1...1_000_000_000,
    help: "Objects that may share a lease; absent: no limit.",
    source: "K-api storage/etcd3/lease_manager.go: 1,000 since 1.21 (K pull 98257); none before")
  package static let keepAliveCPU = Knob<SimDuration>(
    "cpu-per-keepalive", default: .microseconds(93), in: .zero ... .seconds(1),
    help: "Time of a core for a lease keepalive.",
    source: "etcd_lease.csv: 92.5 us with 64 workers (3.4.23)")
}

// Knobs of the time that bytes and maintenance take.
extension StoreConfiguration {
  package static let compactionCPUPerRevision = Knob<SimDuration>(
    "compaction-cpu-per-revision", default: .nanoseconds(14_700), in: .zero ... .seconds(1),
    help: "Time under the lock to remove one revision, its bytes and the walk apart.",
    source: compactionSource)
  package static let compactionCPUPerKibibyte = Knob<SimDuration>(
    "compaction-cpu-per-kibibyte", default: .nanoseconds(2_670), in: .zero ... .seconds(1),
    help: "More for each KiB of the file that is freed.", source: compactionSource)
  private static let compactionSource =
    "fitted on the rows of 60,000 revisions of etcd_compaction.csv, 48,000 of them superseded: 1.61 s"
    + " with 1 KiB, 2.79 s with 10 KiB, less 60 pauses of 10 ms and 2.2 us for each looked at (3.4.23)"
  package static let countCPUPerKey = Knob<SimDuration>(
    "range-cpu-per-key-counted", default: .nanoseconds(20), in: .zero ... .seconds(1),
    help: "CPU of a range with a limit for each key that it only counts.",
    source:
      "fitted on pods-consistent-onenode of data/real-control-plane/k8s_list.csv: etcd's CPU is"
      + " 1,474 us at 30,000 pods and 709 us at 2,000, 213 and 22 us of them without any read"
      + " (etcd 3.6.8)")
  package static let requestCPUPerKibibyte = Knob<SimDuration>(
    "cpu-per-request-kibibyte", default: .microseconds(10), in: .zero ... .seconds(1),
    help: "More of `cpu-per-request` for each KiB of the value.", source: bytesSource)
  package static let logCPUPerKibibyte = Knob<SimDuration>(
    "log-cpu-per-kibibyte", default: .microseconds(8), in: .zero ... .seconds(1),
    help: "More of `log-cpu-per-entry` for each KiB of the value (marshalling, checksum).",
    source: bytesSource)
  package static let applyCPUPerKibibyte = Knob<SimDuration>(
    "apply-cpu-per-kibibyte", default: .microseconds(8), in: .zero ... .seconds(1),
    help: "More of `apply-cpu-per-entry` for each KiB of the value.", source: bytesSource)
  private static let bytesSource =
    "etcd_put_sweep.csv: 6 us of CPU a KiB on tmpfs, times 4, as the constants per entry are of"
    + " the 84 us a put at c = 64; their split over the three steps is ours"
  package static let runQueueTurns = Knob<SimDuration>(
    "run-queue-turns", default: .microseconds(1_220), in: .zero ... .seconds(1),
    help: "Time in which a busy core runs 61 goroutines of its own queue; a log loop back from its"
      + " sync waits in the global queue until a core looks there.",
    source: "Go runtime/proc.go findRunnable: every 61st turn; 20 us a turn (ten turns to a request"
      + " of 200 us) is our estimate")
  package static let defragmentationBase = Knob<SimDuration>(
    "defragmentation-base", default: .milliseconds(430), in: .zero ... .hours(1),
    help: "Time that a member stands still for a defragmentation, bytes and keys apart.",
    source: defragmentationSource)
  package static let defragmentationPerMegabyte = Knob<SimDuration>(
    "defragmentation-per-megabyte", default: .microseconds(12_800), in: .zero ... .seconds(100),
    help: "More for each 10^6 bytes in use.", source: defragmentationSource)
  package static let defragmentationPerThousandKeys = Knob<SimDuration>(
    "defragmentation-per-1000-keys", default: .milliseconds(15), in: .zero ... .seconds(100),
    help: "More for each 1,000 revisions kept.", source: defragmentationSource)
  private static let defragmentationSource =
    "facts/real-calibration.md §1: 430 ms + 12.8 ms per MB + 15 ms per 1,000 keys (3.4.23)"
}

// Knobs of watch streams.
extension StoreConfiguration {
  package static let watchChannelSize = Knob<Int>(
    "watch-channel-size", default: 128, in: 1...1_000_000,
    help: "Responses that may wait for a stream in the server.",
    source: "etcd server/storage/mvcc/watchable_store.go: chanBufLen = 128; 1,024 up to 3.3")
  package static let watchSendFactor = Knob<Double>(
    "watch-send-time-factor", default: 5.7, in: 1...1_000,
    help: "Time that sending events takes for each unit of its CPU (`process-cpu`).",
    source: "fitted on p50 of the rows 8streams-lowrate, 1,000 watchers, and 500streams-lowrate of"
      + " etcd_watch_fanout.csv, whose clients and neighbours shared the cores"
  )
}
