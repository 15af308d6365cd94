// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// Whether a pending delete makes the backend commit at once.
package enum DeleteCommit: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// With the next batch. etcd up to 3.4.29 and 3.5.11 (some patch releases apart).
  case batched
  /// As soon as the write transaction closes. etcd 3.4.30, 3.5.12, 3.6.0 (E pull 17119).
  case immediate
}

/// How a store makes an entry durable before it counts as written.
package enum LogStrategy: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// Raft with the log written and synced on every member's disk: etcd.
  case raftOnDisk = "raft-on-disk"
  /// Raft with log and backend in memory (a RAM disk): as durable as a majority is alive.
  case raftInMemory = "raft-in-memory"
}

/// One etcd cluster: an entry of `cluster.etcd`.
///
/// Names are etcd's flags where there is one. What differs between versions is a capability here and
/// set by a profile; no Swift code compares version numbers.
package struct StoreConfiguration: Configurable, Codable {
  package var path: KnobPath
  package var members: Int
  package var machine: Reference?
  package var disk: Reference
  package var logStrategy: LogStrategy
  package var resources: [String]
  package var quotaBackendBytes: ByteCount
  package var backendBatchInterval: SimDuration
  package var backendBatchLimit: Int
  package var maxRequestBytes: ByteCount
  package var applyGapLimit: Int
  package var maxEntriesPerSync: Int?
  package var memberRoundTrip: SimDuration
  package var rangeBlocksApply: Bool
  package var deleteCommit: DeleteCommit
  package var compactionBatchLimit: Int
  package var compactionSleepInterval: SimDuration
  package var requestCPU: SimDuration
  package var logCPUPerEntry: SimDuration
  package var applyCPU: SimDuration
  package var readCPU: SimDuration
  package var readCPUPerKey: SimDuration
  package var readCPUPerMegabyte: SimDuration
  package var countCPUPerKey: SimDuration
  package var compactionCPUPerRevision: SimDuration
  package var compactionCPUPerKibibyte: SimDuration
  package var serveDeletesOverQuota: Bool
  package var hostDisk: String?
  package var heartbeatInterval: SimDuration
  package var electionTimeout: SimDuration
  package var preVote: Bool
  package var snapshotCount: Int
  package var snapshotCatchUpEntries: Int
  package var restartDelay: SimDuration
  package var leaseReuseDuration: SimDuration
  package var leaseMaxObjectCount: Int?
  package var keepAliveCPU: SimDuration
  package var requestCPUPerKibibyte: SimDuration
  package var logCPUPerKibibyte: SimDuration
  package var applyCPUPerKibibyte: SimDuration
  package var runQueueTurns: SimDuration
  package var defragmentationBase: SimDuration
  package var defragmentationPerMegabyte: SimDuration
  package var defragmentationPerThousandKeys: SimDuration
  package var watchChannelSize: Int
  package var watchSendFactor: Double
  package var processCPU: StoreProcessCPU

  /// Faults planted by tests to show that the batch law needs both mechanisms; no knob.
  package var applyWaitsForBackendCommit = true
  package var timerRestartsAfterCommit = true

  package static let members = Knob<Int>(
    "members", default: 3, in: 1...9, help: "Members of the etcd cluster; a majority must sync.",
    source: "etcd FAQ: three or five members")
  package static let machine = Knob<Reference?>(
    optional: "machine", to: ReferenceTarget("machines"), help: "Machine type of each member.",
    source: "none; without it a member has 8 cores and 10 Gbit/s")
  package static let disk = Knob<Reference>(
    required: "disk", to: ReferenceTarget("disks"),
    help: "Disk type that holds log and backend of each member.")
  package static let logStrategy = Knob<LogStrategy>(
    "log-strategy", default: .raftOnDisk, help: "What a write waits for on each member.",
    source: "etcd server/storage/wal/wal.go: every batch is written and synced")
  package static let resources = Knob<[String]>(
    "resources", default: [],
    help: "Resources kept here instead of in `main` (the store of all others).",
    source: "kube-apiserver --etcd-servers-overrides; default none")
  package static let quotaBackendBytes = Knob<ByteCount>(
    "quota-backend-bytes", default: ByteCount(bytes: 2 << 30),
    in: ByteCount(bytes: 1 << 20)...ByteCount(bytes: 1 << 43),
    help: "Size of the backend file above which the NOSPACE alarm refuses writes.",
    source: "etcd --quota-backend-bytes: 2 GiB in every version (server/storage/quota.go)")
  package static let backendBatchInterval = Knob<SimDuration>(
    "backend-batch-interval", default: .milliseconds(100), in: .milliseconds(1) ... .seconds(60),
    help: "Time from one backend commit to the next.",
    source: "etcd --backend-batch-interval: 100 ms (server/storage/backend/backend.go)")
  package static let backendBatchLimit = Knob<Int>(
    "backend-batch-limit", default: 10_000, in: 1...10_000_000,
    help: "Pending operations that make the backend commit at once.",
    source: "etcd --backend-batch-limit: 10,000 (server/storage/backend/backend.go)")
  package static let maxRequestBytes = Knob<ByteCount>(
    "max-request-bytes", default: ByteCount(bytes: 1_572_864),
    in: ByteCount(bytes: 1024)...ByteCount(bytes: 1 << 30),
    help: "A larger write is refused.",
    source: "etcd --max-request-bytes: 1.5 MiB (server/embed/config.go)")
  package static let applyGapLimit = Knob<Int>(
    "max-gap-between-apply-and-commit-index", default: 5_000, in: 1...10_000_000,
    help: "Committed entries not yet applied above which new writes are refused.",
    source: "etcd server/etcdserver/v3_server.go maxGapBetweenApplyAndCommitIndex = 5000")
  package static let maxEntriesPerSync = Knob<Int?>(
    optional: "max-entries-per-sync", in: 1...1_000_000,
    help: "Entries that one log sync may carry; absent: all that queued during the last sync.",
    source: "etcd server/etcdserver/raft.go: no such limit; only for calibrated what-ifs")
  package static let rangeBlocksApply = Knob<Bool>(
    "range-blocks-apply", default: false,
    help: "A range read holds the lock that applying an entry needs.",
    source: "etcd CHANGELOG-3.4: concurrent read transactions since 3.4; true before")
  package static let deleteCommit = Knob<DeleteCommit>(
    "delete-commit", default: .batched,
    help: "Whether a delete makes the backend commit at once.",
    source: "etcd pull 17119: immediate from 3.4.30, 3.5.12, 3.6.0")
  package static let compactionBatchLimit = Knob<Int>(
    "compaction-batch-limit", default: 1_000, in: 1...10_000_000,
    help: "Revisions that one compaction step removes under the lock.",
    source: "etcd --experimental-compaction-batch-limit: 1,000 since 3.4; 10,000 before")
  package static let compactionSleepInterval = Knob<SimDuration>(
    "compaction-sleep-interval", default: .milliseconds(10), in: .zero ... .seconds(60),
    help: "Pause between compaction steps.",
    source: "etcd server/storage/mvcc/kvstore_compaction.go: 10 ms since 3.4; 100 ms before")
  package static let requestCPU = Knob<SimDuration>(
    "cpu-per-request", default: .microseconds(200), in: .zero ... .seconds(1),
    help: "CPU of a member to receive, check, propose and answer one write.",
    source:
      "fitted on c = 1, 64, 256 at +10 ms of data/real-control-plane/etcd_fsync_delay.csv (3.4.23)")
  package static let logCPUPerEntry = Knob<SimDuration>(
    "log-cpu-per-entry", default: .microseconds(45), in: .zero ... .seconds(1),
    help: "CPU of the log loop for each entry; does not overlap the sync.",
    source:
      "fitted on c = 1, 64, 256 at +10 ms of data/real-control-plane/etcd_fsync_delay.csv (3.4.23)")
  package static let applyCPU = Knob<SimDuration>(
    "apply-cpu-per-entry", default: .microseconds(90), in: .zero ... .seconds(1),
    help: "CPU of the applier for each entry, one after the other.",
    source:
      "fitted on c = 1, 64, 256 at +10 ms of data/real-control-plane/etcd_fsync_delay.csv (3.4.23)")
  package static let readCPU = Knob<SimDuration>(
    "cpu-per-read", default: .microseconds(126), in: .zero ... .seconds(1),
    help: "CPU of a member for a read, keys and bytes apart.",
    source: "facts/real-calibration.md, etcd_put_sweep.csv: 126 us per linearizable get at c = 64")
  package static let readCPUPerKey = Knob<SimDuration>(
    "range-cpu-per-key", default: .nanoseconds(2_200), in: .zero ... .seconds(1),
    help: "CPU of a range read for each key.",
    source: "facts/real-calibration.md §1: CPU ms = 2.3 per MB + 0.0022 per key (3.4.23)")
  package static let readCPUPerMegabyte = Knob<SimDuration>(
    "range-cpu-per-megabyte", default: .microseconds(2_300), in: .zero ... .seconds(10),
    help: "CPU of a range read for each 10^6 bytes.",
    source: "facts/real-calibration.md §1: CPU ms = 2.3 per MB + 0.0022 per key (3.4.23)")
  package static let serveDeletesOverQuota = Knob<Bool>(
    "deletes-pass-nospace", default: true,
    help: "Deletes are served while the NOSPACE alarm is on.",
    source: "etcd op-guide/maintenance; measured on 3.4.23 (facts/real-calibration.md §1)")

  package static let processCPU = Subsection<StoreProcessCPU>("process-cpu")

  package static let declaration = SectionDeclaration("etcd", help: "One etcd cluster.") {
    members
    machine
    disk
    logStrategy
    resources
    quotaBackendBytes
    backendBatchInterval
    backendBatchLimit
    maxRequestBytes
    applyGapLimit
    maxEntriesPerSync
    memberRoundTrip
    rangeBlocksApply
    deleteCommit
    compactionBatchLimit
    compactionSleepInterval
    requestCPU
    logCPUPerEntry
    applyCPU
    readCPU
    readCPUPerKey
    readCPUPerMegabyte
    countCPUPerKey
    compactionCPUPerRevision
    compactionCPUPerKibibyte
    serveDeletesOverQuota
    hostDisk
    heartbeatInterval
    electionTimeout
    preVote
    snapshotCount
    snapshotCatchUpEntries
    restartDelay
    leaseReuseDuration
    leaseMaxObjectCount
    keepAliveCPU
    requestCPUPerKibibyte
    logCPUPerKibibyte
    applyCPUPerKibibyte
    runQueueTurns
    defragmentationBase
    defragmentationPerMegabyte
    defragmentationPerThousandKeys
    watchChannelSize
    watchSendFactor
    processCPU
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    members = reader[Self.members]
    machine = reader[Self.machine]
    disk = reader[Self.disk]
    logStrategy = reader[Self.logStrategy]
    resources = reader[Self.resources]
    quotaBackendBytes = reader[Self.quotaBackendBytes]
    backendBatchInterval = reader[Self.backendBatchInterval]
    backendBatchLimit = reader[Self.backendBatchLimit]
    maxRequestBytes = reader[Self.maxRequestBytes]
    applyGapLimit = reader[Self.applyGapLimit]
    maxEntriesPerSync = reader[Self.maxEntriesPerSync]
    memberRoundTrip = reader[Self.memberRoundTrip]
    rangeBlocksApply = reader[Self.rangeBlocksApply]
    deleteCommit = reader[Self.deleteCommit]
    compactionBatchLimit = reader[Self.compactionBatchLimit]
    compactionSleepInterval = reader[Self.compactionSleepInterval]
    requestCPU = reader[Self.requestCPU]
    logCPUPerEntry = reader[Self.logCPUPerEntry]
    applyCPU = reader[Self.applyCPU]
    readCPU = reader[Self.readCPU]
    readCPUPerKey = reader[Self.readCPUPerKey]
    readCPUPerMegabyte = reader[Self.readCPUPerMegabyte]
    countCPUPerKey = reader[Self.countCPUPerKey]
    compactionCPUPerRevision = reader[Self.compactionCPUPerRevision]
    compactionCPUPerKibibyte = reader[Self.compactionCPUPerKibibyte]
    serveDeletesOverQuota = reader[Self.serveDeletesOverQuota]
    hostDisk = reader[Self.hostDisk]
    heartbeatInterval = reader[Self.heartbeatInterval]
    electionTimeout = reader[Self.electionTimeout]
    preVote = reader[Self.preVote]
    snapshotCount = reader[Self.snapshotCount]
    snapshotCatchUpEntries = reader[Self.snapshotCatchUpEntries]
    restartDelay = reader[Self.restartDelay]
    leaseReuseDuration = reader[Self.leaseReuseDuration]
    leaseMaxObjectCount = reader[Self.leaseMaxObjectCount]
    keepAliveCPU = reader[Self.keepAliveCPU]
    requestCPUPerKibibyte = reader[Self.requestCPUPerKibibyte]
    logCPUPerKibibyte = reader[Self.logCPUPerKibibyte]
    applyCPUPerKibibyte = reader[Self.applyCPUPerKibibyte]
    runQueueTurns = reader[Self.runQueueTurns]
    defragmentationBase = reader[Self.defragmentationBase]
    defragmentationPerMegabyte = reader[Self.defragmentationPerMegabyte]
    defragmentationPerThousandKeys = reader[Self.defragmentationPerThousandKeys]
    watchChannelSize = reader[Self.watchChannelSize]
    watchSendFactor = reader[Self.watchSendFactor]
    processCPU = reader.section(Self.processCPU)
    if electionTimeout < heartbeatInterval * 5 {
      reader.fail(
        Self.electionTimeout, "less than five heartbeats",
        hint: "etcd refuses to start so: embed/config.go asks for 5 x heartbeat-interval")
    }
  }
}
