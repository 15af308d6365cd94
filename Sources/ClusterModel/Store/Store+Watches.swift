// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Watch streams of direct clients (etcd server/storage/mvcc/watchable_store.go).
///
/// A synced watcher gets an event with the applying of its revision, through a channel that it shares
/// with the other watchers of its stream. When that is full it becomes a victim, is tried again every
/// 10 ms, and is unsynced if events have passed it by meanwhile. Unsynced watchers are served in rounds
/// of 512 every 100 ms: one read of the backend over all revisions since the oldest that one of them
/// needs, during which nothing is applied.
extension Store {
  /// watchable_store.go: `maxWatchersPerSync`.
  private static var watchersPerSync: Int { 512 }
  /// watchable_store.go: `watchResyncPeriod`.
  private static var resyncPeriod: SimDuration { .milliseconds(100) }
  /// watchable_store.go: `syncVictimsLoop`.
  private static var victimPeriod: SimDuration { .milliseconds(10) }
  /// watcher_group.go: `watchBatchMaxRevs`.
  private static var revisionsPerBatch: Int { 1_000 }

  /// Declares watchers; more than are synchronised in one round are several groups.
  package mutating func addWatchers(
    _ configuration: StoreWatchersConfiguration, of resource: ResourceID
  ) {
    let parts = (configuration.watchers + Self.watchersPerSync - 1) / Self.watchersPerSync
    let streams = configuration.streams ?? configuration.watchers
    for part in 0..<parts {
      let watchers =
        configuration.watchers * (part + 1) / parts - configuration.watchers * part / parts
      let share = streams * (part + 1) / parts - streams * part / parts
      watches.groups.append(
        StoreWatcherGroup(
          resource: resource, watchers: watchers, streams: min(watchers, max(1, share)),
          opensAt: .zero + configuration.at,
          behind: UInt64(configuration.startBehind), clientTime: configuration.clientTime,
          connectionBuffer: Int(configuration.connectionBuffer.bytes)))
    }
  }

  mutating func startWatches(
    _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    for group in watches.groups.indices {
      schedule(.watchers(.open(UInt16(group))), at: watches.groups[group].opensAt, context, &agenda)
    }
  }

  mutating func handle(
    _ step: StoreWatchStep, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch step {
    case .open(let group): open(Int(group), &context, &agenda)
    case .retryVictims: retryVictims(&context, &agenda)
    case .synchronise: startWatchSync(&context, &agenda)
    case .synchronised: finishWatchSync(&context, &agenda)
    }
    showWatchers(&context, at: agenda.now)
  }

  private mutating func open(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let behind = min(watches.groups[index].behind, keySpace.revision)
    watches.groups[index].nextRevision = keySpace.revision + 1 - behind
    watches.groups[index].missedEvents = Int(behind)
    watches.groups[index].standing = behind > 0 ? .unsynced : .synced
    context.instruments.adjust(
      metrics.watchers, by: watches.groups[index].watchers, at: agenda.now)
    if behind > 0 { scheduleWatchSync(after: Self.resyncPeriod, context, &agenda) }
  }

  // MARK: Synced

  /// An event of a prefix is applied; returns when it has been sent to all who are synced. The
  /// goroutines that send it are woken before the one that answers the writer.
  mutating func notifyWatchers(
    of resource: ResourceID, bytes: Int, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) -> SimTime {
    let begin = max(agenda.now, watches.sendingUntil)
    var sent = agenda.now
    guard !watches.groups.isEmpty else { return sent }
    var watchersPerStream = 0
    for index in watches.groups.indices where watches.groups[index].resource == resource {
      switch watches.groups[index].standing {
      case .closed: break
      case .victim, .unsynced: watches.groups[index].missedEvents += 1
      case .synced:
        if hasRoom(index, bytes: bytes, at: agenda.now) {
          sent = max(sent, deliver(1, to: index, bytes: bytes, &context, at: agenda.now))
          watchersPerStream = watches.groups[index].watchersPerStream
        } else {
          becomeVictim(index, holding: 1, context, &agenda)
        }
      }
    }
    if watchersPerStream > 0 {
      // The streams are served side by side and each is flushed when it has nothing more to write, so
      // with many watchers on each all get theirs near the end, with one on each evenly.
      let half = (sent - begin) / (2 * watchersPerStream)
      context.instruments.record(
        sent - half - agenda.now, in: metrics.watchDelivery, at: agenda.now)
    }
    showWatchers(&context, at: agenda.now)
    return sent
  }

  private mutating func hasRoom(_ index: Int, bytes: Int, at now: SimTime) -> Bool {
    watches.groups[index].clients.backlog(at: now)
      < watches.groups[index].room(channel: configuration.watchChannelSize, bytes: bytes)
  }

  /// Sends each watcher of a group one response.
  private mutating func deliver(
    _ events: Int, to index: Int, bytes: Int, _ context: inout ClusterContext, at now: SimTime
  ) -> SimTime {
    let group = watches.groups[index]
    let cpu = costs.process.watch(
      watchers: group.watchers, streams: group.streams, events: events)
    spend(cpu, &context, at: now)
    // Measured deliveries come one after the other (facts/real-calibration.md §1), with clients on the
    // same cores; the other requests' share of these is in the factor.
    let start = max(now, watches.sendingUntil)
    let finish = start + cpu.scaled(by: configuration.watchSendFactor)
    watches.sendingUntil = finish
    _ = watches.groups[index].clients.send(
      deliveredAt: finish,
      processing: group.clientTime * (events * group.watchersPerStream))
    watches.groups[index].delivered += UInt64(events)
    context.instruments.add(group.watchers * events, to: metrics.watchEvents, at: now)
    context.instruments.add(group.watchers * events * bytes, to: metrics.sentBytes, at: now)
    return finish
  }

