// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement
import Stochastics

/// Watches come, live for some minutes, are refused or ended.
extension APIServers {
  /// Time between two looks at what is due: re-watches, bookmarks, memory.
  static var tick: SimDuration { .milliseconds(100) }
  /// A bookmark comes about every minute (storage/cacher/cacher.go: `bookmarkFrequency`).
  private static var bookmarkPeriod: SimDuration { .minutes(1) }

  /// All clients of the beginning are connected and have seen everything.
  mutating func connectInitialWatches(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    for node in context.nodes.ids where context.nodes[node].isRegistered {
      connectAll(of: node, &context, agenda.now)
    }
    for id in watches.ids
    where !watches.kinds[id.index].isPerNode {
      register(id, .none, on: id.index % servers.count, &context, agenda.now)
    }
  }

  /// The clients of a node that has joined have listed and now watch.
  mutating func connectAll(
    of node: NodeID, _ context: inout ClusterContext, _ now: SimTime
  ) {
    watches.grow(toHold: node)
    context.connections.reconnect(node)
    let server = context.connections.server(of: node)
    for id in watches.ids
    where watches.kinds[id.index].isPerNode && !watches.isConnected(id, node) {
      let resource = watches.kinds[id.index].resource.index
      if !watches.seen[id.index].isEmpty {
        watches.seen[id.index][node.index] = watches.windows[resource].revision
      }
      register(id, node, on: server, &context, now)
    }
  }

  mutating func disconnectAll(
    of node: NodeID, _ context: inout ClusterContext, _ now: SimTime
  ) {
    watches.grow(toHold: node)
    for id in watches.ids
    where watches.kinds[id.index].isPerNode && watches.isConnected(id, node) {
      unregister(id, node, on: context.connections.server(of: node), &context, now)
    }
    watches.forget(node)
  }

  /// A single client's process has ended; nobody tells it anything more.
  mutating func disconnect(
    _ id: WatchKindID, _ context: inout ClusterContext, _ now: SimTime
  ) {
    for server in servers.indices where watches.cohorts[watches.cohort(id, on: server)].clients > 0
    {
      unregister(id, .none, on: server, &context, now)
      watches.cohorts[watches.cohort(id, on: server)].restart(busyUntil: now)
    }
  }

  /// The node's clients go on at another replica. Their watches really stay until they end, for
  /// 5 to 10 min; here they go along.
  mutating func move(_ node: NodeID, to choice: Int, _ context: inout ClusterContext) {
    let old = context.connections.server(of: node)
    let new = context.connections.move(node, to: choice)
    guard new != old else { return }
    for id in watches.ids
    where watches.kinds[id.index].isPerNode && watches.isConnected(id, node) {
      watches.cohorts[watches.cohort(id, on: old)].clients -= 1
      watches.cohorts[watches.cohort(id, on: new)].clients += 1
    }
  }

  /// Watchers at a replica that an object's change concerns, whichever object it is: what its
  /// Priority and Fairness reckons a write with (flowcontrol/watch_tracker.go).
  func interestedWatchers(_ resource: ResourceID, on server: Int) -> Int {
    var count = 0
    for id in watches.kinds(of: resource)
    where watches.kinds[id.index].selection == .everything {
      count +=
        watches.cohorts[watches.cohort(id, on: server)].clients * watches.kinds[id.index].count
    }
    return count
  }

  private mutating func register(
    _ id: WatchKindID, _ node: NodeID, on server: Int, _ context: inout ClusterContext,
    _ now: SimTime
  ) {
    let index = watches.cohort(id, on: server)
    watches.cohorts[index].clients += 1
    let kind = watches.kinds[id.index]
    if kind.isPerNode {
      watches.setConnected(id, node, true)
    } else {
      watches.cohorts[index].endsAt = now + lifetime(&context)
    }
    context.instruments.adjust(
      watches.registered[kind.resource.index], by: kind.count, at: now)
  }

  private mutating func unregister(
    _ id: WatchKindID, _ node: NodeID, on server: Int, _ context: inout ClusterContext,
    _ now: SimTime
  ) {
    watches.cohorts[watches.cohort(id, on: server)].clients -= 1
    if node != .none { watches.setConnected(id, node, false) }
    let kind = watches.kinds[id.index]
    context.instruments.adjust(
      watches.registered[kind.resource.index], by: -kind.count, at: now)
  }

  private func lifetime(_ context: inout ClusterContext) -> SimDuration {
    let least = watches.configuration.watchTimeout
    return least + least.scaled(by: context.streams[watchStream].nextUnit())
  }

  // MARK: A client asks for a watch

