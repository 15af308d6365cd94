// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement

/// The watch caches of all replicas and who is connected to them.
package struct WatchRegistry: Codable, Sendable {
  package let configuration: WatchCacheConfiguration
  package internal(set) var kinds: [WatchKind] = []
  /// The kinds that watch a resource.
  private var kindsOfResource: [[WatchKindID]] = []
  /// The window of each resource. All replicas see the same events; how far one's own cache goes
  /// back after a restart is in `ReplicaWatches.floor`.
  package internal(set) var windows: [WatchWindow] = []
  /// By kind, then by replica.
  var cohorts: [WatchCohort] = []
  var replicas: [ReplicaWatches]
  /// Watches of each node's clients that are connected; bit i is kind i.
  private(set) var connected: [UInt32] = []
  /// Those that were connected and are on their way back.
  private(set) var broken: [UInt32] = []
  /// Number of the last event sent to the node's own watch, for the kinds that select, without
  /// bookmarks: by kind, then by node.
  var seen: [[UInt32]] = []
  /// Number of each resource's newest event at the last bookmark but one.
  var bookmarked: [UInt32] = []
  var newest: [UInt32] = []
  /// Changes that an informer has not heard of because it was not connected: by kind.
  var missed: [Deque<MissedChange>] = []
  var missedByNode = MissedByNode()
  /// Re-watches of a kind that are due, in parts of a billion.
  var dueRewatches: [Int64] = []
  /// Whose turn it is to watch again.
  var nextNode: [UInt32] = []
  var registered: [GaugeID] = []
  /// By resource.
  var fills: [RequestClassID] = []
  var metrics: WatchMetrics
  /// A dispatcher has met a watcher without room.
  var hasFilledChannel = false

  init(
    _ configuration: WatchCacheConfiguration, replicas count: Int, _ instruments: inout Instruments
  ) {
    self.configuration = configuration
    replicas = Array(repeating: ReplicaWatches(), count: count)
    metrics = WatchMetrics(&instruments)
  }

  /// Declares all kinds, once all resources are known.
  mutating func declare(_ kinds: [WatchKind], _ context: inout ClusterContext) {
    precondition(kinds.count(where: \.isPerNode) <= 32, "a node's watches fit into 32 bits")
    // The kinds of the nodes come first: their numbers are the bits of `connected`.
    self.kinds = kinds.filter(\.isPerNode) + kinds.filter { !$0.isPerNode }
    let resources = context.objects.resourceCount
    kindsOfResource = Array(repeating: [], count: resources)
    windows = (0..<resources).map {
      configuration.window(of: context.objects.name(of: ResourceID($0)))
    }
    bookmarked = Array(repeating: 0, count: resources)
    newest = bookmarked
    for index in replicas.indices {
      replicas[index] = ReplicaWatches(resources: resources, budget: configuration.budgetLimit)
    }
    for (index, kind) in self.kinds.enumerated() {
      kindsOfResource[kind.resource.index].append(WatchKindID(index))
    }
    cohorts = Array(repeating: WatchCohort(), count: self.kinds.count * replicas.count)
    missed = Array(repeating: [], count: self.kinds.count)
    dueRewatches = Array(repeating: 0, count: self.kinds.count)
    nextNode = Array(repeating: 0, count: self.kinds.count)
    seen = Array(repeating: [], count: self.kinds.count)
    registered = (0..<resources).map { resource in
      let label = MetricLabel("resource", context.objects.name(of: ResourceID(resource)))
      let gauge = context.instruments.gauge(.apiserverWatchers, [label])
      context.instruments.set(0, gauge, at: .zero)
      return gauge
    }
    metrics.declareResources(context.objects, &context.instruments)
  }

  /// All kinds, without an array of them.
  var ids: LazyMapSequence<Range<Int>, WatchKindID> { kinds.indices.lazy.map { WatchKindID($0) } }

  func kinds(of resource: ResourceID) -> [WatchKindID] { kindsOfResource[resource.index] }

  func cohort(_ kind: WatchKindID, on server: Int) -> Int {
    kind.index * replicas.count + server
  }

  // MARK: Nodes' watches

  mutating func grow(toHold node: NodeID) {
    while connected.count <= node.index {
      connected.append(0)
      broken.append(0)
    }
    guard !configuration.bookmarks else { return }
    for index in kinds.indices where kinds[index].isPerNode && kinds[index].selection != .everything
    {
      while seen[index].count <= node.index { seen[index].append(0) }
    }
  }

  func isConnected(_ kind: WatchKindID, _ node: NodeID) -> Bool {
    node.index < connected.count && connected[node.index] >> UInt32(kind.rawValue) & 1 == 1
  }

  func isBroken(_ kind: WatchKindID, _ node: NodeID) -> Bool {
    node.index < broken.count && broken[node.index] >> UInt32(kind.rawValue) & 1 == 1
  }

  mutating func setConnected(_ kind: WatchKindID, _ node: NodeID, _ isConnected: Bool) {
    let bit = UInt32(1) << UInt32(kind.rawValue)
    if isConnected {
      connected[node.index] |= bit
      broken[node.index] &= ~bit
    } else {
      connected[node.index] &= ~bit
      broken[node.index] |= bit
    }
  }

  /// The machine is gone; nobody comes back.
  mutating func forget(_ node: NodeID) {
    connected[node.index] = 0
    broken[node.index] = 0
    missedByNode.removeAll(of: node) { _, _ in }
  }

  /// The newest event that a client of the kind has seen, as its next watch will say.
  func position(of kind: WatchKindID, _ node: NodeID) -> UInt32 {
    let resource = kinds[kind.index].resource.index
    guard node != .none, kinds[kind.index].selection != .everything else {
      return windows[resource].revision
    }
    if configuration.bookmarks { return bookmarked[resource] }
    return seen[kind.index][node.index]
  }

  /// Bytes of model state, for `orrery bench memory`.
  package var memoryFootprint: Int {
    (connected.capacity + broken.capacity) * MemoryLayout<UInt32>.stride
      + seen.reduce(0) { $0 + $1.capacity * MemoryLayout<UInt32>.stride }
      + missedByNode.memoryFootprint
  }
}

