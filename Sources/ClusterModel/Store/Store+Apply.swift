// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement

/// From a committed entry to the answer: one applier, one entry after the other, under a lock that
/// backend commits, compaction steps and (before etcd 3.4) range reads hold too.
extension Store {
  /// Starts on the next committed entry if nothing holds the lock.
  mutating func startApplying(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    guard !isApplying, !compactionHoldsLock, !watchSyncHoldsLock, appliedIndex < handedIndex
    else { return }
    if backendHoldsLock { return }
    let now = agenda.now
    if configuration.rangeBlocksApply && readersUntil > now {
      if !applierWaitsForReaders {
        applierWaitsForReaders = true
        schedule(.lockFree, at: readersUntil, context, &agenda)
      }
      return
    }
    isApplying = true
    var cpu = costs.applyPerEntry
    switch entries[0].content {
    case .request(let id):
      context.charge(id, .etcdApply, waitingUntil: now)
      cpu += costs.applyPerKibibyte.forKibibytes(ofBytes: entries[0].valueBytes)
    case .leaseRevoke: cpu = cpu * Int(max(1, revoking.first?.count ?? 0))
    case .compaction, .compactionToPresent, .alarmRaised, .alarmDisarmed, .leaderElected: break
    }
    schedule(.applied, at: now + cpu, context, &agenda)
  }

  mutating func applierMeetsReaders(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    applierWaitsForReaders = false
    startApplying(&context, &agenda)
  }

  mutating func finishApply(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    let now = agenda.now
    let entry = entries.removeFirst()
    isApplying = false
    appliedIndex += 1
    metrics.applyOccupancy.leave(enteredAt: entry.stamp, at: now)
    var commitsAtOnce = false
    switch entry.content {
    case .request(let id):
      context.charge(id, .etcdApply, serviceUntil: now)
      let requestClass = context.classes[context.requests[id].classID.index]
      let isDelete = requestClass.storeCall == .keyValue && requestClass.verb == .delete
      if isDelete { deletes += 1 }
      commitsAtOnce = isDelete && configuration.deleteCommit == .immediate
      let sent = apply(id, isDelete: isDelete, &context, &agenda)
      context.charge(id, .etcdApply, waitingUntil: sent)
      context.instruments.adjust(metrics.proposalsPending, by: -1, at: now)
      answer(id, at: sent + context.storeRoundTrip / 2, &context, &agenda)
    case .leaseRevoke:
      applyLeaseRevoke(&context, now)
      commitsAtOnce = configuration.deleteCommit == .immediate
      pumpRevocations(&context, &agenda)
    case .compaction: beginCompaction(toPresent: false, context, &agenda)
    case .compactionToPresent: beginCompaction(toPresent: true, context, &agenda)
    case .alarmRaised:
      alarmIsProposed = false
      setAlarm(true, &context, at: now)
    case .alarmDisarmed: setAlarm(false, &context, at: now)
    case .leaderElected: break
    }
    members[leader].pendingOperations += 1
    members[leader].pendingBytes += entry.logBytes
    recordSpace(&context, at: now)
    trimLog(&context, &agenda)
    releaseReadsBehindApply(&context, &agenda)
    giveLockBack(commitsAtOnce: commitsAtOnce, &context, &agenda)
  }

  /// Who gets the lock next: a backend commit that is due, a compaction step, readers that queued
  /// behind the applier (a Go `RWMutex` lets them in when the writer leaves), the next entry.
  mutating func giveLockBack(
    commitsAtOnce: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    if commitsAtOnce { followersCommitAtOnce(&context, &agenda) }
    let member = members[leader]
    let limitReached = member.pendingOperations >= configuration.backendBatchLimit
    if member.isDefragmentationDue, !member.isCommitting {
      defragment(leader, context, &agenda)
    } else if !member.isCommitting && !member.isDefragmenting
      && (member.commitIsDue || commitsAtOnce || limitReached)
    {
      startBackendCommit(leader, &context, &agenda)
    } else if compactionIsWaiting {
      stepCompaction(&context, &agenda)
    }
    admitWaitingReads(&context, &agenda)
    startApplying(&context, &agenda)
  }

