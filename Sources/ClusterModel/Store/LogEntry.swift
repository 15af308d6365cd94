// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// One entry of the replicated log.
struct LogEntry: Codable, Sendable {
  enum Content: Codable, Sendable {
    /// A client's write.
    case request(RequestID)
    /// The oldest lease has expired: its keys are deleted.
    case leaseRevoke
    /// Forget superseded revisions up to the mark of the last round.
    case compaction
  }

  var content: Content
  var logBytes: Int
  /// When it was proposed; when it was committed, from then on.
  var stamp: SimTime
}

/// Entries that share one log sync, on the way to a majority.
struct LogBatch: Codable, Sendable {
  var entries: Int
  var bytes: Int
  /// When the leader began to write it.
  var started: SimTime = .zero
  /// When the leader's own sync ended.
  var synced: SimTime = .zero
}
