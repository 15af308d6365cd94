// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement

/// The followers: their copy of the log, how one that lacks entries catches up, and their appliers.
extension Store {
  private var halfWay: SimDuration { configuration.memberRoundTrip / 2 }

  mutating func replicate(
    _ event: StoreEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .appendArrived(let member, let epoch) where isCurrent(member, epoch):
      receiveAppend(member.index, &context, &agenda)
    case .followerSynced(let member, let epoch) where isCurrent(member, epoch):
      finishFollowerWrite(member.index, &context, &agenda)
    case .acknowledged(let member, let epoch) where isCurrent(member, epoch):
      guard let index = members[member.index].acknowledgements.popFirst() else { return }
      members[member.index].match = max(members[member.index].match, index)
      advanceCommit(&context, &agenda)
    case .catchUpReceived(let member, let epoch) where isCurrent(member, epoch):
      guard let catchUp = members[member.index].catchUp else { return }
      let done = persist(bytes: Int(catchUp.bytes), on: member.index, &context, at: agenda.now)
      members[member.index].catchUp?.isBeingWritten = true
      members[member.index].writeEnds = done
      schedule(.caughtUp(member, epoch), at: done, context, &agenda)
    case .caughtUp(let member, let epoch):
      // Its write may outlive the leader that sent it, not the process that received it.
      let row = members[member.index]
      if let catchUp = row.catchUp, catchUp.epoch == epoch, catchUp.isBeingWritten,
        row.writeEnds <= agenda.now
      {
        finishCatchUp(member.index, catchUp, &context, &agenda)
      }
    default: break
    }
  }

  private func isCurrent(_ member: MemberID, _ epoch: LeaderEpoch) -> Bool {
    epoch == self.epoch && hasLeader && members[member.index].isAlive
  }

  /// Sends a batch to all followers that follow; returns to how many.
  mutating func sendToFollowers(
    _ batch: LogBatch, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) -> Int {
    var count = 0
    for member in members.indices where member != leader {
      guard members[member].isAlive, !members[member].isCatchingUp else { continue }
      count += 1
      members[member].messages.append(
        AppendMessage(lastIndex: batch.lastIndex, bytes: batch.bytes))
      schedule(
        .appendArrived(MemberID(member), epoch), after: halfWay, context, &agenda)
    }
    return count
  }

  private mutating func receiveAppend(
    _ member: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let message = members[member].messages.popFirst() else { return }
    members[member].received = message.lastIndex
    members[member].receivedBytes += message.bytes
    if !members[member].isWriting { startFollowerWrite(member, &context, &agenda) }
  }

  /// A follower's log loop writes all it has received since its last sync began.
  private mutating func startFollowerWrite(
    _ member: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let done = persist(
      bytes: members[member].receivedBytes, on: member, &context, at: agenda.now)
    members[member].isWriting = true
    members[member].writing = members[member].received
    members[member].receivedBytes = 0
    members[member].writeEnds = done
    schedule(.followerSynced(MemberID(member), epoch), at: done, context, &agenda)
  }

  private mutating func finishFollowerWrite(
    _ member: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    members[member].isWriting = false
    if members[member].writing > members[member].synced {
      members[member].synced = members[member].writing
      members[member].acknowledgements.append(members[member].synced)
      schedule(.acknowledged(MemberID(member), epoch), after: halfWay, context, &agenda)
    }
    if members[member].received > members[member].synced, members[member].receivedBytes > 0 {
      startFollowerWrite(member, &context, &agenda)
    }
  }

  // MARK: Catching up

  /// Brings a follower up to the leader's log: with the entries it lacks, or with the whole database
  /// when the leader no longer has them.
  mutating func startCatchUp(
    _ member: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    members[member].forgetMessages()
    let target = lastIndexBeingWritten
    let missing = target - min(target, members[member].synced)
    let needsDatabase = members[member].synced + 1 < firstIndex
    if needsDatabase { context.instruments.add(1, to: metrics.snapshotsSent, at: now) }
    let bytes =
      needsDatabase ? keySpace.fileBytes(of: leader) : Int64(missing) * meanEntryBytes
    members[member].catchUp = CatchUp(
      epoch: epoch, target: target, bytes: bytes, isDatabase: needsDatabase)
    let sent = members[leader].egress.send(bytes: bytes, at: now)
    schedule(
      .catchUpReceived(MemberID(member), epoch), at: sent.finish + halfWay, context, &agenda)
  }

  private mutating func finishCatchUp(
    _ member: Int, _ catchUp: CatchUp, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    members[member].catchUp = nil
    members[member].synced = catchUp.target
    members[member].received = members[member].synced
    members[member].appliedUntil = max(members[member].appliedUntil, agenda.now)
    if catchUp.isDatabase {
      members[member].handed = max(members[member].handed, min(catchUp.target, handedIndex))
      members[member].pendingOperations = 0
      members[member].pendingBytes = 0
    } else {
      handToFollower(
        member, upTo: min(catchUp.target, handedIndex), bytes: Int(meanEntryBytes), of: 1,
        at: agenda.now)
    }
    guard hasLeader else { return }
    members[member].match = members[member].synced
    let last = lastIndexBeingWritten
    let missing = last - min(last, members[member].synced)
    if missing > Self.entriesInOneMessage {
      startCatchUp(member, &context, &agenda)
    } else if missing > 0 {
      members[member].messages.append(
        AppendMessage(
          lastIndex: last, bytes: Int(Int64(missing) * meanEntryBytes)))
      schedule(.appendArrived(MemberID(member), epoch), after: halfWay, context, &agenda)
    }
    advanceCommit(&context, &agenda)
  }

  /// Last entry that has been given to the log loop's write: what a message may hold.
  private var lastIndexBeingWritten: UInt64 { uncommitted.last?.lastIndex ?? committedIndex }

  /// Bytes of an entry in the log, over what has been written.
  private var meanEntryBytes: Int64 {
    proposedIndex == 0 ? 0 : logBytesWritten / Int64(proposedIndex)
  }

  /// etcd server/etcdserver/raft.go: `maxSizePerMsg` 1 MiB; 512 entries of a lease or a small pod.
  private static var entriesInOneMessage: UInt64 { 512 }

  /// The leader forgets its log but for the entries kept for slow followers.
  mutating func trimLog(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    guard appliedIndex - snapshotIndex > UInt64(configuration.snapshotCount) else { return }
    snapshotIndex = appliedIndex
    let kept = UInt64(configuration.snapshotCatchUpEntries)
    if appliedIndex > kept { firstIndex = max(firstIndex, appliedIndex - kept) }
    for member in members.indices where member != leader {
      if members[member].isAlive, !members[member].isCatchingUp, hasLeader,
        members[member].synced + 1 < firstIndex
      {
        startCatchUp(member, &context, &agenda)
      }
    }
  }

  // MARK: Their appliers

  /// The followers apply what the leader has found committed, each with its own applier.
  mutating func handToFollowers(entries count: Int, bytes: Int, at now: SimTime) {
    guard members.count > 1, count > 0 else { return }
    for member in members.indices
    where member != leader && members[member].isAlive && !members[member].isCatchingUp {
      handToFollower(
        member, upTo: handedIndex, bytes: bytes, of: count, at: now + halfWay)
    }
  }

  /// Hands over what it was not handed yet: as many bytes an entry as `entries` have together. One
  /// that catches up is handed nothing before it has the entries.
  private mutating func handToFollower(
    _ member: Int, upTo index: UInt64, bytes: Int, of entries: Int, at arrival: SimTime
  ) {
    guard index > members[member].handed else { return }
    let count = Int(index - members[member].handed)
    members[member].handed = index
    members[member].appliedUntil =
      max(members[member].appliedUntil, arrival) + costs.applyPerEntry * count
    members[member].pendingOperations += count
    members[member].pendingBytes += bytes * count / entries
  }
}
