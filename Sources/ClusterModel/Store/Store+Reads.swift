// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement

/// Reads: a read index confirmed by a majority, everything committed before it applied by the member
/// that serves, then the work by keys and bytes, which before etcd 3.4 holds the lock that the applier
/// needs. A serializable read takes what its member has.
extension Store {
  /// The member that serves an API server: one of those that are there.
  func member(serving server: APIServerID) -> Int {
    let first = server.index % members.count
    return members[first].isAlive ? first : memberAlive(from: first) ?? first
  }

  /// The next member that is there, this one included.
  func memberAlive(from first: Int) -> Int? {
    for step in members.indices where members[(first + step) % members.count].isAlive {
      return (first + step) % members.count
    }
    return nil
  }

  mutating func receiveRead(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    context.charge(id, .network, serviceUntil: now)
    context.instruments.adjust(metrics.readsPending, by: 1, at: now)
    let requestClass = context.classes[context.requests[id].classID.index]
    if requestClass.storeCall == .leaseKeepAlive {
      // It comes on a stream that is open already: no call to be set up.
      requestsInHand += 1
      keepAlives += 1
      executeRead(id, &context, &agenda)
      return
    }
    takeInHand(&context, at: now)
    if requestsInHand == 1 { spend(costs.process.perWakeUp, &context, at: now) }
    if requestClass.isSerializable {
      admitRead(id, &context, &agenda)
    } else if members.count == 1, hasLeader {
      confirmRead(id, &context, &agenda)
    } else {
      readsBehindIndex.append(id)
      startReadIndexRound(&context, &agenda)
    }
  }

  /// One round at a time, for all reads that wait for one (etcd v3_server.go `linearizableReadLoop`).
  mutating func startReadIndexRound(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard readsInRound.isEmpty, !readsBehindIndex.isEmpty else { return }
    guard hasLeader, hasQuorum else {
      scheduleTimeoutCheck(context, &agenda)
      return
    }
    swap(&readsInRound, &readsBehindIndex)
    spend(costs.process.perReadIndex, &context, at: agenda.now)
    let round = members.count > 1 ? configuration.memberRoundTrip : .zero
    schedule(.readIndexConfirmed(epoch), after: round, context, &agenda)
  }

  mutating func finishReadIndexRound(
    _ epoch: LeaderEpoch, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard epoch == self.epoch, hasLeader else { return }
    while let id = readsInRound.popFirst() { confirmRead(id, &context, &agenda) }
    startReadIndexRound(&context, &agenda)
  }

  private mutating func confirmRead(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    context.charge(id, .network, serviceUntil: agenda.now)
    context.requests[id].logIndex = committedIndex
    if appliedIndex < committedIndex {
      readsBehindApply.append(id)
    } else {
      awaitFollower(id, &context, &agenda)
    }
  }

  /// Reads whose read index has been applied go on, in order.
  mutating func releaseReadsBehindApply(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    while let first = readsBehindApply.first,
      context.requests[first].logIndex <= appliedIndex
    {
      readsBehindApply.removeFirst()
      awaitFollower(first, &context, &agenda)
    }
  }

  /// A follower has to have applied it too.
  private mutating func awaitFollower(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let member = member(serving: context.requests[id].server)
    if member != leader, members[member].appliedUntil > agenda.now {
      schedule(.readAdmitted(id), at: members[member].appliedUntil, context, &agenda)
    } else {
      admitRead(id, &context, &agenda)
    }
  }

  /// Whether this read shares a lock with the leader's applier.
  private func sharesLock(_ id: RequestID, _ context: borrowing ClusterContext) -> Bool {
    configuration.rangeBlocksApply && member(serving: context.requests[id].server) == leader
  }

  mutating func admitRead(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let member = member(serving: context.requests[id].server)
    let lockIsHeld =
      isApplying || applierWaitsForReaders || members[leader].isCommitting || compactionHoldsLock
    if members[member].isDefragmenting || sharesLock(id, context) && lockIsHeld {
      waitingReads.append(id)
    } else {
      executeRead(id, &context, &agenda)
    }
  }

  /// Lets all readers in that queued behind the applier, or behind a defragmentation.
  mutating func admitWaitingReads(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard !waitingReads.isEmpty, !members[leader].isCommitting, !compactionHoldsLock else {
      return
    }
    for _ in 0..<waitingReads.count {
      guard let id = waitingReads.popFirst() else { return }
      if members[member(serving: context.requests[id].server)].isDefragmenting {
        waitingReads.append(id)
      } else {
        executeRead(id, &context, &agenda)
      }
    }
  }

  private mutating func executeRead(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let row = context.requests[id]
    let requestClass = context.classes[row.classID.index]
    let service: SimDuration
    let process: SimDuration
    if requestClass.storeCall == .leaseKeepAlive {
      context.requests[id].responseBytes = 0
      service = costs.keepAlive
      process = costs.process.perLeaseKeepAlive
    } else {
      let (keys, bytes) = context.range(of: row)
      context.requests[id].revision = context.objects.changes(requestClass.resource)
      context.requests[id].keys = keys
      context.requests[id].responseBytes = bytes
      let counting = costs.perKeyCounted * Int(context.keysCounted(by: row))
      service = costs.range(keys: keys, bytes: bytes) + counting
      process = costs.rangeProcess(keys: keys, bytes: bytes) + counting
    }
    let index = member(serving: row.server)
    if index == leader { spend(process, &context, at: now) }
    metrics.readOccupancy.enter(at: now)
    context.charge(id, .etcdRead, waitingUntil: now)
    let visit = members[index].cpu.arrive(at: now, service: service)
    context.requests[id].serviceStart = visit.start
    if sharesLock(id, context) { readersUntil = max(readersUntil, visit.finish) }
    context.requests[id].enter(.etcdRead(self.id), at: now)
    schedule(.readDone(id), at: visit.finish, context, &agenda)
    hold(
      context.requests[id].responseBytes, until: visit.finish, on: index, &context, &agenda)
  }

  mutating func finishRead(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    context.chargeVisit(id, .etcdRead, until: now)
    metrics.readOccupancy.leave(enteredAt: context.requests[id].leaveStation(), at: now)
    context.instruments.adjust(metrics.readsPending, by: -1, at: now)
    let bytes = context.requests[id].responseBytes
    let index = member(serving: context.requests[id].server)
    context.instruments.add(Int(bytes), to: metrics.sentBytes, at: now)
    let sent = members[index].egress.send(bytes: bytes, at: now)
    context.requests[id].serviceStart = sent.start
    context.requests[id].sent = sent.finish
    answer(id, at: sent.finish + context.storeRoundTrip / 2, &context, &agenda)
    hold(bytes, until: sent.finish, on: index, &context, &agenda)
  }
}
