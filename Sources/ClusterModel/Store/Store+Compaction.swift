// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Compaction: a walk over all revisions that are kept, in steps under the lock with pauses between
/// (etcd mvcc/kvstore_compaction.go).
extension Store {
  /// A compaction has come through the log: its steps begin.
  mutating func beginCompaction(
    toPresent: Bool, _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let isUnderWay = keySpace.revisionsToScan > 0
    let revisions =
      toPresent ? keySpace.startCompactionToPresent() : keySpace.startCompactionRound()
    if revisions > 0, !isUnderWay {
      compactionStarted = agenda.now
      send(.compactionStep, context, &agenda)
    }
  }

  /// A step looks at a batch of revisions under the lock, then pauses so that others come through.
  mutating func stepCompaction(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    guard keySpace.revisionsToScan > 0, !compactionHoldsLock else { return }
    guard !isApplying, !watchSyncHoldsLock, !members[leader].isCommitting,
      !members[leader].isDefragmenting
    else {
      compactionIsWaiting = true
      return
    }
    compactionIsWaiting = false
    compactionHoldsLock = true
    schedule(.compactionStepDone, after: costs.compaction(nextCompactionStep), context, &agenda)
  }

  private var nextCompactionStep: KeySpace.CompactionStep {
    keySpace.nextStep(scanning: Int64(configuration.compactionBatchLimit))
  }

  mutating func finishCompactionStep(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    compactionHoldsLock = false
    let left = keySpace.compact(nextCompactionStep)
    context.instruments.set(Int(keySpace.bytesInUse), metrics.bytesInUse, at: now)
    members[leader].pendingOperations += 1
    if left > 0 {
      schedule(
        .compactionStep, after: configuration.compactionSleepInterval, context, &agenda)
    } else {
      context.instruments.record(now - compactionStarted, in: metrics.compaction, at: now)
    }
    giveLockBack(commitsAtOnce: false, &context, &agenda)
  }
}
