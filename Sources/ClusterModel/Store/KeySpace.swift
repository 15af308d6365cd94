// SPDX-License-Identifier: Apache-2.0

/// The bytes and revisions of a store's backend file.
///
/// Every write adds a revision; the one it supersedes stays until a compaction. Freed pages are used
/// again, but a file shrinks only when it is defragmented: it is the high-water mark of what was in
/// use, and it is what the quota is compared with.
package struct KeySpace: Codable, Sendable {
  /// Revisions written so far.
  package private(set) var revision: UInt64 = 0
  /// Bytes of live and superseded revisions.
  package private(set) var bytesInUse: Int64 = 0
  /// Size of each member's backend file. They differ once one member was defragmented.
  private var files: [Int64]
  /// Bytes of a file without any revision.
  private let emptyBytes: Int64
  /// Superseded since the start, compacted or not.
  private var superseded = Superseded()
  /// What was superseded when the last compaction round looked.
  private var mark = Superseded()
  /// The revision at that time.
  private var markRevision: UInt64 = 0
  /// History up to here is gone, or going: a watch from before is told so.
  package private(set) var compactedRevision: UInt64 = 0
  /// Removed by compaction since the start.
  private var removed = Superseded()

  private struct Superseded: Codable {
    var revisions: Int64 = 0
    var bytes: Int64 = 0
  }

  /// A file that holds no revision: bbolt's first four pages and etcd's buckets; `etcdctl endpoint
  /// status` of a new member says 20 kB.
  package static let newFileBytes: Int64 = 20_480

  /// - Parameters:
  ///   - members: how many files are kept.
  ///   - emptyBytes: bytes of each file before the first revision.
  package init(members: Int = 1, emptyBytes: Int64 = 0) {
    self.emptyBytes = emptyBytes
    bytesInUse = emptyBytes
    files = Array(repeating: emptyBytes, count: members)
  }

  /// The largest file: the quota is compared with every member's, and one over it is enough.
  package var fileBytes: Int64 { files.max() ?? 0 }

  /// `etcd_mvcc_db_total_size_in_bytes` of a member.
  package func fileBytes(of member: Int) -> Int64 { files[member] }

  /// Revisions that are kept: live ones and superseded ones that no compaction has removed.
  package var revisionsKept: Int64 { Int64(revision) - removed.revisions }

  /// Rewrites a member's file without its free pages.
  package mutating func defragment(_ member: Int) { files[member] = bytesInUse }

  /// Whether any revision has been compacted away.
  package var hasCompacted: Bool { removed.revisions > 0 }

  /// A write of a value; `previousBytes` is the value it supersedes, if any.
  package mutating func put(valueBytes: Int, previousBytes: Int?) {
    revision += 1
    grow(by: Int64(BackendPages.bytesPerRevision(valueBytes: valueBytes)))
    guard let previousBytes else { return }
    superseded.revisions += 1
    superseded.bytes += Int64(BackendPages.bytesPerRevision(valueBytes: previousBytes))
  }

  /// Deletes of equal objects: tombstones that the next compaction removes together with the
  /// values.
  package mutating func delete(objects: Int64 = 1, previousBytes: Int) {
    let tombstone = Int64(BackendPages.bytesPerRevision(valueBytes: 0))
    let value = Int64(BackendPages.bytesPerRevision(valueBytes: previousBytes))
    revision += UInt64(objects)
    grow(by: objects * tombstone)
    superseded.revisions += 2 * objects
    superseded.bytes += objects * (tombstone + value)
  }

  /// Objects that were there before the run started; no history.
  package mutating func populate(objects: Int64, valueBytes: Int) {
    revision += UInt64(objects)
    grow(by: objects * Int64(BackendPages.bytesPerRevision(valueBytes: valueBytes)))
  }

  private mutating func grow(by bytes: Int64) {
    bytesInUse += bytes
    for member in files.indices where files[member] < bytesInUse { files[member] = bytesInUse }
  }

  /// A compaction round: revisions superseded before the previous round may go now, and the present
  /// becomes the mark of the next round (K-api etcd3/compact.go: each round compacts to the revision
  /// seen at the round before, so history lives for one to two intervals).
  ///
  /// - Returns: revisions to remove.
  package mutating func startCompactionRound() -> Int64 {
    let revisions = mark.revisions - removed.revisions
    pendingRemoval = Superseded(revisions: revisions, bytes: mark.bytes - removed.bytes)
    revisionsToScan = revisions > 0 ? revisionsKept : 0
    mark = superseded
    compactedRevision = markRevision
    markRevision = revision
    return revisions
  }

  /// A compaction to the present revision, as an operator's `etcdctl compact` asks for.
  ///
  /// - Returns: revisions to remove.
  package mutating func startCompactionToPresent() -> Int64 {
    mark = superseded
    markRevision = revision
    return startCompactionRound()
  }

  private var pendingRemoval = Superseded()
  /// Revisions that the round under way has still to look at.
  package private(set) var revisionsToScan: Int64 = 0

  /// What a compaction step does.
  package struct CompactionStep: Equatable, Sendable {
    package var scanned: Int64
    package var removed: Int64
    package var bytes: Int64
  }

  /// The next step of the round under way, which looks at so many revisions at most. It goes over all
  /// that are kept, in the order in which they were written, and removes those that were superseded
  /// (etcd mvcc/kvstore_compaction.go `scheduleCompaction`); they are taken to be spread evenly.
  package func nextStep(scanning limit: Int64) -> CompactionStep {
    let scanned = min(limit, revisionsToScan)
    guard scanned > 0, pendingRemoval.revisions > 0 else {
      return CompactionStep(scanned: scanned, removed: 0, bytes: 0)
    }
    if scanned == revisionsToScan {
      return CompactionStep(
        scanned: scanned, removed: pendingRemoval.revisions, bytes: pendingRemoval.bytes)
    }
    let revisions = pendingRemoval.revisions * scanned / revisionsToScan
    return CompactionStep(
      scanned: scanned, removed: revisions,
      bytes: pendingRemoval.bytes / pendingRemoval.revisions * revisions)
  }

  /// Removes what the step finds; returns how many revisions are left to look at.
  package mutating func compact(_ step: CompactionStep) -> Int64 {
    revisionsToScan -= step.scanned
    pendingRemoval.revisions -= step.removed
    pendingRemoval.bytes -= step.bytes
    removed.revisions += step.removed
    removed.bytes += step.bytes
    bytesInUse -= step.bytes
    return revisionsToScan
  }
}
