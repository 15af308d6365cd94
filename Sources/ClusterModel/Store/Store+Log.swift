// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement
import Scenario

/// From a member's socket to a committed entry.
extension Store {
  mutating func receiveWrite(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    context.charge(id, .network, serviceUntil: now)
    let coldStart = takeInHand(&context, at: now)
    metrics.cpuOccupancy.enter(at: now)
    let bytes = valueBytes(of: id, context)
    let visit = members[leader].cpu.arrive(
      at: now,
      service: costs.request + coldStart + costs.requestPerKibibyte.forKibibytes(ofBytes: bytes))
    context.requests[id].enter(.etcdCPU(self.id), at: now)
    context.requests[id].serviceStart = visit.start
    schedule(.propose(id), at: visit.finish, context, &agenda)
  }

  /// Bytes of the value that a write carries.
  private func valueBytes(of id: RequestID, _ context: borrowing ClusterContext) -> Int {
    let row = context.requests[id]
    let requestClass = context.classes[row.classID.index]
    guard requestClass.storeCall == .keyValue, requestClass.verb != .delete else { return 0 }
    return Int(row.objectBytes)
  }

  mutating func propose(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    context.chargeVisit(id, .etcdCPU, until: now)
    metrics.cpuOccupancy.leave(enteredAt: context.requests[id].leaveStation(), at: now)
    let bytes = valueBytes(of: id, context)
    let requestClass = context.classes[context.requests[id].classID.index]
    if let refusal = refusal(of: bytes, requestClass, &context, &agenda) {
      context.requests[id].outcome = refusal
      answer(id, at: now + context.storeRoundTrip / 2, &context, &agenda)
      return
    }
    let isGrant = requestClass.storeCall == .leaseGrant
    spend(
      (isGrant ? costs.process.perLeaseGrant : costs.process.perPut)
        + costs.process.perKibibyte.forKibibytes(ofBytes: bytes), &context, at: now)
    context.instruments.adjust(metrics.proposalsPending, by: 1, at: now)
    append(.request(id), valueBytes: bytes, &context, &agenda)
  }

  /// The checks that come before the log (etcd server/etcdserver/v3_server.go, api/v3rpc/quota.go).
  private mutating func refusal(
    of valueBytes: Int, _ requestClass: RequestClass, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) -> RequestOutcome? {
    let now = agenda.now
    if valueBytes + Self.requestOverheadBytes > Int(configuration.maxRequestBytes.bytes) {
      context.instruments.add(1, to: metrics.refusedTooLarge, at: now)
      return .requestTooLarge
    }
    if committedIndex - appliedIndex > UInt64(configuration.applyGapLimit) {
      context.instruments.add(1, to: metrics.refusedOverloaded, at: now)
      return .storeOverloaded
    }
    let isDelete = requestClass.storeCall == .keyValue && requestClass.verb == .delete
    if isDelete && configuration.serveDeletesOverQuota { return nil }
    let cost =
      requestClass.storeCall == .leaseGrant
      ? Self.leaseQuotaBytes : Self.putQuotaBytes + Int64(valueBytes)
    guard keySpace.fileBytes + cost > configuration.quotaBackendBytes.bytes else { return nil }
    // The member asks for the alarm through the log, once; what was proposed before still passes.
    if !alarmed && !alarmIsProposed {
      alarmIsProposed = true
      append(.alarmRaised, valueBytes: 0, &context, &agenda)
    }
    context.instruments.add(1, to: metrics.refusedNoSpace, at: now)
    return .noSpace
  }

  /// Key and framing of a put besides its value, about.
  private static var requestOverheadBytes: Int { 32 }
  /// etcd server/storage/quota.go: `kvOverhead` 256 for a put, `leaseOverhead` 64 for a grant.
  private static var putQuotaBytes: Int64 { 256 }
  private static var leaseQuotaBytes: Int64 { 64 }

  mutating func append(
    _ content: LogEntry.Content, valueBytes: Int, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    metrics.logOccupancy.enter(at: agenda.now)
    proposals.append(
      LogEntry(
        content: content, valueBytes: valueBytes,
        logBytes: BackendPages.logBytes(valueBytes: valueBytes), stamp: agenda.now))
    if !hasLeader {
      scheduleTimeoutCheck(context, &agenda)
    } else if !logIsBusy {
      takeBatch(&context, &agenda)
    }
  }

  /// Takes everything proposed since the last sync began: this is the group commit. What was
  /// committed meanwhile goes to the applier first (etcd server/etcdserver/raft.go).
  mutating func takeBatch(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    let now = agenda.now
    let limit = min(proposals.count, configuration.maxEntriesPerSync ?? .max)
    logIsBusy = true
    proposedIndex += UInt64(limit)
    batchBeingWritten = LogBatch(
      lastIndex: proposedIndex, entries: limit, bytes: 0, valueBytes: 0)
    for _ in 0..<limit {
      let entry = proposals.removeFirst()
      batchBeingWritten.bytes += entry.logBytes
      batchBeingWritten.valueBytes += entry.valueBytes
      entries.append(entry)
      if case .request(let id) = entry.content {
        context.charge(id, .etcdLog, waitingUntil: now)
      }
    }
    let cpu =
      costs.logPerEntry * limit
      + costs.logPerKibibyte.forKibibytes(ofBytes: batchBeingWritten.valueBytes)
    schedule(.logWrite(epoch), at: now + cpu, context, &agenda)
  }