/// A replica's side of its watch caches.
package struct ReplicaWatches: Codable, Sendable {
  /// When each resource's cache has taken in what came so far.
  var updatedAt: [SimTime] = []
  /// What each resource's dispatcher may still wait.
  var budgets: [DispatchBudget] = []
  /// Number of the newest event when the cache was last filled: it cannot go further back.
  var floor: [UInt32] = []
  /// When each event that a cache has not taken in yet will be in; only kept where etcd forgets.
  var pending: [Deque<SimTime>] = []

  init() {}

  init(resources: Int, budget: SimDuration) {
    updatedAt = Array(repeating: .zero, count: resources)
    budgets = Array(repeating: DispatchBudget(full: budget), count: resources)
    floor = Array(repeating: 0, count: resources)
    pending = Array(repeating: [], count: resources)
  }
}

/// A change that an informer will hear of when it is connected again.
package struct MissedChange: Codable, Sendable, BitwiseCopyable {
  var change: ObjectChange
  var object: UInt32
}

/// What the watches of nodes have missed: a list for each node in one array.
package struct MissedByNode: Codable, Sendable {
  private struct Row: Codable, Sendable {
    var missed: MissedChange
    var next: UInt32
  }

  private static var none: UInt32 { .max }
  private var rows: [Row] = []
  private var free: [UInt32] = []
  private var first: [UInt32] = []
  private var last: [UInt32] = []

  package init() {}

  mutating func append(_ missed: MissedChange, of node: NodeID) {
    while first.count <= node.index {
      first.append(Self.none)
      last.append(Self.none)
    }
    let row = Row(missed: missed, next: Self.none)
    let slot: UInt32
    if let reused = free.popLast() {
      slot = reused
      rows[Int(slot)] = row
    } else {
      slot = UInt32(rows.count)
      rows.append(row)
    }
    if last[node.index] == Self.none {
      first[node.index] = slot
    } else {
      rows[Int(last[node.index])].next = slot
    }
    last[node.index] = slot
  }

  /// Hands out what the node has missed, oldest first.
  mutating func removeAll(of node: NodeID, _ body: (ObjectChange, UInt32) -> Void) {
    guard node.index < first.count else { return }
    var slot = first[node.index]
    while slot != Self.none {
      body(rows[Int(slot)].missed.change, rows[Int(slot)].missed.object)
      free.append(slot)
      slot = rows[Int(slot)].next
    }
    first[node.index] = Self.none
    last[node.index] = Self.none
  }

  var memoryFootprint: Int {
    (first.capacity + last.capacity + free.capacity) * MemoryLayout<UInt32>.stride
      + rows.capacity * MemoryLayout<Row>.stride
  }
}