  /// - Parameter seen: number of the newest event that the client has.
  mutating func acceptWatch(
    _ id: WatchKindID, _ node: NodeID, seen: UInt32, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let kind = watches.kinds[id.index]
    // A single client that has ended and started again may still have an old request under way.
    if node == .none, watches.isConnectedAnywhere(id) { return }
    guard context.connections.hasServing else {
      tell(.refused(node, seen, id), after: context.clientRoundTrip / 2, context, &agenda)
      return
    }
    let server: Int
    if node != .none {
      context.connections.reconnect(node)
      server = context.connections.server(of: node)
    } else {
      server = context.connections.next(from: id.index)
    }
    if let request = kind.watch {
      askForWatch(id, node, seen: seen, request, server: server, &context, &agenda)
    } else {
      _ = establish(id, node, seen: seen, on: server, &context, &agenda)
    }
  }

  /// Registers a watch that was let in, or tells the client that it comes too late; returns when the
  /// server is done with that.
  mutating func establish(
    _ id: WatchKindID, _ node: NodeID, seen: UInt32, on server: Int,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) -> SimTime {
    let now = agenda.now
    let kind = watches.kinds[id.index]
    let resource = kind.resource.index
    // A client with several equal watches asks for each.
    context.instruments.add(kind.count, to: watches.metrics.requests[resource], at: now)
    let visit = occupyCore(of: server, for: costs.readCPU * kind.count, &context, at: now)
    let answer = visit.finish - now + context.clientRoundTrip / 2
    guard watches.windows[resource].reaches(back: seen),
      seen >= watches.replicas[server].floor[resource]
    else {
      context.instruments.add(kind.count, to: watches.metrics.expired[resource], at: now)
      tell(.expired(node, id), after: answer, context, &agenda)
      return visit.finish
    }
    register(id, node, on: server, &context, now)
    let caughtUp = replay(id, node, seen: seen, on: server, from: now + answer, &context, now)
    handOver(id, node, kind.resource, at: caughtUp, context, &agenda)
    return max(visit.finish, caughtUp)
  }

  /// Sends what the client has missed; returns when it is done with that.
  private mutating func replay(
    _ id: WatchKindID, _ node: NodeID, seen: UInt32, on server: Int, from start: SimTime,
    _ context: inout ClusterContext, _ now: SimTime
  ) -> SimTime {
    let kind = watches.kinds[id.index]
    if node != .none, !watches.seen[id.index].isEmpty {
      watches.seen[id.index][node.index] = max(watches.seen[id.index][node.index], seen)
    }
    guard kind.selection == .everything else { return start }
    let events = Int(watches.windows[kind.resource.index].revision - seen)
    guard events > 0 else {
      if !kind.isPerNode { watches.cohorts[watches.cohort(id, on: server)].restart(busyUntil: now) }
      return start
    }
    let objects = max(1, context.objects.count(kind.resource))
    let bytes = context.objects.totalBytes(kind.resource) / objects
    let each =
      watchCPUPerEvent
      + watchCPUPerKilobyte.forKilobytes(of: bytes)
      + watches.configuration.encodeCPUPerKilobyte.forKilobytes(of: bytes)
    let visit = occupyCore(of: server, for: each * events, &context, at: now)
    let sent = servers[server].egress.send(bytes: bytes * Int64(events), at: now)
    let delivered = max(start, max(visit.finish, sent.finish) + context.clientRoundTrip / 2)
    let done = delivered + kind.processingTime(bytes: bytes) * events
    if !kind.isPerNode { watches.cohorts[watches.cohort(id, on: server)].restart(busyUntil: done) }
    return done
  }

  /// Lets the parts behind the informer know what they have missed.
  private mutating func handOver(
    _ id: WatchKindID, _ node: NodeID, _ resource: ResourceID, at time: SimTime,
    _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let kind = watches.kinds[id.index]
    let cluster = context.cluster
    func tellParts(_ change: ObjectChange, _ object: UInt32) {
      for watcher in context.objects.reactors(resource, change).intersection(kind.watchers) {
        agenda.schedule(.observed(watcher, resource, change, object), in: cluster, at: time)
      }
    }
    if node == .none {
      while let missed = watches.missed[id.index].popFirst() {
        tellParts(missed.change, missed.object)
      }
      if kind.component != nil {
        agenda.schedule(.leaderElections(.informed(id)), in: cluster, at: time)
      }
    } else if !kind.watchers.isEmpty {
      watches.missedByNode.removeAll(of: node, tellParts)
    }
  }

  // MARK: Watches end

  /// A slow client's watch is ended: it works off what has been sent and then watches again from
  /// there. All clients of a node kind that are connected to the replica are in the same state.
  mutating func terminate(
    _ id: WatchKindID, on server: Int, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let kind = watches.kinds[id.index]
    let count = watches.cohorts[watches.cohort(id, on: server)].clients * kind.count
    context.instruments.add(
      count, to: watches.metrics.terminated[kind.resource.index], at: agenda.now)
    end(id, on: server, sawNewest: false, &context, &agenda)
  }

