// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// One entry of the replicated log.
struct LogEntry: Codable, Sendable {
  enum Content: Codable, Sendable {
    /// A client's write.
    case request(RequestID)
    /// The oldest lease under revocation: its keys are deleted.
    case leaseRevoke
    /// Forget superseded revisions up to the mark of the last round.
    case compaction
    /// Forget all superseded revisions.
    case compactionToPresent
    /// A member found its file over the quota: the NOSPACE alarm for all.
    case alarmRaised
    /// An operator has disarmed the alarm.
    case alarmDisarmed
    /// The first entry of a new leader; what earlier leaders left is committed with it.
    case leaderElected
  }

  var content: Content
  var valueBytes: Int
  var logBytes: Int
  /// When it was proposed; when it was committed, from then on.
  var stamp: SimTime
}

/// Entries that share one log sync of the leader, on the way to a majority.
struct LogBatch: Codable, Sendable {
  /// Position of its last entry in the log.
  var lastIndex: UInt64
  var entries: Int
  var bytes: Int
  var valueBytes: Int
  /// When the leader began to write it.
  var started: SimTime = .zero
  /// When the leader's own sync ended.
  var synced: SimTime = .zero
}

/// An append message on its way to a follower.
struct AppendMessage: Codable, Sendable {
  var lastIndex: UInt64
  var bytes: Int
}
