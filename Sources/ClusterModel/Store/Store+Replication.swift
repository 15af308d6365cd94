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
      let bytes = Int(members[member.index].catchUpBytes)
      let done = persist(bytes: bytes, on: member.index, &context, at: agenda.now)
      members[member.index].writeEnds = done
      schedule(.caughtUp(member, epoch), at: done, context, &agenda)
    case .caughtUp(let member, let epoch) where isCurrent(member, epoch):
      finishCatchUp(member.index, &context, &agenda)
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
    members[member].isCatchingUp = true
    let target = lastIndexBeingWritten
    let missing = target - min(target, members[member].synced)
    let needsDatabase = members[member].synced + 1 < firstIndex
    if needsDatabase {
      members[member].catchUpBytes = keySpace.fileBytes(of: leader)
      context.instruments.add(1, to: metrics.snapshotsSent, at: now)
    } else {
      members[member].catchUpBytes = Int64(missing) * meanEntryBytes
    }
    members[member].catchUpTarget = target
    let sent = members[leader].egress.send(bytes: members[member].catchUpBytes, at: now)
    schedule(
      .catchUpReceived(MemberID(member), epoch), at: sent.finish + halfWay, context, &agenda)
  }

  private mutating func finishCatchUp(
    _ member: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    members[member].synced = members[member].catchUpTarget
    members[member].received = members[member].synced
    members[member].match = members[member].synced
    members[member].appliedUntil = max(members[member].appliedUntil, agenda.now)
    let missing = lastIndexBeingWritten - members[member].synced
    if missing > Self.entriesInOneMessage {
      startCatchUp(member, &context, &agenda)
    } else {
      members[member].isCatchingUp = false
      if missing > 0 {
        members[member].messages.append(
          AppendMessage(
            lastIndex: lastIndexBeingWritten, bytes: Int(Int64(missing) * meanEntryBytes)))
        schedule(
          .appendArrived(MemberID(member), epoch), after: halfWay, context, &agenda)
      }
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
    for member in members.indices where member != leader && members[member].isAlive {
      members[member].appliedUntil =
        max(members[member].appliedUntil, now + halfWay) + costs.applyPerEntry * count
      members[member].pendingOperations += count
      members[member].pendingBytes += bytes
    }
  }
}
