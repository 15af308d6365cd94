// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// The backend file: batched commits with two syncs, and compaction.
extension Store {
  /// Whether the leader's applier has to wait for the leader's backend.
  var backendHoldsLock: Bool {
    members[leader].isDefragmenting
      || members[leader].isCommitting && configuration.applyWaitsForBackendCommit
  }

  private func scheduleBackendTimer(
    _ member: MemberID, _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    schedule(
      .backendCommitDue(member), after: configuration.backendBatchInterval, context, &agenda)
  }

  /// The timer fires: commits what is pending, or skips the round when nothing is.
  mutating func backendTimer(
    _ id: MemberID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let member = members[id.index]
    if !configuration.timerRestartsAfterCommit { scheduleBackendTimer(id, context, &agenda) }
    guard member.pendingOperations > 0, member.isUp, !member.isDefragmenting else {
      if configuration.timerRestartsAfterCommit { scheduleBackendTimer(id, context, &agenda) }
      return
    }
    guard !member.isCommitting else { return }
    // The commit needs the lock; an entry being applied is finished first.
    if id.index == leader, isApplying || compactionHoldsLock {
      members[leader].commitIsDue = true
    } else {
      startBackendCommit(id.index, &context, &agenda)
    }
  }

  mutating func startBackendCommit(
    _ member: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    // Whole pages are written; small changes share them.
    let bytes = max(BackendPages.pageBytes, members[member].pendingBytes)
    members[member].commitIsDue = false
    members[member].isCommitting = true
    members[member].commitStarted = now
    members[member].pendingOperations = 0
    members[member].pendingBytes = 0
    let synced = persist(bytes: bytes, on: member, &context, at: now)
    schedule(.backendDataSynced(MemberID(member)), at: synced, context, &agenda)
  }

  /// bbolt syncs twice: the data pages, then the meta page that makes them valid.
  mutating func syncBackendMeta(
    _ member: MemberID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let synced = persist(
      bytes: BackendPages.pageBytes, on: member.index, &context, at: agenda.now)
    schedule(.backendCommitted(member), at: synced, context, &agenda)
  }

  mutating func finishBackendCommit(
    _ id: MemberID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let started = members[id.index].commitStarted
    members[id.index].isCommitting = false
    if configuration.timerRestartsAfterCommit { scheduleBackendTimer(id, context, &agenda) }
    guard id.index == leader else {
      // What its applier had left when the commit began is done so much later.
      if members[id.index].appliedUntil > started {
        members[id.index].appliedUntil += now - started
      }
      if members[id.index].isDefragmentationDue { defragment(id.index, context, &agenda) }
      return
    }
    context.instruments.record(now - started, in: metrics.backendCommit, at: now)
    context.instruments.add(1, to: metrics.backendCommits, at: now)
    giveLockBack(commitsAtOnce: false, &context, &agenda)
  }

  /// A delete makes every member commit (`delete-commit: immediate`).
  mutating func followersCommitAtOnce(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    for member in members.indices where member != leader {
      let row = members[member]
      if row.isAlive, !row.isCommitting, !row.isDefragmenting, row.pendingOperations > 0 {
        startBackendCommit(member, &context, &agenda)
      }
    }
  }

  /// Brings the gauges of the backend file up to date.
  func recordSpace(_ context: inout ClusterContext, at now: SimTime) {
    context.instruments.set(
      Int(keySpace.fileBytes(of: leader)), metrics.fileBytes, at: now)
    context.instruments.set(Int(keySpace.bytesInUse), metrics.bytesInUse, at: now)
  }

  /// The API servers' compactor comes round (`etcd-compaction-interval`): through the log like any
  /// write, so all members forget the same revisions.
  mutating func startCompaction(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    append(.compaction, valueBytes: 0, &context, &agenda)
  }
}
