// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement
import Scenario

/// From a member's socket to a committed entry.
extension Store {
  /// The member that serves an API server; writes go to the leader, member 0.
  func member(serving server: APIServerID) -> Int { server.index % members.count }

  mutating func receiveWrite(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    context.charge(id, .network, serviceUntil: now)
    metrics.cpuOccupancy.enter(at: now)
    let visit = members[0].cpu.arrive(at: now, service: configuration.requestCPU)
    context.requests[id].enter(.etcdCPU(self.id), at: now)
    context.requests[id].serviceStart = visit.start
    schedule(.propose(id), at: visit.finish, context, &agenda)
  }

  mutating func propose(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    context.chargeVisit(id, .etcdCPU, until: now)
    metrics.cpuOccupancy.leave(enteredAt: context.requests[id].leaveStation(), at: now)
    let row = context.requests[id]
    let isDelete = context.classes[row.classID.index].verb == .delete
    let valueBytes = isDelete ? 0 : Int(row.objectBytes)
    if let refusal = refusal(of: valueBytes, isDelete: isDelete, now, &context) {
      context.requests[id].outcome = refusal
      answer(id, at: now + context.storeRoundTrip / 2, &context, &agenda)
      return
    }
    let logBytes = BackendPages.logBytes(valueBytes: valueBytes)
    context.instruments.adjust(metrics.proposalsPending, by: 1, at: now)
    append(.request(id), logBytes: logBytes, &context, &agenda)
  }

  /// The checks that come before the log (etcd server/etcdserver/v3_server.go and apply quota).
  private mutating func refusal(
    of valueBytes: Int, isDelete: Bool, _ now: SimTime, _ context: inout ClusterContext
  ) -> RequestOutcome? {
    if committedIndex - appliedIndex > UInt64(configuration.applyGapLimit) {
      context.instruments.add(1, to: metrics.refusedOverloaded, at: now)
      return .storeOverloaded
    }
    if isDelete && configuration.serveDeletesOverQuota { return nil }
    if !alarmed,
      keySpace.fileBytes + Int64(valueBytes) > configuration.quotaBackendBytes.bytes
    {
      alarmed = true
      context.instruments.set(1, metrics.alarm, at: now)
    }
    guard alarmed else { return nil }
    context.instruments.add(1, to: metrics.refusedNoSpace, at: now)
    return .noSpace
  }

  mutating func append(
    _ content: LogEntry.Content, logBytes: Int, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    metrics.logOccupancy.enter(at: agenda.now)
    proposals.append(LogEntry(content: content, logBytes: logBytes, stamp: agenda.now))
    if !logIsBusy { takeBatch(&context, &agenda) }
  }

  /// Takes everything proposed since the last sync began: this is the group commit.
  private mutating func takeBatch(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let limit = min(proposals.count, configuration.maxEntriesPerSync ?? .max)
    logIsBusy = true
    batchBeingWritten = LogBatch(entries: limit, bytes: 0)
    let cpu = configuration.logCPUPerEntry * limit
    for _ in 0..<limit {
      let entry = proposals.removeFirst()
      batchBeingWritten.bytes += entry.logBytes
      entries.append(entry)
      if case .request(let id) = entry.content {
        context.charge(id, .etcdLog, waitingUntil: now)
      }
    }
    proposedIndex += UInt64(limit)
    schedule(.logWrite, at: now + cpu, context, &agenda)
  }

  /// Writes the batch here and sends it to the followers, in parallel.
  mutating func writeBatch(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    let now = agenda.now
    var batch = batchBeingWritten
    let done = members[0].persist(bytes: batch.bytes, at: now, &context.streams[diskStream])
    context.instruments.record(done - now, in: metrics.walFsync, at: done)
    acknowledgements[0] = done
    let halfWay = configuration.memberRoundTrip / 2
    for index in members.indices.dropFirst() {
      // A follower's loop is serial too: it takes the message when its last sync is done.
      let start = max(now + halfWay, members[index].logFreeAt)
      let synced = members[index].persist(
        bytes: batch.bytes, at: start, &context.streams[diskStream])
      members[index].logFreeAt = synced
      acknowledgements[index] = synced + halfWay
    }
    // A majority of n is the (n/2 + 1)-th to have it. Entries commit in order.
    sortAcknowledgements()
    lastCommit = max(lastCommit, acknowledgements[members.count / 2])
    batch.started = now
    batch.synced = done
    uncommitted.append(batch)
    // Committed before synced at the same instant: a single member hands the batch to the applier
    // before it takes the next one (etcd server/etcdserver/raft.go).
    schedule(.committed, at: lastCommit, context, &agenda)
    schedule(.logSynced, at: done, context, &agenda)
  }

  /// Insertion sort: at most nine members, nothing allocated.
  private mutating func sortAcknowledgements() {
    for index in acknowledgements.indices.dropFirst() {
      var position = index
      while position > 0, acknowledgements[position] < acknowledgements[position - 1] {
        acknowledgements.swapAt(position, position - 1)
        position -= 1
      }
    }
  }

  mutating func finishLogSync(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    context.instruments.add(1, to: metrics.walSyncs, at: agenda.now)
    logIsBusy = false
    if !proposals.isEmpty { takeBatch(&context, &agenda) }
  }

  mutating func commitBatch(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    let now = agenda.now
    let batch = uncommitted.removeFirst()
    let first = Int(committedIndex - appliedIndex)
    for offset in first..<(first + batch.entries) {
      metrics.logOccupancy.leave(enteredAt: entries[offset].stamp, at: now)
      metrics.applyOccupancy.enter(at: now)
      entries[offset].stamp = now
      guard case .request(let id) = entries[offset].content else { continue }
      context.charge(id, .etcdLog, serviceUntil: batch.started)
      context.charge(id, .etcdDisk, serviceUntil: min(batch.synced, now))
      context.charge(id, .etcdQuorum, serviceUntil: now)
    }
    committedIndex += UInt64(batch.entries)
    context.instruments.add(batch.entries, to: metrics.committed, at: now)
    startApplying(&context, &agenda)
  }
}