  /// Ends all watches of a kind on a replica.
  ///
  /// - Parameter sawNewest: whether the clients have been sent the newest event.
  mutating func end(
    _ id: WatchKindID, on server: Int, sawNewest: Bool, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let kind = watches.kinds[id.index]
    let index = watches.cohort(id, on: server)
    guard watches.cohorts[index].clients > 0 else { return }
    let noticed = max(now, watches.cohorts[index].busyUntil) - now + context.clientRoundTrip / 2
    if !kind.isPerNode {
      let seen = watches.windows[kind.resource.index].revision - (sawNewest ? 0 : 1)
      unregister(id, .none, on: server, &context, now)
      tell(.ended(.none, seen, id), after: noticed, context, &agenda)
      return
    }
    for node in context.nodes.ids
    where watches.isConnected(id, node) && context.connections.server(of: node) == server {
      var seen = watches.position(of: id, node)
      if kind.selection == .everything, !sawNewest { seen -= 1 }
      unregister(id, node, on: server, &context, now)
      tell(.ended(node, seen, id), after: noticed, context, &agenda)
    }
    watches.cohorts[index].restart(busyUntil: now)
  }

  func tell(
    _ event: InformerEvent, after delay: SimDuration, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(.informers(event), in: context.cluster, at: agenda.now + delay)
  }

  // MARK: Every tenth of a second

  mutating func lookAtWatches(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    let now = agenda.now
    if now.nanoseconds % UInt64(Self.bookmarkPeriod.nanoseconds) < UInt64(Self.tick.nanoseconds) {
      sendBookmarks(&context, now)
    }
    measureMemory(&context, &agenda)
    for id in watches.ids {
      if watches.kinds[id.index].isPerNode {
        watchAgain(id, &context, &agenda)
      } else {
        endIfOver(id, &context, &agenda)
      }
    }
    schedule(.watchTick, after: Self.tick, context, &agenda)
  }

  /// A bookmark is at most a minute old: a client knows at least the newest event of the one before.
  private mutating func sendBookmarks(_ context: inout ClusterContext, _ now: SimTime) {
    for resource in watches.windows.indices {
      watches.bookmarked[resource] = watches.newest[resource]
      watches.newest[resource] = watches.windows[resource].revision
      context.instruments.set(
        watches.windows[resource].capacity, watches.metrics.capacity[resource], at: now)
    }
  }

  /// Watches of the nodes that reach the end of their lives, by their mean number: equal members
  /// need no event each. Those whose position has left the window have to list.
  private mutating func watchAgain(
    _ id: WatchKindID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let kind = watches.kinds[id.index]
    var clients = 0
    for server in servers.indices {
      clients += watches.cohorts[watches.cohort(id, on: server)].clients
    }
    guard clients > 0 else { return }
    let meanLife = watches.configuration.watchTimeout.nanoseconds * 3 / 2
    let share = 1_000_000_000 * Self.tick.nanoseconds / meanLife
    watches.dueRewatches[id.index] += Int64(clients * kind.count) * share
    let due = watches.dueRewatches[id.index] / 1_000_000_000
    watches.dueRewatches[id.index] %= 1_000_000_000
    guard due > 0 else { return }
    let resource = kind.resource.index
    context.instruments.add(Int(due), to: watches.metrics.requests[resource], at: now)
    for _ in 0..<due {
      let node = nextConnected(id, context)
      let server = context.connections.server(of: node)
      _ = occupyCore(of: server, for: costs.readCPU, &context, at: now)
      // With bookmarks one comes 2 s before the end (cacher.go: `nextBookmarkTime`), so none is too late.
      guard kind.selection != .everything, !watches.configuration.bookmarks else { continue }
      let seen = watches.position(of: id, node)
      if watches.windows[resource].reaches(back: seen),
        seen >= watches.replicas[server].floor[resource]
      {
        continue
      }
      context.instruments.add(kind.count, to: watches.metrics.expired[resource], at: now)
      unregister(id, node, on: server, &context, now)
      tell(.expired(node, id), after: context.clientRoundTrip / 2, context, &agenda)
    }
  }

  private mutating func nextConnected(
    _ id: WatchKindID, _ context: borrowing ClusterContext
  ) -> NodeID {
    let nodes = UInt32(context.nodes.count)
    var node = watches.nextNode[id.index]
    repeat {
      node = (node + 1) % nodes
    } while !watches.isConnected(id, NodeID(rawValue: node)) && node != watches.nextNode[id.index]
    watches.nextNode[id.index] = node
    return NodeID(rawValue: node)
  }

  /// A single client's watch has lived its time: it watches again from where it is.
  private mutating func endIfOver(
    _ id: WatchKindID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    for server in servers.indices {
      let index = watches.cohort(id, on: server)
      if watches.cohorts[index].clients > 0, watches.cohorts[index].endsAt <= agenda.now {
        end(id, on: server, sawNewest: true, &context, &agenda)
      }
    }
  }
}

extension WatchRegistry {
  func isConnectedAnywhere(_ id: WatchKindID) -> Bool {
    replicas.indices.contains { cohorts[cohort(id, on: $0)].clients > 0 }
  }
}
