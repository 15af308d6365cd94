// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement

/// From a committed entry to the answer: one applier, one entry after the other, under a lock that
/// backend commits, compaction steps and (before etcd 3.4) range reads hold too.
extension Store {
  /// Starts on the next committed entry if nothing holds the lock.
  mutating func startApplying(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    guard !isApplying, !compactionHoldsLock, appliedIndex < committedIndex else { return }
    if backendIsCommitting && configuration.applyWaitsForBackendCommit { return }
    let now = agenda.now
    if configuration.rangeBlocksApply && readersUntil > now {
      if !applierWaitsForReaders {
        applierWaitsForReaders = true
        schedule(.lockFree, at: readersUntil, context, &agenda)
      }
      return
    }
    isApplying = true
    var cpu = configuration.applyCPU
    switch entries[0].content {
    case .request(let id): context.charge(id, .etcdApply, waitingUntil: now)
    case .leaseRevoke:
      let keys = leased.firstExpired(at: now)?.count ?? 0
      cpu = cpu * Int(max(1, keys))
    case .compaction: break
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
      let isDelete = context.classes[context.requests[id].classID.index].verb == .delete
      commitsAtOnce = isDelete && configuration.deleteCommit == .immediate
      apply(id, isDelete: isDelete, &context, &agenda)
      context.instruments.adjust(metrics.proposalsPending, by: -1, at: now)
      answer(id, at: now + context.storeRoundTrip / 2, &context, &agenda)
    case .leaseRevoke:
      applyLeaseRevoke(&context, now)
      commitsAtOnce = configuration.deleteCommit == .immediate
    case .compaction:
      compactionRevisionsLeft = keySpace.startCompactionRound()
      if compactionRevisionsLeft > 0 { send(.compactionStep, context, &agenda) }
    }
    pendingBackendOperations += 1
    pendingBackendBytes += entry.logBytes
    context.instruments.set(Int(keySpace.fileBytes), metrics.fileBytes, at: now)
    context.instruments.set(Int(keySpace.bytesInUse), metrics.bytesInUse, at: now)
    releaseReadsBehindApply(&context, &agenda)
    giveLockBack(commitsAtOnce: commitsAtOnce, &context, &agenda)
  }

  /// Who gets the lock next: a backend commit that is due, a compaction step, readers that queued
  /// behind the applier (a Go `RWMutex` lets them in when the writer leaves), the next entry.
  mutating func giveLockBack(
    commitsAtOnce: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let limitReached = pendingBackendOperations >= configuration.backendBatchLimit
    if !backendIsCommitting && (backendCommitIsDue || commitsAtOnce || limitReached) {
      startBackendCommit(&context, &agenda)
    } else if compactionIsWaiting {
      stepCompaction(&context, &agenda)
    }
    admitWaitingReads(&context, &agenda)
    startApplying(&context, &agenda)
  }

  private mutating func apply(
    _ id: RequestID, isDelete: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    let requestClass = context.classes[row.classID.index]
    if let refusal = refusal(of: row, requestClass, context) {
      context.requests[id].outcome = refusal
      return
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
    context.objects.countChange(requestClass.resource)
    agenda.send(
      .apiServer(.changed(requestClass.resource, change, row.object)), in: context.cluster)
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
    case .nodeUnknown: context.nodes[NodeID(rawValue: row.object)].storedReady = false
    case .binding:
      context.pods[PodID(rawValue: row.object)].storedNode = NodeID(
        rawValue: UInt32(truncatingIfNeeded: row.payload))
    case .podPhase:
      // A status that was held up must not overwrite a later one (pkg/kubelet/status: versions).
      let pod = PodID(rawValue: row.object)
      let phase = PodPhase(rawValue: UInt8(truncatingIfNeeded: row.payload)) ?? .pending
      context.pods[pod].storedPhase = max(context.pods[pod].storedPhase, phase)
    }
  }

  private mutating func applyLeaseRevoke(_ context: inout ClusterContext, _ now: SimTime) {
    leaseRevokesPending -= 1
    guard let group = leased.removeFirst() else { return }
    let mean = Int(group.valueBytes / max(1, group.count))
    keySpace.delete(objects: group.count, previousBytes: mean)
    context.objects.addAnonymous(
      group.resource, count: -group.count, bytes: -group.valueBytes)
    pendingBackendOperations += Int(group.count)
  }

  /// The lessor: looks every 500 ms for expired leases and revokes them through the log, so expiry
  /// comes in bursts (etcd server/lease/lessor.go: 500 ms loop).
  mutating func checkLeases(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    if leaseRevokesPending == 0, leased.firstExpired(at: agenda.now) != nil {
      leaseRevokesPending += 1
      append(.leaseRevoke, logBytes: Self.revokeLogBytes, &context, &agenda)
    }
    schedule(.leaseCheck, after: Self.leaseCheckInterval, context, &agenda)
  }

  /// etcd server/lease/lessor.go: `expiredLeaseRetryInterval` and loop, 500 ms.
  static var leaseCheckInterval: SimDuration { .milliseconds(500) }
  /// A revoke carries a lease id only; smallest measured log record.
  private static var revokeLogBytes: Int { BackendPages.logBytes(valueBytes: 0) }
}
