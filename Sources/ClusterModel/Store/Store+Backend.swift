// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// The backend file: batched commits with two syncs, and compaction.
extension Store {
  /// The timer fires: commits what is pending, or skips the round when nothing is.
  mutating func backendTimer(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    if !configuration.timerRestartsAfterCommit {
      schedule(
        .backendCommitDue, after: configuration.backendBatchInterval, context, &agenda)
    }
    guard pendingBackendOperations > 0 else {
      if configuration.timerRestartsAfterCommit {
        schedule(
          .backendCommitDue, after: configuration.backendBatchInterval, context, &agenda)
      }
      return
    }
    guard !backendIsCommitting else { return }
    // The commit needs the lock; an entry being applied is finished first.
    if isApplying || compactionHoldsLock {
      backendCommitIsDue = true
    } else {
      startBackendCommit(&context, &agenda)
    }
  }

  mutating func startBackendCommit(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    backendCommitIsDue = false
    backendIsCommitting = true
    backendCommitStarted = now
    // Whole pages are written; small changes share them.
    let bytes = max(BackendPages.pageBytes, pendingBackendBytes)
    pendingBackendOperations = 0
    pendingBackendBytes = 0
    let synced = members[0].persist(bytes: bytes, at: now, &context.streams[diskStream])
    schedule(.backendDataSynced, at: synced, context, &agenda)
  }

  /// bbolt syncs twice: the data pages, then the meta page that makes them valid.
  mutating func syncBackendMeta(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    let synced = members[0].persist(
      bytes: BackendPages.pageBytes, at: agenda.now, &context.streams[diskStream])
    schedule(.backendCommitted, at: synced, context, &agenda)
  }

  mutating func finishBackendCommit(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    backendIsCommitting = false
    context.instruments.record(now - backendCommitStarted, in: metrics.backendCommit, at: now)
    context.instruments.add(1, to: metrics.backendCommits, at: now)
    if configuration.timerRestartsAfterCommit {
      schedule(
        .backendCommitDue, after: configuration.backendBatchInterval, context, &agenda)
    }
    giveLockBack(commitsAtOnce: false, &context, &agenda)
  }

  /// The API servers' compactor comes round (`etcd-compaction-interval`): through the log like any
  /// write, so all members forget the same revisions.
  mutating func startCompaction(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    append(
      .compaction, logBytes: BackendPages.logBytes(valueBytes: 0), &context, &agenda)
  }

  /// A step removes a batch of revisions under the lock, then pauses so that others come through.
  mutating func stepCompaction(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    guard compactionRevisionsLeft > 0, !compactionHoldsLock else { return }
    guard !isApplying, !backendIsCommitting else {
      compactionIsWaiting = true
      return
    }
    compactionIsWaiting = false
    compactionHoldsLock = true
    let revisions = min(compactionRevisionsLeft, Int64(configuration.compactionBatchLimit))
    schedule(
      .compactionStepDone, after: configuration.compactionCPUPerRevision * Int(revisions),
      context, &agenda)
  }

  mutating func finishCompactionStep(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    compactionHoldsLock = false
    compactionRevisionsLeft = keySpace.compact(
      revisions: Int64(configuration.compactionBatchLimit))
    context.instruments.set(Int(keySpace.bytesInUse), metrics.bytesInUse, at: now)
    pendingBackendOperations += 1
    if compactionRevisionsLeft > 0 {
      schedule(
        .compactionStep, after: configuration.compactionSleepInterval, context, &agenda)
    }
    giveLockBack(commitsAtOnce: false, &context, &agenda)
  }
}

extension Store {
  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = StoreConfiguration
    let path = configuration.path
    let wrote = context.instruments.hasCounted(metrics.committed)
    // No write is measured against it yet.
    idle.add([Knobs.maxRequestBytes.name], in: path, unless: false)
    let read = metrics.readOccupancy.departures > 0
    idle.add(
      [
        Knobs.quotaBackendBytes.name, Knobs.applyGapLimit.name,
        Knobs.requestCPU.name, Knobs.logCPUPerEntry.name, Knobs.applyCPU.name,
        Knobs.maxEntriesPerSync.name, Knobs.backendBatchInterval.name,
        Knobs.backendBatchLimit.name,
      ], in: path, unless: wrote)
    idle.add(
      [
        Knobs.readCPU.name, Knobs.readCPUPerKey.name, Knobs.readCPUPerMegabyte.name,
        Knobs.rangeBlocksApply.name,
      ], in: path, unless: read)
    idle.add(
      [Knobs.memberRoundTrip.name], in: path, unless: members.count > 1 && (wrote || read))
    idle.add(
      [
        Knobs.compactionBatchLimit.name, Knobs.compactionSleepInterval.name,
        Knobs.compactionCPUPerRevision.name,
      ], in: path, unless: keySpace.hasCompacted)
    idle.add(
      [Knobs.deleteCommit.name, Knobs.serveDeletesOverQuota.name], in: path,
      unless: context.hasServed([.delete]))
  }
}
