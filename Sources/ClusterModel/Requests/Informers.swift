// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Stochastics

/// Everything that can happen to the clients' informers.
package enum InformerEvent: BitwiseCopyable, Codable, Sendable {
  /// A watch has ended; its client has seen the events up to a number.
  case ended(NodeID, UInt32, WatchKindID)
  /// A watch was refused: too old resource version.
  case expired(NodeID, WatchKindID)
  /// A watch found no server.
  case refused(NodeID, UInt32, WatchKindID)
  /// The back-off before a LIST is over.
  case list(NodeID, WatchKindID)
  /// The process behind a component's informers has ended, or another one fills its caches.
  case stopped(ControlPlaneComponent)
  case started(ControlPlaneComponent)
}

/// The clients' side of list and watch, as client-go's reflector has it.
///
/// A watch that ends is asked for again from where the client is. When the server no longer has what
/// the client lacks, the client lists everything, with all that costs the API server, the store and
/// itself, and then watches; a LIST that takes longer than the window lasts is followed by the next.
package struct Informers: Codable, Sendable {
  private let kinds: [WatchKind]
  private let lists: [CounterID]
  /// Of each single client, and of the clients of each node that ever backed off.
  private var backoffs: [Backoff]
  private var backoffsOfNode: [Backoff] = []
  private let jitter: StreamID
  /// Nobody is behind the single client of a kind; bit i is kind i.
  private var stopped: UInt64 = 0

  /// client-go tools/cache/reflector.go: back-off from 800 ms to 30 s, doubling, with jitter 1.
  private static var firstBackoff: SimDuration { .milliseconds(800) }
  private static var lastBackoff: SimDuration { .seconds(30) }
  /// The same: reset after 2 min without one.
  private static var backoffReset: UInt32 { 120 }

  /// How often in a row a client has backed off, and when last, in seconds.
  private struct Backoff: Codable {
    var count: UInt8 = 0
    var at: UInt32 = 0

    mutating func next(at now: UInt32) -> Int {
      if now - at > Informers.backoffReset {
        count = 0
      } else if now > at {
        // All watches of a node that fail together back off alike.
        count = min(count + 1, 10)
      }
      at = now
      return Int(count)
    }
  }

  package init(kinds: [WatchKind], _ context: inout ClusterContext) {
    self.kinds = kinds
    backoffs = Array(repeating: Backoff(), count: kinds.count)
    jitter = context.streams.stream("informers/backoff")
    lists = kinds.map {
      context.instruments.counter(
        .reflectorLists,
        [
          MetricLabel("name", $0.client),
          MetricLabel("resource", context.objects.name(of: $0.resource)),
        ])
    }
  }

  package mutating func handle(
    _ event: InformerEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .ended(let node, let seen, let kind):
      guard isAlive(node, kind, context) else { return }
      watch(kind, node, seen: seen, after: .zero, context, &agenda)
    case .refused(let node, let seen, let kind):
      guard isAlive(node, kind, context) else { return }
      let delay = backoff(kind, node, &context, at: agenda.now)
      watch(kind, node, seen: seen, after: delay, context, &agenda)
    case .expired(let node, let kind):
      guard isAlive(node, kind, context) else { return }
      // A reflector starts over after a back-off that was reset while all was well.
      let delay = backoff(kind, node, &context, at: agenda.now)
      agenda.schedule(
        .informers(.list(node, kind)), in: context.cluster, at: agenda.now + delay)
    case .list(let node, let kind):
      guard isAlive(node, kind, context) else { return }
      list(kind, node, &context, &agenda)
    case .stopped(let component):
      for (index, kind) in kinds.enumerated() where kind.component == component {
        stopped |= 1 << UInt64(index)
        agenda.send(.apiServer(.watcherEnded(WatchKindID(index))), in: context.cluster)
      }
    case .started(let component):
      for (index, kind) in kinds.enumerated() where kind.component == component {
        stopped &= ~(1 << UInt64(index))
        list(WatchKindID(index), .none, &context, &agenda)
      }
    }
  }

  private func isAlive(
    _ node: NodeID, _ kind: WatchKindID, _ context: borrowing ClusterContext
  ) -> Bool {
    node == .none
      ? stopped >> UInt64(kind.rawValue) & 1 == 0 : context.nodes[node].machineIsUp
  }

  private mutating func list(
    _ kind: WatchKindID, _ node: NodeID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let count = kinds[kind.index].count
    context.instruments.add(count, to: lists[kind.index], at: agenda.now)
    // A client with several equal watches lists for each; the first goes on for all of them.
    for number in 0..<count {
      context.request(
        kinds[kind.index].list, subject: UInt32(kind.rawValue) | UInt32(number) << 8,
        object: node.rawValue, origin: node, &agenda)
    }
  }

  /// A LIST has ended.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    let kind = WatchKindID(rawValue: UInt8(truncatingIfNeeded: row.subject))
    let node = NodeID(rawValue: row.object)
    guard isAlive(node, kind, context), row.subject >> 8 == 0 else { return }
    guard outcome == .ok else {
      let delay = backoff(kind, node, &context, at: agenda.now)
      agenda.schedule(
        .informers(.list(node, kind)), in: context.cluster, at: agenda.now + delay)
      return
    }
    let client = kinds[kind.index]
    let decoding = client.cpuPerKilobyte.forKilobytes(of: row.responseBytes)
    watch(
      kind, node, seen: row.revision, after: decoding, context, &agenda)
  }

  private func watch(
    _ kind: WatchKindID, _ node: NodeID, seen: UInt32, after delay: SimDuration,
    _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(
      .apiServer(.watch(node, seen, kind)), in: context.cluster,
      at: agenda.now + delay + context.clientRoundTrip / 2)
  }

  private mutating func backoff(
    _ kind: WatchKindID, _ node: NodeID, _ context: inout ClusterContext, at now: SimTime
  ) -> SimDuration {
    let seconds = UInt32(clamping: now.nanoseconds / 1_000_000_000)
    let count: Int
    if node == .none {
      count = backoffs[kind.index].next(at: seconds)
    } else {
      while backoffsOfNode.count <= node.index { backoffsOfNode.append(Backoff()) }
      count = backoffsOfNode[node.index].next(at: seconds)
    }
    let base = Self.firstBackoff.doubled(count, atMost: Self.lastBackoff)
    return base + base.scaled(by: context.streams[jitter].nextUnit())
  }
}
