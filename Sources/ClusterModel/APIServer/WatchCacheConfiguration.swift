// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// Watch caches and their watchers: `cluster.kube-apiserver.watch-cache`.
package struct WatchCacheConfiguration: Configurable, Codable {
  package var path: KnobPath
  package var defaultSize: Int
  package var sizes: [String]
  package var hasDynamicSize: Bool
  package var serializesOnce: Bool
  package var channelSize: Int
  package var connectionBuffer: ByteCount
  package var budgetRefill: SimDuration
  package var budgetLimit: SimDuration
  package var cacheUpdate: SimDuration
  package var filterCPU: SimDuration
  package var encodeCPUPerKilobyte: SimDuration
  package var bookmarks: Bool
  package var storeHistory: Int
  package var relistsFromStore: Bool
  package var watchTimeout: SimDuration
  package var decodeCPUPerKilobyte: SimDuration
  package var eventCPU: SimDuration
  package var nodeWatches: [String]
  package var furtherWatches: [String]
  package var proxySkipsHeadless: Bool

  package static let defaultSize = Knob<Int>(
    "default-watch-cache-size", default: 100, in: 1...10_000_000,
    help: "Events that the cache of a resource holds (with dynamic-size: at first).",
    source: "kube-apiserver --default-watch-cache-size: 100 (1.8 to 1.36)")
  package static let sizes = Knob<[String]>(
    "watch-cache-sizes", default: [],
    help: "Other sizes, as resource#events; without effect with dynamic-size.",
    source: "kube-apiserver --watch-cache-sizes: none; since 1.20 only 0 or not 0 matters")
  package static let hasDynamicSize = Knob<Bool>(
    "dynamic-size", default: true,
    help: "The window doubles and halves so that the events of 75 s fit, 100 to 102,400.",
    source: "storage/cacher/watch_cache.go: fixed sizes before about 1.20")
  package static let serializesOnce = Knob<Bool>(
    "serialize-once", default: true, help: "An event is encoded once for all its watchers.",
    source: "KEP-1152: since 1.17")
  package static let channelSize = Knob<Int>(
    "watcher-channel-size", default: 100, in: 1...1_000_000,
    help: "Events that may wait for a watcher in the server.",
    source: "storage/cacher/cacher.go: 100; 10 with a trigger index; up to 1.19 10 or 1,000")
  package static let connectionBuffer = Knob<ByteCount>(
    "connection-buffer-bytes", default: ByteCount(bytes: 4 << 20),
    in: ByteCount(bytes: 0)...ByteCount(bytes: 1 << 34),
    help: "Bytes under way to a client that is slow to read, beyond the server's channel.",
    source: "golang.org/x/net/http2 transport.go: transportDefaultStreamFlow = 4 MiB")
  package static let budgetRefill = Knob<SimDuration>(
    "dispatch-budget-per-second", default: .milliseconds(50), in: .zero ... .seconds(1),
    help: "Time that a dispatcher may wait for slow watchers, for each second.",
    source: "storage/cacher/time_budget.go: refreshPerSecond = 50 ms")
  package static let budgetLimit = Knob<SimDuration>(
    "dispatch-budget", default: .milliseconds(100), in: .zero ... .seconds(10),
    help: "Largest time that a dispatcher waits; a watcher that needs more is ended.",
    source: "storage/cacher/time_budget.go: maxBudget = 100 ms")
  package static let cacheUpdate = Knob<SimDuration>(
    "time-per-cache-update", default: .microseconds(25), in: .zero ... .seconds(1),
    help: "Time that one resource's cache needs for an event, one after the other.",
    source: "k8s-1m (1.32): stale beyond 40,000 updates/s on 72 cores")
  package static let filterCPU = Knob<SimDuration>(
    "filter-cpu-per-watcher", default: .nanoseconds(1_650), in: .zero ... .seconds(1),
    help: "CPU of looking whether an event concerns a watcher that selects without an index.",
    source: "facts/real-calibration.md §2: a label selector scans at 1.65 us per pod (1.36)")
  package static let encodeCPUPerKilobyte = Knob<SimDuration>(
    "encode-cpu-per-kilobyte", default: .microseconds(1), in: .zero ... .seconds(1),
    help: "CPU of encoding an event for each 10^3 bytes; for every watcher without serialize-once.",
    source: "KEP-1152: sharing saves 5 % CPU of 100 us per watcher of 13.7 KB events")
  package static let bookmarks = Knob<Bool>(
    "bookmarks", default: true,
    help: "Watches learn every minute how far the cache is, though nothing for them has happened.",
    source: "WatchBookmark: beta 1.16, GA 1.17")
  package static let storeHistory = Knob<Int>(
    "etcd-event-history", default: 0, in: 0...10_000_000,
    help: "Events that etcd keeps for a cache that is behind; 0: until the next compaction.",
    source: "etcd 2 store/watcher_hub.go: 1,000; etcd 3 keeps all revisions until compaction")
  package static let relistsFromStore = Knob<Bool>(
    "relist-from-etcd", default: true,
    help: "A client that was told 'too old' lists without resourceVersion, not with 0.",
    source: "client-go tools/cache/reflector.go relistResourceVersion: since 1.17")
  package static let watchTimeout = Knob<SimDuration>(
    "client-watch-timeout", default: .minutes(5), in: .seconds(1) ... .hours(100),
    help: "Shortest life of a watch; the client asks for one to two times this.",
    source: "client-go tools/cache/reflector.go: minWatchTimeout = 5 min, x (1 + random)")
  package static let decodeCPUPerKilobyte = Knob<SimDuration>(
    "client-cpu-per-kilobyte", default: .microseconds(31), in: .zero ... .seconds(1),
    help: "CPU of a client's informer for each 10^3 bytes, on one core of its own.",
    source: "facts/real-calibration.md §3: caches at start 0.42 CPU-s per 1,000 nodes of 13.4 KB")
  package static let eventCPU = Knob<SimDuration>(
    "client-cpu-per-event", default: .zero, in: .zero ... .seconds(1),
    help: "CPU of a client's informer and its handlers for each event, bytes apart.",
    source: "none: the handlers' own work, scenario by scenario")
  package static let nodeWatches = Knob<[String]>(
    "watches-per-node",
    default: [
      "configmaps", "configmaps", "configmaps", "configmaps", "pods", "pods", "secrets", "secrets",
      "services", "services", "nodes", "nodes", "namespaces", "endpoints", "csidrivers",
      "runtimeclasses", "endpointslices", "networkpolicies",
    ],
    help: """
      Watches of the kubelet, kube-proxy and network agent of a node; pods, nodes, secrets and \
      config maps of its own, with /all (an agent without a selector) of all nodes.
      """,
    source: "k8s-1m: 18 per node (control-plane.md §2.4)")
  package static let proxySkipsHeadless = Knob<Bool>(
    "kube-proxy-skips-headless", default: false,
    help: "The nodes' watches of Endpoints and EndpointSlices leave out headless services.",
    source: "cmd/kube-proxy/app: !service.kubernetes.io/headless, K pull 81612 (August 2019, 1.17)")

  package static let furtherWatches = Knob<[String]>(
    "further-watches", default: [],
    help: "Other clients that watch a whole resource, as resource#clients.",
    source: "stated by the scenario")

  package static let declaration = SectionDeclaration(
    "watch-cache", help: "The watch caches of the API servers and their watchers."
  ) {
    defaultSize
    sizes
    hasDynamicSize
    serializesOnce
    channelSize
    connectionBuffer
    budgetRefill
    budgetLimit
    cacheUpdate
    filterCPU
    encodeCPUPerKilobyte
    bookmarks
    storeHistory
    relistsFromStore
    watchTimeout
    decodeCPUPerKilobyte
    eventCPU
    nodeWatches
    furtherWatches
    proxySkipsHeadless
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    defaultSize = reader[Self.defaultSize]
    sizes = reader[Self.sizes]
    hasDynamicSize = reader[Self.hasDynamicSize]
    serializesOnce = reader[Self.serializesOnce]
    channelSize = reader[Self.channelSize]
    connectionBuffer = reader[Self.connectionBuffer]
    budgetRefill = reader[Self.budgetRefill]
    budgetLimit = reader[Self.budgetLimit]
    cacheUpdate = reader[Self.cacheUpdate]
    filterCPU = reader[Self.filterCPU]
    encodeCPUPerKilobyte = reader[Self.encodeCPUPerKilobyte]
    bookmarks = reader[Self.bookmarks]
    storeHistory = reader[Self.storeHistory]
    relistsFromStore = reader[Self.relistsFromStore]
    watchTimeout = reader[Self.watchTimeout]
    decodeCPUPerKilobyte = reader[Self.decodeCPUPerKilobyte]
    eventCPU = reader[Self.eventCPU]
    nodeWatches = reader[Self.nodeWatches]
    furtherWatches = reader[Self.furtherWatches]
    proxySkipsHeadless = reader[Self.proxySkipsHeadless]
    for entry in sizes + furtherWatches where Self.size(entry) == nil {
      reader.fail(
        Self.sizes, "'\(entry)' is not of the form resource#events", hint: "such as pods#1000")
    }
  }

  static func size(_ entry: String) -> (resource: String, events: Int)? {
    let parts = entry.split(separator: "#")
    guard parts.count == 2, let events = Int(parts[1]), events > 0 else { return nil }
    return (String(parts[0]), events)
  }

  /// The window of a resource.
  func window(of resource: String) -> WatchWindow {
    if hasDynamicSize {
      return WatchWindow(
        capacity: defaultSize, within: Self.dynamicSizes, freshness: Self.freshness)
    }
    let own = sizes.lazy.compactMap { Self.size($0) }.last { $0.resource == resource }
    return WatchWindow(capacity: own?.events ?? defaultSize)
  }

  /// storage/cacher/watch_cache.go: `defaultLowerBoundCapacity`, `defaultUpperBoundCapacity`.
  static var dynamicSizes: ClosedRange<Int> { 100...102_400 }
  /// storage/cacher/watch_cache.go: `DefaultEventFreshDuration`, a bookmark period and 15 s.
  static var freshness: SimDuration { .seconds(75) }
}