  /// Returns when the watchers of direct clients have been told.
  private mutating func apply(
    _ id: RequestID, isDelete: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) -> SimTime {
    let row = context.requests[id]
    let requestClass = context.classes[row.classID.index]
    // The capped applier (etcd server/etcdserver/apply): with the alarm on, puts and grants that the
    // check before the log let through are refused here.
    if alarmed, !(isDelete && configuration.serveDeletesOverQuota) {
      context.instruments.add(1, to: metrics.refusedNoSpace, at: agenda.now)
      context.requests[id].outcome = .noSpace
      return agenda.now
    }
    if requestClass.storeCall == .leaseGrant {
      grantLease(requestClass, at: agenda.now)
      return agenda.now
    }
    if let refusal = refusal(of: row, requestClass, context) {
      context.requests[id].outcome = refusal
      return agenda.now
    }
    let change: ObjectChange
    if isDelete {
      change = .deleted
      if let bytes = context.objects.delete(requestClass.resource, row.object) {
        keySpace.delete(previousBytes: bytes)
      }
    } else if let timeToLive = requestClass.timeToLive {
      change = .created
      let bytes = Int(row.objectBytes)
      keySpace.put(valueBytes: bytes, previousBytes: nil)
      context.objects.addAnonymous(requestClass.resource, count: 1, bytes: Int64(bytes))
      leased.add(
        requestClass.resource, valueBytes: bytes, timeToLive: timeToLive, at: agenda.now)
    } else {
      let previous = context.objects.put(
        requestClass.resource, row.object, bytes: Int(row.objectBytes))
      keySpace.put(valueBytes: Int(row.objectBytes), previousBytes: previous)
      change = previous == nil ? .created : .modified
      applyEffect(of: row, requestClass.effect, &context)
    }
    let sent = notifyWatchers(
      of: requestClass.resource, bytes: isDelete ? 0 : Int(row.objectBytes), &context, &agenda)
    // What direct clients of etcd write is not watched by any API server.
    if requestClass.requester == .storeClients { return sent }
    spend(costs.watchedByAPIServers(watchStreams), &context, at: agenda.now)
    context.objects.countChange(requestClass.resource)
    agenda.send(
      .apiServer(.changed(requestClass.resource, change, row.object)), in: context.cluster)
    return sent
  }

  /// Writes whose precondition no longer holds when their turn comes: a late PATCH must not bring a
  /// deleted object back, nor a repeated binding move a pod (registry/core/pod/storage: "pod is
  /// already assigned to node").
  private func refusal(
    of row: RequestRow, _ requestClass: RequestClass, _ context: borrowing ClusterContext
  ) -> RequestOutcome? {
    if requestClass.verb == .patch,
      context.objects.bytes(requestClass.resource, row.object) == nil
    {
      return .notFound
    }
    if requestClass.effect == .binding,
      context.pods[PodID(rawValue: row.object)].storedNode != .none
    {
      return .conflict
    }
    if case .leaderRecord(let component) = requestClass.effect,
      context.leaderRecords[component.index].version != UInt32(truncatingIfNeeded: row.payload)
    {
      return .conflict
    }
    return nil
  }

  /// What readers of the object will find in it from now on.
  private func applyEffect(
    of row: RequestRow, _ effect: StoredEffect, _ context: inout ClusterContext
  ) {
    switch effect {
    case .none: break
    case .heartbeat:
      context.nodes.storeHeartbeat(
        NodeID(rawValue: row.object), sent: SimTime(nanoseconds: row.payload))
    case .registration:
      context.nodes.storeRegistration(
        NodeID(rawValue: row.object), sent: SimTime(nanoseconds: row.payload))
    case .nodeUnknown: context.nodes[NodeID(rawValue: row.object)].storedReady = false
    case .binding:
      context.pods[PodID(rawValue: row.object)].storedNode = NodeID(
        rawValue: UInt32(truncatingIfNeeded: row.payload))
    case .podPhase:
      // A status that was held up must not overwrite a later one (pkg/kubelet/status: versions).
      let pod = PodID(rawValue: row.object)
      let phase = PodPhase(rawValue: UInt8(truncatingIfNeeded: row.payload)) ?? .pending
      context.pods[pod].storedPhase = max(context.pods[pod].storedPhase, phase)
    case .leaderRecord(let component):
      context.leaderRecords[component.index].version += 1
      context.leaderRecords[component.index].holder = UInt32(truncatingIfNeeded: row.payload >> 32)
    }
  }
}
