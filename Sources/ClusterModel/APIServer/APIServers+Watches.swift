// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement
import Scenario

/// Watch caches and fan-out.
extension APIServers {
  /// Takes a changed object into the watch caches and tells their watchers.
  ///
  /// Equal watchers are served together: each replica's cores and network card are charged for all
  /// deliveries in one step, and only a part of the model that reacts to this kind of change gets an
  /// event, at the time when its client has processed its copy.
  mutating func fanOut(
    _ resource: ResourceID, _ change: ObjectChange, _ object: UInt32,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let bytes = Int64(context.objects.bytes(resource, object) ?? 0)
    let owner = owner(of: object, resource, context)
    watches.windows[resource.index].append(isNew: change == .created, at: agenda.now)
    let reactors = context.objects.reactors(resource, change)
    for server in servers.indices where context.connections.isServing(server) {
      fanOut(
        WatchedChange(
          resource, change, object, bytes: bytes, owner: owner,
          isHeadless: context.objects.isLabelled(resource, object)), reactors, on: server,
        &context, &agenda)
    }
    for kind in watches.kinds(of: resource) {
      rememberMissed(kind, reactors, change, object, owner, context, &agenda)
    }
  }

  /// The node whose clients select the object.
  private func owner(
    of object: UInt32, _ resource: ResourceID, _ context: borrowing ClusterContext
  ) -> NodeID {
    // Loads of the scenario may write pods and nodes that no part of the model runs.
    if resource == context.builtin.pods {
      return object < context.pods.count
        ? context.pods[PodID(rawValue: object)].storedNode : .none
    }
    guard resource == context.builtin.nodes, object < context.nodes.count else { return .none }
    return NodeID(rawValue: object)
  }

  private mutating func fanOut(
    _ event: WatchedChange, _ reactors: WatcherSet, on server: Int,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let resource = event.resource
    let cost = watchCost(of: event, on: server, context)
    let visit = spend(cost.total, inPartsOn: server, &context, at: now)
    let received = takeIn(
      resource, server, at: now + context.storeRoundTrip / 2, &context, &agenda)
    context.instruments.add(1, to: watches.metrics.received[resource.index], at: now)
    guard cost.receivers > 0 else { return }
    // The card is booked now although the bytes leave when they are encoded: later messages must
    // not be held up by ones that are still on a core.
    let sent = servers[server].egress.send(bytes: event.bytes * Int64(cost.receivers), at: now)
    context.instruments.add(cost.receivers, to: metrics.watchEvents, at: now)
    context.instruments.add(
      cost.receivers, to: watches.metrics.dispatched[resource.index], at: now)
    context.instruments.add(
      Int(event.bytes) * cost.receivers, to: watches.metrics.bytes[resource.index], at: now)
    // A watcher is anywhere among its like: it gets its copy when half of them have theirs.
    let half = cost.perWatcher * (cost.receivers - 1) / (2 * visit.parts)
    let encoded = visit.finish - half
    let left = sent.finish - (sent.finish - sent.start) / 2
    let delivery = max(received, max(encoded, left)) + context.clientRoundTrip / 2
    for kind in watches.kinds(of: resource) {
      deliver(
        event, reactors, to: kind, on: server, dispatchedAt: received, at: delivery, &context,
        &agenda)
    }
    context.instruments.record(
      delivery - now, in: watches.metrics.delivery[resource.index], at: now)
  }

  /// What an event costs a replica.
  private func watchCost(
    of event: WatchedChange, on server: Int, _ context: borrowing ClusterContext
  ) -> WatchCost {
    var receivers = 0
    var lookedAt = 0
    for id in watches.kinds(of: event.resource) {
      let kind = watches.kinds[id.index]
      let clients = watches.cohorts[watches.cohort(id, on: server)].clients
      if kind.selection == .everything {
        if kind.skipsHeadless { lookedAt += clients * kind.count }
        if kind.receives(event) { receivers += clients * kind.count }
      } else {
        if kind.selection == .filtered { lookedAt += clients * kind.count }
        if isReached(id, by: event, on: server, context) { receivers += kind.count }
      }
    }
    let perWatcher =
      watchCPUPerEvent
      + watchCPUPerKilobyte.forKilobytes(of: event.bytes)
    let encoding = watches.configuration.encodeCPUPerKilobyte.forKilobytes(of: event.bytes)
    let encodings = watches.configuration.serializesOnce ? min(1, receivers) : receivers
    // The replica decodes each event once for its cache, even without a watcher.
    let total =
      perWatcher * (receivers + 1) + encoding * encodings
      + watches.configuration.filterCPU * lookedAt
    return WatchCost(total: total, perWatcher: perWatcher, receivers: receivers)
  }

  /// Whether the event concerns the one client of a selecting kind that is connected here.
  private func isReached(
    _ kind: WatchKindID, by event: WatchedChange, on server: Int,
    _ context: borrowing ClusterContext
  ) -> Bool {
    event.owner != .none && watches.isConnected(kind, event.owner)
      && context.connections.server(of: event.owner) == server
  }

  /// Puts the work of an event on as many cores as it keeps busy for a millisecond: the watchers'
  /// goroutines run side by side.
  mutating func spend(
    _ total: SimDuration, inPartsOn server: Int, _ context: inout ClusterContext,
    at now: SimTime
  ) -> (finish: SimTime, parts: Int) {
    let wanted = Int(total.nanoseconds / 1_000_000) + 1
    let parts = min(wanted, servers[server].cpu.servers)
    var finish = now
    for _ in 0..<parts {
      let visit = occupyCore(of: server, for: total / parts, &context, at: now)
      finish = max(finish, visit.finish)
    }
    return (finish, parts)
  }

