// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
import Measurement

/// The instruments of one store, named as etcd names them.
package struct StoreMetrics: Codable, Sendable {
  let walFsync: HistogramID
  let backendCommit: HistogramID
  let walSyncs: CounterID
  let backendCommits: CounterID
  let committed: CounterID
  let proposalsPending: GaugeID
  let readsPending: GaugeID
  let fileBytes: GaugeID
  let bytesInUse: GaugeID
  let quotaBytes: GaugeID
  let alarm: GaugeID
  let sentBytes: CounterID
  let refusedNoSpace: CounterID
  let refusedOverloaded: CounterID
  let refusedTooLarge: CounterID
  let cpuSeconds: CounterID
  let hasLeader: GaugeID
  let isLeader: [GaugeID]
  let leaderChanges: CounterID
  let snapshotsSent: CounterID
  let defragmentation: HistogramID
  let compaction: HistogramID
  let leasesExpired: CounterID
  let watchers: GaugeID
  let slowWatchers: GaugeID
  let watchPending: GaugeID
  let watchEvents: CounterID
  let watchRevisionsRead: CounterID
  let watchersCompacted: CounterID
  let watchDelivery: HistogramID
  /// Little's law at the stations of a store.
  package internal(set) var cpuOccupancy = Occupancy()
  package internal(set) var logOccupancy = Occupancy()
  package internal(set) var applyOccupancy = Occupancy()
  package internal(set) var readOccupancy = Occupancy()

  init(store: String, members: Int, _ instruments: inout Instruments) {
    let labels = [MetricLabel("store", store)]
    walFsync = instruments.histogram(.etcdWalFsync, labels)
    backendCommit = instruments.histogram(.etcdBackendCommit, labels)
    walSyncs = instruments.counter(.etcdWalSyncs, labels)
    backendCommits = instruments.counter(.etcdBackendCommits, labels)
    committed = instruments.counter(.etcdProposalsCommitted, labels)
    proposalsPending = instruments.gauge(.etcdProposalsPending, labels)
    readsPending = instruments.gauge(.etcdReadsPending, labels)
    fileBytes = instruments.gauge(.etcdFileBytes, labels)
    bytesInUse = instruments.gauge(.etcdBytesInUse, labels)
    quotaBytes = instruments.gauge(.etcdQuotaBytes, labels)
    alarm = instruments.gauge(.etcdNoSpaceAlarm, labels)
    sentBytes = instruments.counter(.etcdSentBytes, labels)
    refusedNoSpace = instruments.counter(
      .etcdRefusedWrites, labels + [MetricLabel("reason", "NOSPACE")])
    refusedOverloaded = instruments.counter(
      .etcdRefusedWrites, labels + [MetricLabel("reason", "too many requests")])
    refusedTooLarge = instruments.counter(
      .etcdRefusedWrites, labels + [MetricLabel("reason", "request is too large")])
    // As kops names its jobs: etcd-main is plainly etcd here, etcd-events has its suffix.
    cpuSeconds = instruments.counter(
      .processCPU, [MetricLabel("job", store == "main" ? "etcd" : "etcd-\(store)")])
    hasLeader = instruments.gauge(.etcdHasLeader, labels)
    isLeader = (0..<members).map {
      instruments.gauge(.etcdIsLeader, labels + [MetricLabel("member", "\($0)")])
    }
    leaderChanges = instruments.counter(.etcdLeaderChanges, labels)
    snapshotsSent = instruments.counter(.etcdSnapshotsSent, labels)
    defragmentation = instruments.histogram(.etcdDefragmentation, labels)
    compaction = instruments.histogram(.etcdCompaction, labels)
    leasesExpired = instruments.counter(.etcdLeasesExpired, labels)
    watchers = instruments.gauge(.etcdWatchers, labels)
    slowWatchers = instruments.gauge(.etcdSlowWatchers, labels)
    watchPending = instruments.gauge(.etcdPendingEvents, labels)
    watchEvents = instruments.counter(.etcdWatchEvents, labels)
    watchRevisionsRead = instruments.counter(.etcdWatchRevisionsRead, labels)
    watchersCompacted = instruments.counter(.etcdWatchersCompacted, labels)
    watchDelivery = instruments.histogram(.etcdWatchDelivery, labels)
    instruments.set(1, hasLeader, at: .zero)
    for (member, gauge) in isLeader.enumerated() {
      instruments.set(member == 0 ? 1 : 0, gauge, at: .zero)
    }
    for gauge in [
      proposalsPending, readsPending, fileBytes, bytesInUse, alarm, watchers, slowWatchers,
      watchPending,
    ] {
      instruments.set(0, gauge, at: .zero)
    }
    for gauge in [fileBytes, bytesInUse, proposalsPending] { instruments.trace(gauge) }
  }

  mutating func openWindow(at now: SimTime) {
    cpuOccupancy.openWindow(at: now)
    logOccupancy.openWindow(at: now)
    applyOccupancy.openWindow(at: now)
    readOccupancy.openWindow(at: now)
  }
}
