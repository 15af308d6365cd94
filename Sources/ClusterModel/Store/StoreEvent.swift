// SPDX-License-Identifier: Apache-2.0

/// Everything that can happen to an etcd cluster.
package enum StoreEvent: BitwiseCopyable, Codable, Sendable {
  /// A write arrives at a member.
  case write(RequestID)
  /// The member has received and checked it: it is proposed.
  case propose(RequestID)
  /// The log loop has encoded a batch and starts to write it.
  case logWrite
  /// The leader's own write and sync of the batch is done.
  case logSynced
  /// A majority has the oldest batch not yet committed.
  case committed
  /// The applier is done with its entry.
  case applied
  /// Readers that held the lock have left.
  case lockFree
  /// A read arrives at a member.
  case read(RequestID)
  /// The read index is confirmed.
  case readConfirmed(RequestID)
  /// The read has been executed.
  case readDone(RequestID)
  /// The backend's commit timer.
  case backendCommitDue
  /// The backend's data pages are on disk.
  case backendDataSynced
  /// The backend's meta page is on disk: committed.
  case backendCommitted
  /// The API servers ask for a compaction.
  case compactionDue
  /// A compaction step may take the lock.
  case compactionStep
  /// A compaction step gives the lock back.
  case compactionStepDone
  /// The lessor looks for expired leases.
  case leaseCheck
}
