// SPDX-License-Identifier: Apache-2.0

/// A member of an etcd cluster, in the order of its configuration.
package struct MemberID: TableIndex {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// Counts the leaders of an etcd cluster, and the times it lost one. Events that belong to a leader
/// carry it, and mean nothing under another.
package struct LeaderEpoch: TableIndex {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
  var next: LeaderEpoch { LeaderEpoch(rawValue: rawValue &+ 1) }
}

/// What operators and accidents do to an etcd cluster.
package enum StoreAction: BitwiseCopyable, Hashable, Codable, Sendable {
  /// `etcdctl compact` to the present revision.
  case compact
  /// `etcdctl alarm disarm`.
  case disarm
  /// `etcdctl defrag` of one member.
  case defragment(MemberID)
  case stop(MemberID)
  case start(MemberID)
  /// The member's network fails, or works again.
  case setConnected(MemberID, Bool)
}

/// Everything that can happen to an etcd cluster.
package enum StoreEvent: BitwiseCopyable, Codable, Sendable {
  /// A write arrives at a member.
  case write(RequestID)
  /// The member has received and checked it: it is proposed.
  case propose(RequestID)
  /// The log loop has encoded a batch and starts to write it.
  case logWrite(LeaderEpoch)
  /// The leader's own write and sync of the batch is done.
  case logSynced(LeaderEpoch)
  /// The log loop has a core again.
  case logResumed(LeaderEpoch)
  /// The applier is done with its entry.
  case applied
  /// Readers that held the lock have left.
  case lockFree
  /// A read arrives at a member.
  case read(RequestID)
  /// The read index of all reads that waited for it is confirmed.
  case readIndexConfirmed(LeaderEpoch)
  /// The member has applied what the read must see.
  case readAdmitted(RequestID)
  /// The read has been executed.
  case readDone(RequestID)
  /// A member's backend commit timer.
  case backendCommitDue(MemberID)
  /// The backend's data pages are on disk.
  case backendDataSynced(MemberID)
  /// The backend's meta page is on disk: committed.
  case backendCommitted(MemberID)
  /// The API servers ask for a compaction.
  case compactionDue
  /// A compaction step may take the lock.
  case compactionStep
  /// A compaction step gives the lock back.
  case compactionStepDone
  /// The lessor looks for expired leases.
  case leaseCheck
  /// An operator or an accident.
  case maintenance(StoreAction)
  /// A member's file is rewritten.
  case defragmented(MemberID)
  /// An append message reaches a follower.
  case appendArrived(MemberID, LeaderEpoch)
  /// A follower's write and sync is done.
  case followerSynced(MemberID, LeaderEpoch)
  /// Its answer reaches the leader.
  case acknowledged(MemberID, LeaderEpoch)
  /// A follower has heard nothing for its election time-out.
  case electionTimeout(LeaderEpoch)
  /// The candidate has written its vote; its request reaches the others.
  case votesRequested(LeaderEpoch)
  /// A majority has answered.
  case elected(LeaderEpoch)
  /// A follower has received what it lacked.
  case catchUpReceived(MemberID, LeaderEpoch)
  /// And has written it.
  case caughtUp(MemberID, LeaderEpoch)
  /// Requests that wait for a leader are looked through.
  case timeoutCheck
  /// A member's process has loaded its database.
  case memberStarted(MemberID)
  /// Watchers of direct clients.
  case watchers(StoreWatchStep)
}