  /// Writes the batch here and sends it to the followers, in parallel.
  mutating func writeBatch(
    _ epoch: LeaderEpoch, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard epoch == self.epoch, hasLeader else { return }
    let now = agenda.now
    var batch = batchBeingWritten
    let done = persist(bytes: batch.bytes, on: leader, &context, at: now)
    batch.started = now
    batch.synced = done
    batchBeingWritten = batch
    uncommitted.append(batch)
    logBytesWritten += Int64(batch.bytes)
    members[leader].writeEnds = done
    let followers = sendToFollowers(batch, &context, &agenda)
    accountLogSync(batch, followers: followers, waits: done > now, &context, at: now)
    schedule(.logSynced(epoch), at: done, context, &agenda)
    if done - now > configuration.electionTimeout { followersMissHeartbeats(&context, &agenda) }
  }

  private mutating func accountLogSync(
    _ batch: LogBatch, followers: Int, waits: Bool, _ context: inout ClusterContext,
    at now: SimTime
  ) {
    let process = costs.process
    var cpu = process.perLogSync
    if waits {
      cpu += process.perDiskSync + process.perDiskKibibyte.forKibibytes(ofBytes: batch.valueBytes)
    }
    cpu += (process.perFollowerMessage + process.perFollowerEntry * batch.entries) * followers
    spend(cpu, &context, at: now)
  }

  /// The sync is done; the log loop needs a core to go on. When all have work it waits, at most until
  /// one has looked at the queue for goroutines that come back from the kernel. If the process has
  /// paused meanwhile, its caches are cold.
  mutating func awaitCore(
    _ epoch: LeaderEpoch, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard epoch == self.epoch, hasLeader else { return }
    let now = agenda.now
    let coldStart = warmUp(&context, at: now)
    let coreWait = min(members[leader].cpu.earliestStart(at: now) - now, costs.coreWait)
    // The call to sync returns with the core; what is slow after it is not the disk's.
    context.instruments.record(
      now + coreWait - batchBeingWritten.started, in: metrics.walFsync, at: now)
    context.instruments.add(1, to: metrics.walSyncs, at: now)
    let wait = coreWait + coldStart
    if wait > .zero {
      schedule(.logResumed(epoch), at: now + wait, context, &agenda)
    } else {
      finishLogSync(epoch, &context, &agenda)
    }
  }

  mutating func finishLogSync(
    _ epoch: LeaderEpoch, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard epoch == self.epoch, hasLeader else { return }
    logIsBusy = false
    members[leader].synced = batchBeingWritten.lastIndex
    members[leader].match = batchBeingWritten.lastIndex
    advanceCommit(&context, &agenda)
    if handedIndex < committedIndex { handOver(&context, &agenda) }
    if !proposals.isEmpty, !logIsBusy { takeBatch(&context, &agenda) }
  }

  /// A majority of n is the (n/2 + 1)-th to have an entry. Entries commit in order.
  mutating func advanceCommit(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    for member in members.indices { matches[member] = members[member].match }
    // Insertion sort, largest first: at most nine members, nothing allocated.
    for index in matches.indices.dropFirst() {
      var position = index
      while position > 0, matches[position] > matches[position - 1] {
        matches.swapAt(position, position - 1)
        position -= 1
      }
    }
    let index = matches[members.count / 2]
    guard index > committedIndex else { return }
    let now = agenda.now
    context.instruments.add(Int(index - committedIndex), to: metrics.committed, at: now)
    while let batch = uncommitted.first, batch.lastIndex <= index {
      uncommitted.removeFirst()
      commit(batch, &context, at: now)
    }
    committedIndex = index
    if !logIsBusy { handOver(&context, &agenda) }
  }

  private mutating func commit(
    _ batch: LogBatch, _ context: inout ClusterContext, at now: SimTime
  ) {
    bytesToHandOver += batch.bytes
    let end = Int(batch.lastIndex - appliedIndex)
    for offset in (end - batch.entries)..<end {
      metrics.logOccupancy.leave(enteredAt: entries[offset].stamp, at: now)
      metrics.applyOccupancy.enter(at: now)
      entries[offset].stamp = now
      guard case .request(let id) = entries[offset].content else { continue }
      context.charge(id, .etcdLog, serviceUntil: batch.started)
      context.charge(id, .etcdDisk, serviceUntil: min(batch.synced, now))
      context.charge(id, .etcdQuorum, serviceUntil: now)
    }
  }

  /// The log loop comes round: what is committed goes to the applier here, and the followers learn of
  /// it.
  mutating func handOver(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    let count = Int(committedIndex - handedIndex)
    handedIndex = committedIndex
    handToFollowers(entries: count, bytes: bytesToHandOver, at: agenda.now)
    bytesToHandOver = 0
    startApplying(&context, &agenda)
  }
}
