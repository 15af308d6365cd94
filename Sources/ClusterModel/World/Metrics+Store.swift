// SPDX-License-Identifier: Apache-2.0
import Measurement

/// Metrics of etcd and of disks, under the names that etcd and node_exporter give them.
extension MetricDeclaration {
  static let etcdWalFsync = MetricDeclaration(
    "etcd_disk_wal_fsync_duration_seconds", .histogram, in: .seconds,
    help: "Time of the leader's write and sync of one log batch.", labels: ["store"])
  static let etcdBackendCommit = MetricDeclaration(
    "etcd_disk_backend_commit_duration_seconds", .histogram, in: .seconds,
    help: "Time of one backend commit, both syncs.", labels: ["store"])
  static let etcdWalSyncs = MetricDeclaration(
    "etcd_disk_wal_fsyncs_total", .counter, in: .count("syncs"),
    help: "Log syncs of the leader.", labels: ["store"])
  static let etcdBackendCommits = MetricDeclaration(
    "etcd_disk_backend_commits_total", .counter, in: .count("commits"),
    help: "Backend commits of the leader.", labels: ["store"])
  static let etcdProposalsCommitted = MetricDeclaration(
    "etcd_server_proposals_committed_total", .counter, in: .count("proposals"),
    help: "Log entries that a majority has.", labels: ["store"])
  static let etcdProposalsPending = MetricDeclaration(
    "etcd_server_proposals_pending", .gauge, in: .count("proposals"),
    help: "Proposed writes that are not applied yet.", labels: ["store"])
  static let etcdReadsPending = MetricDeclaration(
    "etcd_server_reads_pending", .gauge, in: .count("reads"),
    help: "Reads that a member is working on or that wait there.", labels: ["store"])
  static let etcdFileBytes = MetricDeclaration(
    "etcd_mvcc_db_total_size_in_bytes", .gauge, in: .bytes,
    help: "Size of the backend file; the quota is compared with it.", labels: ["store"],
    keepsRealName: true)
  static let etcdBytesInUse = MetricDeclaration(
    "etcd_mvcc_db_total_size_in_use_in_bytes", .gauge, in: .bytes,
    help: "Bytes of the backend file that hold live or not yet compacted revisions.",
    labels: ["store"], keepsRealName: true)
  static let etcdQuotaBytes = MetricDeclaration(
    "etcd_server_quota_backend_bytes", .gauge, in: .bytes,
    help: "The storage quota.", labels: ["store"])
  static let etcdNoSpaceAlarm = MetricDeclaration(
    "etcd_server_alarm_nospace", .gauge, in: .count("alarms"),
    help: "Whether the NOSPACE alarm is on (1) or off (0).", labels: ["store"])
  static let etcdSentBytes = MetricDeclaration(
    "etcd_network_client_grpc_sent_bytes_total", .counter, in: .bytes,
    help: "Bytes sent to clients, answers to writes apart.", labels: ["store"])
  static let etcdRefusedWrites = MetricDeclaration(
    "etcd_server_refused_writes_total", .counter, in: .count("writes"),
    help: "Writes that were refused.", labels: ["store", "reason"])
  static let etcdHasLeader = MetricDeclaration(
    "etcd_server_has_leader", .gauge, in: .count("leaders"),
    help: "Whether the cluster has a leader (1) or not (0).", labels: ["store"])
  static let etcdIsLeader = MetricDeclaration(
    "etcd_server_is_leader", .gauge, in: .count("leaders"),
    help: "Whether the member is the leader (1) or not (0).", labels: ["store", "member"])
  static let etcdLeaderChanges = MetricDeclaration(
    "etcd_server_leader_changes_seen_total", .counter, in: .count("changes"),
    help: "Leaders elected since the start.", labels: ["store"])
  static let etcdSnapshotsSent = MetricDeclaration(
    "etcd_network_snapshot_send_success", .counter, in: .count("snapshots"),
    help: "Whole databases sent to members that were too far behind.", labels: ["store"],
    keepsRealName: true)
  static let etcdDefragmentation = MetricDeclaration(
    "etcd_disk_backend_defrag_duration_seconds", .histogram, in: .seconds,
    help: "Time in which a member rewrote its backend file.", labels: ["store"])
  static let etcdCompaction = MetricDeclaration(
    "etcd_debugging_mvcc_db_compaction_total_duration_seconds", .histogram, in: .seconds,
    help: "Time from the first to the last step of a compaction (etcd: in milliseconds).",
    labels: ["store"])
  static let etcdWatchers = MetricDeclaration(
    "etcd_debugging_mvcc_watcher_total", .gauge, in: .count("watchers"),
    help: "Watchers of direct clients.", labels: ["store"], keepsRealName: true)
  static let etcdSlowWatchers = MetricDeclaration(
    "etcd_debugging_mvcc_slow_watcher_total", .gauge, in: .count("watchers"),
    help: "Watchers of direct clients that are unsynced or victims.", labels: ["store"],
    keepsRealName: true)
  static let etcdPendingEvents = MetricDeclaration(
    "etcd_debugging_mvcc_pending_events_total", .gauge, in: .count("events"),
    help: "Responses to direct watchers that their clients have not taken in yet.",
    labels: ["store"], keepsRealName: true)
  static let etcdWatchEvents = MetricDeclaration(
    "etcd_debugging_mvcc_events_total", .counter, in: .count("events"),
    help: "Events sent to direct watchers.", labels: ["store"])
  static let etcdWatchRevisionsRead = MetricDeclaration(
    "etcd_watch_sync_revisions_read_total", .counter, in: .count("revisions"),
    help: "Revisions read from the backend for unsynced watchers.", labels: ["store"])
  static let etcdWatchersCompacted = MetricDeclaration(
    "etcd_watch_compacted_watchers_total", .counter, in: .count("watchers"),
    help: "Watchers that were cancelled because what they asked for was compacted.",
    labels: ["store"])
  static let etcdWatchDelivery = MetricDeclaration(
    "etcd_watch_delivery_duration_seconds", .histogram, in: .seconds,
    help:
      "Time from an event's application to half of its deliveries to synced direct watchers.",
    labels: ["store"])
  static let etcdLeasesExpired = MetricDeclaration(
    "etcd_debugging_server_lease_expired_total", .counter, in: .count("leases"),
    help: "Leases that have expired and were revoked.", labels: ["store"])
  static let storeClientOperations = MetricDeclaration(
    "grpc_client_handled_total", .counter, in: .count("calls"),
    help: "Calls of direct clients of etcd that were answered.",
    labels: ["workload", "grpc_method", "grpc_code"])
  static let storeRequestDuration = MetricDeclaration(
    "etcd_request_duration_seconds", .histogram, in: .seconds,
    help: "Time from an API server's turning to etcd to its answer.",
    labels: ["operation", "type"])
  static let storeClientPuts = MetricDeclaration(
    "etcd_client_puts_total", .counter, in: .count("puts"),
    help: "Puts that were answered.", labels: ["workload"])
  static let diskTimeUtilisation = MetricDeclaration(
    "node_disk_io_time_ratio", .gauge, in: .ratio,
    help: "Share of the measuring window in which the disk had work.", labels: ["device"])
  static let diskOperationsUtilisation = MetricDeclaration(
    "node_disk_iops_ratio", .gauge, in: .ratio,
    help: "Operations per second over the measuring window as a share of the disk's cap.",
    labels: ["device"])
  static let diskWriterOperations = MetricDeclaration(
    "fio_writes_total", .counter, in: .count("writes"),
    help: "Writes that a disk writer has finished.", labels: ["workload"])
  static let diskWriterDuration = MetricDeclaration(
    "fio_write_duration_seconds", .histogram, in: .seconds,
    help: "Time of one write of a disk writer.", labels: ["workload"])
}
