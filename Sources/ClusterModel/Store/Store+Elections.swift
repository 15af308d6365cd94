// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// A write whose entry was lost with a leader.
struct Orphan: Codable, Sendable {
  var id: RequestID
  var deadline: SimTime
}

/// Losing a leader and electing one (Raft §5.2, §5.4; etcd raft/raft.go).
extension Store {
  /// Members that a majority needs.
  var majority: Int { members.count / 2 + 1 }
  private var aliveCount: Int { members.reduce(0) { $0 + ($1.isAlive ? 1 : 0) } }

  /// Patience of a request: 5 s and two election time-outs (etcd server/config ReqTimeout).
  var requestTimeout: SimDuration { .seconds(5) + configuration.electionTimeout * 2 }

  // MARK: Losing it

  /// The cluster has no leader from now on.
  ///
  /// - Parameter proposalsAreLost: what only the leader has queued goes down with it.
  mutating func loseLeader(
    proposalsAreLost: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    guard hasLeader else { return }
    hasLeader = false
    epoch = epoch.next
    logIsBusy = false
    context.instruments.set(0, metrics.hasLeader, at: now)
    context.instruments.set(0, metrics.isLeader[leader], at: now)
    if proposalsAreLost {
      while let entry = proposals.popFirst() { orphan(entry, &context, at: now) }
    }
    // Reads whose round was under way wait for the next leader's.
    while let id = readsInRound.popLast() { readsBehindIndex.prepend(id) }
    for member in members.indices where member != leader { members[member].forgetMessages() }
    scheduleTimeoutCheck(context, &agenda)
    scheduleElection(&context, &agenda)
  }

  /// The leader's loop is stuck in a sync: it sends no heartbeats until that ends.
  mutating func followersMissHeartbeats(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    if members.count > 1, !electionIsUnderWay { scheduleElection(&context, &agenda) }
  }

  /// Draws the followers' time-outs; the first of those with the longest log will stand.
  ///
  /// A time-out is 1 to 2 election time-outs in whole heartbeats (raft.go: `randomizedElectionTimeout`).
  mutating func scheduleElection(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let ticks = max(1, Int64(configuration.electionTimeout / configuration.heartbeatInterval))
    var first = Int64.max
    var found = false
    for member in members.indices where members[member].isAlive {
      if hasLeader && member == leader { continue }
      let draw = Int64(context.streams[raftStream].below(UInt64(ticks)))
      guard canWin(member), ticks + draw < first else { continue }
      first = ticks + draw
      candidate = member
      found = true
    }
    electionIsUnderWay = found
    guard found else { return }
    schedule(
      .electionTimeout(epoch), after: configuration.heartbeatInterval * Int(first), context,
      &agenda)
  }

  /// Whether a majority would vote for the member: its log is as long as theirs.
  private func canWin(_ member: Int) -> Bool {
    var votes = 0
    for voter in members.indices where members[voter].isAlive {
      if members[voter].synced <= members[member].synced { votes += 1 }
    }
    return votes >= majority
  }

  // MARK: Electing one

  mutating func startElection(
    _ epoch: LeaderEpoch, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard epoch == self.epoch else { return }
    let now = agenda.now
    if hasLeader {
      // It was a stuck leader: has it come back in time?
      guard members[leader].writeEnds > now else {
        electionIsUnderWay = false
        return
      }
    }
    guard members[candidate].isAlive, canWin(candidate) else {
      scheduleElection(&context, &agenda)
      return
    }
    // It writes its own vote, after a round that asks whether it would win.
    let asked = configuration.preVote ? configuration.memberRoundTrip : .zero
    let written = persist(bytes: Self.voteBytes, on: candidate, &context, at: now)
    schedule(
      .votesRequested(epoch), at: written + asked + configuration.memberRoundTrip / 2, context,
      &agenda)
  }

  /// The others write their votes; the (n/2)-th of them makes the majority.
  mutating func collectVotes(
    _ epoch: LeaderEpoch, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard epoch == self.epoch else { return }
    let now = agenda.now
    var votes: [SimTime] = []
    for voter in members.indices where voter != candidate && members[voter].isAlive {
      guard members[voter].synced <= members[candidate].synced else { continue }
      let isStuck = hasLeader && voter == leader
      let written = persist(bytes: Self.voteBytes, on: voter, &context, at: now)
      votes.append(isStuck ? max(written, members[voter].writeEnds) : written)
    }
    votes.sort()
    let needed = majority - 1
    guard votes.count >= needed else {
      scheduleElection(&context, &agenda)
      return
    }
    let last = needed == 0 ? now : votes[needed - 1]
    schedule(.elected(epoch), at: last + configuration.memberRoundTrip / 2, context, &agenda)
  }