  // MARK: Victims

  private mutating func becomeVictim(
    _ index: Int, holding events: Int, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    watches.groups[index].standing = .victim
    watches.groups[index].heldEvents = events
    watches.groups[index].nextRevision = keySpace.revision + 1
    watches.hasFallenBehind = true
    scheduleVictimRetry(context, &agenda)
  }

  private mutating func scheduleVictimRetry(
    _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard !watches.retryIsScheduled else { return }
    watches.retryIsScheduled = true
    schedule(.watchers(.retryVictims), after: Self.victimPeriod, context, &agenda)
  }

  private mutating func retryVictims(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    watches.retryIsScheduled = false
    for index in watches.groups.indices where watches.groups[index].standing == .victim {
      let bytes = meanValueBytes(of: watches.groups[index].resource, context)
      guard hasRoom(index, bytes: bytes, at: agenda.now) else {
        scheduleVictimRetry(context, &agenda)
        continue
      }
      let events = watches.groups[index].heldEvents
      watches.groups[index].heldEvents = 0
      _ = deliver(events, to: index, bytes: bytes, &context, at: agenda.now)
      if watches.groups[index].missedEvents > 0 {
        watches.groups[index].standing = .unsynced
        scheduleWatchSync(after: Self.resyncPeriod, context, &agenda)
      } else {
        watches.groups[index].standing = .synced
      }
    }
  }

  private func meanValueBytes(
    of resource: ResourceID, _ context: borrowing ClusterContext
  ) -> Int {
    Int(context.objects.totalBytes(resource) / max(1, context.objects.count(resource)))
  }

  // MARK: Unsynced

  private mutating func scheduleWatchSync(
    after delay: SimDuration, _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard !watches.syncIsScheduled, !watchSyncHoldsLock else { return }
    watches.syncIsScheduled = true
    schedule(.watchers(.synchronise), after: delay, context, &agenda)
  }

  /// One read for up to 512 watchers, from the oldest revision that one of them needs.
  private mutating func startWatchSync(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    watches.syncIsScheduled = false
    var chosen = 0
    var oldest = keySpace.revision + 1
    let count = watches.groups.count
    let first = watches.nextGroup
    for step in 0..<count {
      let index = (first + step) % count
      let group = watches.groups[index]
      guard group.standing == .unsynced, chosen + group.watchers <= Self.watchersPerSync
      else { continue }
      chosen += group.watchers
      watches.groups[index].isChosen = true
      watches.nextGroup = index + 1
      oldest = min(oldest, max(group.nextRevision, keySpace.compactedRevision + 1))
    }
    let revisions = min(Int64(keySpace.revision + 1 - oldest), keySpace.revisionsKept)
    let bytes = keySpace.bytesInUse / max(1, keySpace.revisionsKept) * revisions
    let time = costs.rangeWork(keys: revisions, bytes: bytes)
    spend(time, &context, at: agenda.now)
    context.instruments.add(Int(revisions), to: metrics.watchRevisionsRead, at: agenda.now)
    watchSyncHoldsLock = true
    watches.syncStarted = agenda.now
    schedule(.watchers(.synchronised), after: time, context, &agenda)
  }

  private mutating func finishWatchSync(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    watchSyncHoldsLock = false
    let before = watches.unsyncedWatchers
    for index in watches.groups.indices where watches.groups[index].isChosen {
      watches.groups[index].isChosen = false
      synchronise(index, &context, &agenda)
    }
    let left = watches.unsyncedWatchers
    if left > 0 {
      // With progress the loop only pauses for as long as it worked.
      let pause = left < before ? now - watches.syncStarted : Self.resyncPeriod
      scheduleWatchSync(after: pause, context, &agenda)
    }
    // Whoever else has the lock gives it back when done.
    if !isApplying, !compactionHoldsLock {
      giveLockBack(commitsAtOnce: false, &context, &agenda)
    }
  }

  private mutating func synchronise(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let group = watches.groups[index]
    if group.nextRevision <= keySpace.compactedRevision {
      watches.groups[index].standing = .closed
      watches.groups[index].missedEvents = 0
      context.instruments.add(group.watchers, to: metrics.watchersCompacted, at: agenda.now)
      context.instruments.adjust(metrics.watchers, by: -group.watchers, at: agenda.now)
      return
    }
    let events = min(group.missedEvents, Self.revisionsPerBatch)
    guard events > 0 else {
      watches.groups[index].standing = .synced
      return
    }
    watches.groups[index].missedEvents -= events
    let bytes = meanValueBytes(of: group.resource, context)
    guard hasRoom(index, bytes: bytes, at: agenda.now) else {
      becomeVictim(index, holding: events, context, &agenda)
      return
    }
    _ = deliver(events, to: index, bytes: bytes, &context, at: agenda.now)
    if group.missedEvents > events {
      // Its own events are taken to be spread evenly over all revisions.
      let revisions = keySpace.revision + 1 - group.nextRevision
      watches.groups[index].nextRevision +=
        revisions * UInt64(events) / UInt64(group.missedEvents)
    } else {
      watches.groups[index].standing = .synced
    }
  }

  // MARK: Metrics

  private mutating func showWatchers(_ context: inout ClusterContext, at now: SimTime) {
    guard !watches.groups.isEmpty else { return }
    var pending = 0
    for index in watches.groups.indices {
      pending += watches.groups[index].clients.backlog(at: now) * watches.groups[index].watchers
    }
    context.instruments.set(pending, metrics.watchPending, at: now)
    context.instruments.set(watches.slowWatchers, metrics.slowWatchers, at: now)
  }
}