  /// A resource's cache takes its events in one after the other.
  private mutating func takeIn(
    _ resource: ResourceID, _ server: Int, at arrival: SimTime, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) -> SimTime {
    let index = resource.index
    let start = max(arrival, watches.replicas[server].updatedAt[index])
    let done = start + watches.configuration.cacheUpdate
    watches.replicas[server].updatedAt[index] = done
    let history = watches.configuration.storeHistory
    if history > 0 {
      while let first = watches.replicas[server].pending[index].first, first <= agenda.now {
        watches.replicas[server].pending[index].removeFirst()
      }
      watches.replicas[server].pending[index].append(done)
      if watches.replicas[server].pending[index].count > history + Self.incomingChannel {
        fillAgain(resource, server, &context, &agenda)
      }
    }
    return done
  }

  /// storage/cacher/cacher.go: `incoming: make(chan watchCacheEvent, 100)`.
  private static var incomingChannel: Int { 100 }

  /// The cache itself has fallen out of what etcd remembers: all its watchers are ended and it is
  /// filled from etcd once more.
  private mutating func fillAgain(
    _ resource: ResourceID, _ server: Int, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    watches.replicas[server].pending[resource.index].removeAll()
    watches.replicas[server].updatedAt[resource.index] = agenda.now
    for kind in watches.kinds(of: resource) {
      terminate(kind, on: server, &context, &agenda)
    }
    watches.replicas[server].floor[resource.index] = watches.windows[resource.index].revision
    fill(resource, server, &context, &agenda)
  }

  private mutating func deliver(
    _ event: WatchedChange, _ reactors: WatcherSet, to id: WatchKindID, on server: Int,
    dispatchedAt received: SimTime, at delivery: SimTime, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let kind = watches.kinds[id.index]
    let index = watches.cohort(id, on: server)
    guard watches.cohorts[index].clients > 0 else { return }
    var done: SimTime
    if kind.selection == .everything {
      guard kind.receives(event) else { return }
      guard hasRoom(id, index, event, on: server, at: received, &context, &agenda) else { return }
      done = watches.cohorts[index].send(
        deliveredAt: delivery, processing: kind.processingTime(bytes: event.bytes))
    } else {
      guard isReached(id, by: event, on: server, context) else { return }
      if !watches.configuration.bookmarks {
        watches.seen[id.index][event.owner.index] = watches.windows[kind.resource.index].revision
      }
      done = delivery + kind.processingTime(bytes: event.bytes)
    }
    for watcher in reactors.intersection(kind.watchers) {
      agenda.schedule(
        .observed(watcher, event.resource, event.change, event.object), in: context.cluster,
        at: done)
    }
  }

  /// Whether an event fits into what lies between the server and its client. When it does not, the
  /// dispatcher waits as long as its budget lets it, and all other watchers of the resource with it;
  /// then the watch is ended.
  private mutating func hasRoom(
    _ id: WatchKindID, _ index: Int, _ event: WatchedChange, on server: Int, at now: SimTime,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) -> Bool {
    let knobs = watches.configuration
    let room =
      knobs.channelSize + Int(Int64(knobs.connectionBuffer.bytes) / max(1, event.bytes))
    guard watches.cohorts[index].backlog(at: now) >= room else { return true }
    watches.hasFilledChannel = true
    let wait = watches.cohorts[index].nextFree - now
    let resource = event.resource.index
    if watches.replicas[server].budgets[resource].take(
      wait, refillPerSecond: knobs.budgetRefill, atMost: knobs.budgetLimit, at: now)
    {
      watches.replicas[server].updatedAt[resource] =
        max(watches.replicas[server].updatedAt[resource], now) + wait
      watches.cohorts[index].dropOldest()
      return true
    }
    terminate(id, on: server, &context, &agenda)
    return false
  }

  /// Keeps the change for the parts behind an informer that is not connected now.
  private mutating func rememberMissed(
    _ id: WatchKindID, _ reactors: WatcherSet, _ change: ObjectChange, _ object: UInt32,
    _ owner: NodeID, _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let kind = watches.kinds[id.index]
    let concerned = reactors.intersection(kind.watchers)
    guard !concerned.isEmpty else { return }
    if !kind.isPerNode {
      if !watches.isConnectedAnywhere(id) {
        watches.missed[id.index].append(MissedChange(change: change, object: object))
      }
    } else if owner != .none, !watches.isConnected(id, owner) {
      if watches.isBroken(id, owner) {
        watches.missedByNode.append(MissedChange(change: change, object: object), of: owner)
      } else {
        // The node's machine is down or its kubelet has not joined: its part knows what to do.
        for watcher in concerned {
          agenda.schedule(
            .observed(watcher, kind.resource, change, object), in: context.cluster,
            at: agenda.now + context.storeRoundTrip / 2 + context.clientRoundTrip / 2)
        }
      }
    }
  }
}

/// A change on its way through a watch cache.
struct WatchedChange {
  let resource: ResourceID
  let change: ObjectChange
  let object: UInt32
  let bytes: Int64
  /// The node whose clients select the object, if any.
  let owner: NodeID
  /// It belongs to a headless service.
  let isHeadless: Bool

  init(
    _ resource: ResourceID, _ change: ObjectChange, _ object: UInt32, bytes: Int64, owner: NodeID,
    isHeadless: Bool
  ) {
    self.resource = resource
    self.change = change
    self.object = object
    self.bytes = bytes
    self.owner = owner
    self.isHeadless = isHeadless
  }
}

extension WatchKind {
  /// Whether a watch that takes the whole resource gets the event.
  fileprivate func receives(_ event: WatchedChange) -> Bool {
    !(skipsHeadless && event.isHeadless)
  }
}

/// CPU of one event on one replica.
private struct WatchCost {
  var total: SimDuration
  var perWatcher: SimDuration
  var receivers: Int
}
