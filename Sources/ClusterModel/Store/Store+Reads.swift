// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement

/// Reads: a read index confirmed by a majority, everything committed before it applied, then the
/// work by keys and bytes, which before etcd 3.4 holds the lock that the applier needs.
extension Store {
  mutating func receiveRead(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    context.charge(id, .network, serviceUntil: now)
    context.instruments.adjust(metrics.readsPending, by: 1, at: now)
    if members.count > 1 {
      schedule(.readConfirmed(id), after: configuration.memberRoundTrip, context, &agenda)
    } else {
      confirmRead(id, &context, &agenda)
    }
  }

  mutating func confirmRead(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    context.charge(id, .network, serviceUntil: agenda.now)
    context.requests[id].logIndex = committedIndex
    if appliedIndex < committedIndex {
      readsBehindApply.append(id)
    } else {
      admitRead(id, &context, &agenda)
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
      admitRead(first, &context, &agenda)
    }
  }

  /// Whether this read shares a lock with the leader's applier.
  private func sharesLock(_ id: RequestID, _ context: borrowing ClusterContext) -> Bool {
    configuration.rangeBlocksApply && member(serving: context.requests[id].server) == 0
  }

  private mutating func admitRead(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    if sharesLock(id, context),
      isApplying || applierWaitsForReaders || backendIsCommitting || compactionHoldsLock
    {
      waitingReads.append(id)
    } else {
      executeRead(id, &context, &agenda)
    }
  }

  /// Lets all readers in that queued behind the applier.
  mutating func admitWaitingReads(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard !backendIsCommitting, !compactionHoldsLock else { return }
    while let id = waitingReads.popFirst() { executeRead(id, &context, &agenda) }
  }

  private mutating func executeRead(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let row = context.requests[id]
    let requestClass = context.classes[row.classID.index]
    if requestClass.verb == .list {
      context.requests[id].revision = context.objects.changes(requestClass.resource)
      context.requests[id].keys = context.objects.count(requestClass.resource)
      context.requests[id].responseBytes = context.objects.totalBytes(requestClass.resource)
    } else {
      context.requests[id].keys = 1
      context.requests[id].responseBytes = Int64(requestClass.objectBytes)
    }
    let keys = context.requests[id].keys
    let bytes = context.requests[id].responseBytes
    let service =
      configuration.readCPU + configuration.readCPUPerKey * Int(keys)
      + SimDuration(
        nanoseconds: configuration.readCPUPerMegabyte.nanoseconds * bytes / 1_000_000)
    let index = member(serving: row.server)
    metrics.readOccupancy.enter(at: now)
    context.charge(id, .etcdRead, waitingUntil: now)
    let visit = members[index].cpu.arrive(at: now, service: service)
    context.requests[id].serviceStart = visit.start
    memory.hold(
      bytes: bytes, until: visit.finish, fileBytes: keySpace.fileBytes, &context.instruments,
      at: now)
    if sharesLock(id, context) { readersUntil = max(readersUntil, visit.finish) }
    context.requests[id].enter(.etcdRead(self.id), at: now)
    schedule(.readDone(id), at: visit.finish, context, &agenda)
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
    memory.hold(
      bytes: bytes, until: sent.finish, fileBytes: keySpace.fileBytes, &context.instruments, at: now
    )
    context.requests[id].serviceStart = sent.start
    context.requests[id].sent = sent.finish
    answer(id, at: sent.finish + context.storeRoundTrip / 2, &context, &agenda)
  }
}