  mutating func finishElection(
    _ epoch: LeaderEpoch, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard epoch == self.epoch else { return }
    let now = agenda.now
    electionIsUnderWay = false
    guard members[candidate].isAlive, canWin(candidate) else {
      scheduleElection(&context, &agenda)
      return
    }
    let stuck: Int? = hasLeader ? leader : nil
    if hasLeader {
      // What was proposed to the stuck leader is forwarded to the new one.
      hasLeader = false
      context.instruments.set(0, metrics.isLeader[leader], at: now)
      while let id = readsInRound.popLast() { readsBehindIndex.prepend(id) }
    }
    self.epoch = epoch.next
    members[leader].handed = handedIndex
    leader = candidate
    hasLeader = true
    logIsBusy = false
    context.instruments.set(1, metrics.hasLeader, at: now)
    context.instruments.set(1, metrics.isLeader[leader], at: now)
    context.instruments.add(1, to: metrics.leaderChanges, at: now)
    forgetWhatTheLeaderLacks(&context, at: now)
    for member in members.indices where member != leader {
      follow(
        member, stuckUntil: member == stuck ? members[member].writeEnds : nil, &context, &agenda)
    }
    members[leader].forgetMessages()
    members[leader].catchUp = nil
    members[leader].match = members[leader].synced
    // What waited for a leader goes into its first batch, behind the entry that opens its term.
    append(.leaderElected, valueBytes: 0, &context, &agenda)
    startReadIndexRound(&context, &agenda)
  }

  /// Entries that the new leader does not have are gone; none of them was committed.
  private mutating func forgetWhatTheLeaderLacks(
    _ context: inout ClusterContext, at now: SimTime
  ) {
    let last = members[leader].synced
    precondition(last >= committedIndex, "a committed entry is missing from the new leader's log")
    while proposedIndex > last, let entry = entries.popLast() {
      proposedIndex -= 1
      orphan(entry, &context, at: now)
    }
    while let batch = uncommitted.last, batch.lastIndex > last { uncommitted.removeLast() }
  }

  /// A member takes up the new leader's log.
  private mutating func follow(
    _ member: Int, stuckUntil: SimTime?, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    members[member].synced = min(members[member].synced, proposedIndex)
    members[member].forgetMessages()
    members[member].match = min(members[member].synced, committedIndex)
    guard members[member].isAlive else { return }
    // What the old leader sent is on its way to the disk and helps the new one as well, but for the
    // last of it, which the new one may lack.
    if let catchUp = members[member].catchUp, catchUp.isBeingWritten {
      members[member].catchUp?.target = min(catchUp.target, proposedIndex)
      return
    }
    members[member].catchUp = nil
    if let stuckUntil, stuckUntil > agenda.now {
      members[member].isWriting = true
      members[member].writing = members[member].synced
      schedule(.followerSynced(MemberID(member), epoch), at: stuckUntil, context, &agenda)
    }
    if members[member].synced < proposedIndex { startCatchUp(member, &context, &agenda) }
  }

  /// Takes an entry off the log for good; its client waits in vain.
  private mutating func orphan(
    _ entry: LogEntry, _ context: inout ClusterContext, at now: SimTime
  ) {
    metrics.logOccupancy.leave(enteredAt: entry.stamp, at: now)
    switch entry.content {
    case .request(let id):
      orphans.append(Orphan(id: id, deadline: max(now, entry.stamp + requestTimeout)))
    case .leaseRevoke:
      // The lessor of the next leader finds the lease again.
      if let group = revoking.popLast() { expired.prepend(group) }
    case .alarmRaised: alarmIsProposed = false
    case .compaction, .compactionToPresent, .alarmDisarmed, .leaderElected: break
    }
  }

  // MARK: Requests that wait in vain

  /// Whether so many members are left that one can be elected.
  var hasQuorum: Bool { aliveCount >= majority }

  mutating func scheduleTimeoutCheck(
    _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard !timeoutCheckIsScheduled else { return }
    timeoutCheckIsScheduled = true
    schedule(.timeoutCheck, after: Self.timeoutCheckInterval, context, &agenda)
  }

  mutating func failOverdueRequests(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    timeoutCheckIsScheduled = false
    while let first = orphans.first, first.deadline <= now {
      orphans.removeFirst()
      context.instruments.adjust(metrics.proposalsPending, by: -1, at: now)
      fail(first.id, &context, &agenda)
    }
    if !hasLeader {
      while let first = proposals.first, first.stamp + requestTimeout <= now {
        proposals.removeFirst()
        metrics.logOccupancy.leave(enteredAt: first.stamp, at: now)
        if case .request(let id) = first.content {
          context.instruments.adjust(metrics.proposalsPending, by: -1, at: now)
          fail(id, &context, &agenda)
        }
      }
      while let first = readsBehindIndex.first,
        context.requests[first].stamp + requestTimeout <= now
      {
        readsBehindIndex.removeFirst()
        context.instruments.adjust(metrics.readsPending, by: -1, at: now)
        fail(first, &context, &agenda)
      }
    }
    if !hasLeader || !orphans.isEmpty { scheduleTimeoutCheck(context, &agenda) }
  }

  private mutating func fail(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    context.charge(id, .etcdQuorum, waitingUntil: agenda.now)
    context.requests[id].outcome = .storeUnavailable
    answer(id, at: agenda.now + context.storeRoundTrip / 2, &context, &agenda)
  }

  /// How often requests that wait for a leader are looked through; ours.
  private static var timeoutCheckInterval: SimDuration { .milliseconds(250) }
  /// Term and vote: smaller than the smallest log record.
  private static var voteBytes: Int { 64 }
}
